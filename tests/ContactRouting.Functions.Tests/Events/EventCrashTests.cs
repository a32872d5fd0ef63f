using System.Text.Json;
using Azure.Core;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Events;

/// <summary>A process that dies after any of its storage calls neither loses an event nor makes two of one.</summary>
[Trait("Category", "Slow")]
public sealed class EventCrashTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IDisposable
{
    private const int MostCalls = 100;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly DyingPolicy dying = new();
    private readonly CallbackReceiver receiver = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task Commit_and_what_it_tells_are_one()
    {
        await DieEverywhereAsync(async (mortal, accountId, agentId) =>
        {
            await ChangeAsync(mortal, accountId, agentId, PresenceStatus.Available);
            await ChangeAsync(mortal, accountId, agentId, PresenceStatus.LoggedOut);
        }, async (survivor, accountId, agentId, _) =>
        {
            var happened = await survivor.Get<EventHistory>()
                .ListAsync(accountId, Subject.Agent(agentId), DateTimeOffset.MinValue, CancellationToken.None);
            var told = await survivor.Get<LiveTable>()
                .RangeAsync<OutboxEntry>(accountId, Outbox.Prefix(Subject.Agent(agentId).Key), CancellationToken.None)
                .Select(row => row.Value.Event.Id).ToListAsync();
            Assert.Equal(happened.Select(one => one.Id), told);
        });
    }

    [Fact]
    public async Task Event_that_is_moved_is_in_the_history_once_and_in_both_its_places()
    {
        await DieEverywhereAsync(
            async (mortal, _, _) => await mortal.Get<AccountVisits>().SweepAsync(CancellationToken.None),
            async (survivor, accountId, agentId, expected) =>
            {
                var history = survivor.Get<EventHistory>();
                for (var sweeps = 0; sweeps < 2; sweeps++)
                {
                    var page = await history.ListAsync(accountId, null, 500, CancellationToken.None);
                    Assert.Equal(expected, page.Events.Select(one => one.Id));
                    var own = await history.ListAsync(accountId, Subject.Agent(agentId), DateTimeOffset.MinValue, CancellationToken.None);
                    Assert.Equal(
                        page.Events.Where(one => one.Subject == Subject.Agent(agentId).ToString()).Select(one => one.Id),
                        own.Select(one => one.Id)
                    );
                    await survivor.Get<AccountVisits>().SweepAsync(CancellationToken.None);
                }
                Assert.Equal(0, await survivor.Get<LiveTable>().CountAsync(accountId, LiveKeys.Operations, CancellationToken.None));
            },
            async (before, accountId, agentId) =>
            {
                await ChangeAsync(before, accountId, agentId, PresenceStatus.Available);
                await ChangeAsync(before, accountId, agentId, PresenceStatus.LoggedOut);
                time.Advance(LiveTable.OperationLife + TimeSpan.FromSeconds(1));
            }
        );
    }

    [Fact]
    public async Task Subscription_is_told_of_everything_in_order_whichever_call_was_the_last()
    {
        await DieEverywhereAsync(
            (mortal, accountId, agentId) => DeliverAsync(mortal, accountId, agentId),
            async (survivor, accountId, agentId, _) =>
            {
                time.Advance(TimeSpan.FromSeconds(31));
                await DeliverAsync(survivor, accountId, agentId);
                var calls = receiver.Calls.Select(call => JsonSerializer.Deserialize<JsonElement>(call.Body))
                    .Where(call => call.GetProperty("accountId").GetInt32() == accountId)
                    .Where(call => call.GetProperty("subject").GetString() == Subject.Agent(agentId).ToString())
                    .DistinctBy(call => call.GetProperty("id").GetString()).ToList();
                var happened = await survivor.Get<EventHistory>()
                    .ListAsync(accountId, Subject.Agent(agentId), DateTimeOffset.MinValue, CancellationToken.None);
                Assert.Equal(happened.Select(one => one.Id), calls.Select(call => call.GetProperty("id").GetString()));
                Assert.Equal(0, await survivor.Get<LiveTable>()
                    .CountAsync(accountId, Outbox.Prefix(Subject.Agent(agentId).Key), CancellationToken.None));
            },
            async (before, accountId, agentId) =>
            {
                await ChangeAsync(before, accountId, agentId, PresenceStatus.Available);
                await ChangeAsync(before, accountId, agentId, PresenceStatus.LoggedOut);
            }
        );
    }

    /// <summary>Lets a process die after its first call, its second and so on, until it does all of its work.</summary>
    /// <param name="verify">By another process, with the ids of the events from before.</param>
    private async Task DieEverywhereAsync(
        Func<IServiceProvider, int, int, Task> work,
        Func<IServiceProvider, int, int, IReadOnlyList<string>, Task> verify,
        Func<IServiceProvider, int, int, Task>? prepare = null
    )
    {
        var deaths = 0;
        for (var (calls, died) = (0, true); died; calls++)
        {
            Assert.InRange(calls, 0, MostCalls);
            var before = AppServices.Create(azurite.ConnectionString, prefix, time);
            var accountId = await before.CreateAccountAsync();
            var agent = await before.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
            {
                var url = receiver.Origin + "/";
                edit.Put(new Subscription { Id = edit.TakeId(), Url = url, EventTypes = ["agent.*"] });
                return edit.Add(new Agent { DisplayName = "John" });
            }, CancellationToken.None);
            if (prepare is not null) await prepare(before, accountId, agent.Id);
            time.Advance(EventHistory.Trail);
            var happened = (await before.Get<EventHistory>().ListAsync(accountId, null, 500, CancellationToken.None)).Events;
            var mortal = AppServices.Create(
                azurite.ConnectionString,
                prefix,
                time,
                [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
            );
            dying.DieAfter(calls);
            await Record.ExceptionAsync(() => work(mortal, accountId, agent.Id));
            died = dying.Died;
            dying.DieAfter(int.MaxValue);
            if (died) deaths++;
            var survivor = AppServices.Create(azurite.ConnectionString, prefix, time);
            await verify(survivor, accountId, agent.Id, [.. happened.Select(one => one.Id)]);

            // The next round's sweeps have nothing to do with this one's account.
            await survivor.Get<Tables>().Due.DeleteAsync("due", TableKey.Number(accountId), CancellationToken.None);
        }
        Assert.True(deaths > 2, $"{deaths} deaths");
    }

    private async Task DeliverAsync(IServiceProvider app, int accountId, int agentId)
    {
        var dispatcher = app.Get<WebhookDispatcher>();
        var target = new DeliveryTarget(accountId, Subject.Agent(agentId).Key);
        while (await dispatcher.LookAsync(target, CancellationToken.None) is { } view)
        {
            var due = view.Due(time.GetUtcNow(), hurried: false);
            if (due.Count == 0) return;
            foreach (var lane in due) await dispatcher.RunAsync(lane, CancellationToken.None);
        }
    }

    private Task<PresenceResult> ChangeAsync(IServiceProvider app, int accountId, int agentId, PresenceStatus status)
    {
        // No two commits are at the same time.
        time.Advance(TimeSpan.FromMilliseconds(1));
        return app.Get<AgentPresence>()
            .ApplyAsync(accountId, agentId, _ => new PresenceChange(status, PresenceSource.Phone), CancellationToken.None);
    }
}

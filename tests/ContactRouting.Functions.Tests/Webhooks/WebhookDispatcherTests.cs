using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>Deliveries over a real Azurite to a real receiver, by a clock that the test moves.</summary>
[Trait("Category", "Slow")]
public sealed class WebhookDispatcherTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CallbackReceiver receiver = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private IServiceProvider app = null!;
    private DeliveryTarget target;

    public async Task InitializeAsync()
    {
        app = NewInstance();
        var accountId = await app.CreateAccountAsync();
        var agent = await app.Get<DirectoryStore>()
            .ChangeAsync(
                accountId,
                edit => edit.Add(new Agent { DisplayName = "John", Address = "000*094@ringme.ru" }),
                CancellationToken.None
            );
        target = new DeliveryTarget(accountId, agent.Id);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task Failed_call_is_repeated_with_growing_pauses_in_order_and_under_the_same_id()
    {
        await SubscribeAsync(SubscribedEvent.AgentLogin, "/in");
        await SubscribeAsync(SubscribedEvent.AgentLogout, "/out");
        receiver.Answer = call => call.PathAndQuery.StartsWith("/in", StringComparison.Ordinal) ? 500 : 200;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        await ChangeAsync(PresenceStatus.Available);

        var start = time.GetUtcNow();
        var pauses = new List<double>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var again = (await DeliverAsync())!.Value;
            Assert.Equal(again, await DeliverAsync());
            pauses.Add((again - time.GetUtcNow()).TotalSeconds);
            time.SetUtcNow(again);
        }
        Assert.Equal([5, 10, 20, 40], pauses.Select(pause => pause switch { < 6 => 5, < 12 => 10, < 24 => 20, _ => 40 }));
        receiver.Answer = _ => 200;
        Assert.Null(await DeliverAsync());

        var logins = receiver
            .Calls.Where(call => call.PathAndQuery.StartsWith("/in", StringComparison.Ordinal))
            .Select(call => call.EventId)
            .ToList();
        Assert.Equal(6, logins.Count);
        Assert.Single(logins.Take(5).Distinct());
        Assert.NotEqual(logins[0], logins[5]);
        Assert.Single(receiver.Calls, call => call.PathAndQuery.StartsWith("/out", StringComparison.Ordinal));
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task After_a_day_an_event_is_a_dead_letter_and_the_next_has_its_turn()
    {
        var subscription = await SubscribeAsync(SubscribedEvent.AgentLogin, "/in");
        receiver.Answer = _ => 503;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        while (time.GetUtcNow() < DateTimeOffset.UtcNow.AddHours(23)) time.SetUtcNow((await DeliverAsync())!.Value);
        await ChangeAsync(PresenceStatus.Available);
        time.Advance(TimeSpan.FromHours(1.5));
        Assert.NotNull(await DeliverAsync());
        receiver.Answer = _ => 200;
        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await DeliverAsync());

        var letters = new List<DeadLetter>();
        await foreach (var entity in app.Get<Tables>().DeadLetters.QueryAsync<Azure.Data.Tables.TableEntity>())
            letters.Add(RowCodec.Read<DeadLetter>(entity).Value);
        var letter = Assert.Single(letters);
        Assert.Equal((subscription, "answered 503", 1L), (letter.SubscriptionId, letter.Reason, letter.Event.Sequence));
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task Several_instances_keep_the_order_and_tell_each_event_once()
    {
        for (var number = 0; number < 3; number++)
        {
            await SubscribeAsync(SubscribedEvent.AgentLogin, $"/s{number}?");
            await SubscribeAsync(SubscribedEvent.AgentLogout, $"/s{number}?");
        }
        var instances = Enumerable.Range(0, 3).Select(_ => NewInstance()).ToList();
        var changing = true;
        var deliveries = instances.Select(async instance =>
        {
            while (Volatile.Read(ref changing)) await instance.Get<WebhookDispatcher>().DeliverAsync(target, CancellationToken.None);
        }).ToList();
        for (var round = 0; round < 10; round++)
        {
            await ChangeAsync(PresenceStatus.Available);
            await ChangeAsync(PresenceStatus.LoggedOut);
        }
        Volatile.Write(ref changing, false);
        await Task.WhenAll(deliveries);
        Assert.Null(await DeliverAsync());

        for (var number = 0; number < 3; number++)
        {
            foreach (var status in new[] { "available", "logged_out" })
            {
                var calls = receiver
                    .Calls.Where(call => call.PathAndQuery.StartsWith($"/s{number}?agent_status={status}", StringComparison.Ordinal))
                    .ToList();
                Assert.Equal(10, calls.Count);
                Assert.Equal(10, calls.Select(call => call.EventId).Distinct().Count());
            }
        }
        var order = receiver
            .Calls.Where(call => call.PathAndQuery.StartsWith("/s0?agent_status=available", StringComparison.Ordinal))
            .Select(call => call.EventId)
            .ToList();
        Assert.Equal(
            order,
            receiver
                .Calls.Where(call => call.PathAndQuery.StartsWith("/s1?agent_status=available", StringComparison.Ordinal))
                .Select(call => call.EventId)
        );
    }

    [Fact]
    public async Task Subscription_hears_nothing_from_before_it_and_nothing_after_its_end()
    {
        var first = await SubscribeAsync(SubscribedEvent.AgentLogin, "/first");
        receiver.Answer = _ => 500;
        await ChangeAsync(PresenceStatus.Available);
        await DeliverAsync();
        await SubscribeAsync(SubscribedEvent.AgentLogin, "/second");
        await app.Get<DirectoryStore>().ChangeAsync(target.AccountId, edit =>
        {
            edit.Remove(edit.Directory.Subscription(first)!);
            return true;
        }, CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await DeliverAsync());
        Assert.Single(receiver.Calls);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task Lease_of_an_instance_that_died_is_taken_over_after_its_time()
    {
        var subscription = await SubscribeAsync(SubscribedEvent.AgentLogin, "/in");
        var key = DeliveryState.RowKey(target.AgentId, subscription);
        var row = (await app.Get<LiveTable>().FindAsync<DeliveryState>(target.AccountId, key, CancellationToken.None))!;
        await app.Get<LiveTable>()
            .TryReplaceAsync(
                target.AccountId,
                row,
                row.Value with
                {
                    LeasedUntil = time.GetUtcNow().AddSeconds(30),
                },
                CancellationToken.None
            );
        await ChangeAsync(PresenceStatus.Available);
        var again = (await DeliverAsync())!.Value;
        Assert.Empty(receiver.Calls);
        time.SetUtcNow(again);
        Assert.Null(await DeliverAsync());
        Assert.Single(receiver.Calls);
    }

    private IServiceProvider NewInstance() => AppServices.Create(azurite.ConnectionString, prefix, time);

    private Task<DateTimeOffset?> DeliverAsync() => app.Get<WebhookDispatcher>().DeliverAsync(target, CancellationToken.None);

    private async Task<PresenceOutcome> ChangeAsync(PresenceStatus status)
    {
        var change = new PresenceChange(status, PresenceSource.Phone);
        return (await app.Get<AgentPresence>().ApplyAsync(target.AccountId, target.AgentId, _ => change, CancellationToken.None)).Outcome;
    }

    private Task<int> SubscribeAsync(SubscribedEvent type, string path) =>
        app.Get<DirectoryStore>()
            .ChangeAsync(
                target.AccountId,
                edit =>
                    edit.Put(
                        new Subscription
                        {
                            Id = edit.TakeId(),
                            AgentId = target.AgentId,
                            EventType = type,
                            Url = receiver.Origin + path,
                        }
                    ).Id,
                CancellationToken.None
            );

    private async Task<List<string>> OutboxAsync()
    {
        var keys = new List<string>();
        await foreach (var key in app.Get<LiveTable>().KeysAsync(target.AccountId, LiveTable.OutboxPrefix, CancellationToken.None))
            keys.Add(key);
        return keys;
    }
}

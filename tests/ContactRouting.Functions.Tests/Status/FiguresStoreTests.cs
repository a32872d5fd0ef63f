using Azure.Core;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Status;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Status;

/// <summary>Figures over a real Azurite: each contact is in them once, whatever happens to those who add them up.</summary>
[Trait("Category", "Slow")]
public sealed class FiguresStoreTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const int MostCalls = 200;

    private static readonly CancellationToken None = CancellationToken.None;

    // Right behind midnight, so that the endings are of two days.
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 0, 10, 0, TimeSpan.Zero));
    private readonly DyingPolicy dying = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private readonly Random random = new(1);
    private int contacts;

    [Fact]
    public async Task Each_contact_counts_once_wherever_a_process_dies_and_with_several_at_once()
    {
        var mortal = App(new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry)));
        var accountId = await mortal.CreateAccountAsync();
        await mortal.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
        {
            foreach (var id in Enumerable.Range(10, 3)) edit.Put(Directories.Queue(id) with { Name = $"q{id}-{accountId}" });
            return true;
        }, None);
        await EndAsync(mortal, accountId, 130);
        var deaths = 0;
        for (var calls = 4; ; calls += 2)
        {
            Assert.InRange(calls, 0, MostCalls);
            await EndAsync(mortal, accountId, 20);
            dying.DieAfter(calls);
            await TryAsync(() => mortal.Get<AccountVisits>().SweepAsync(None));
            var died = dying.Died;
            dying.DieAfter(int.MaxValue);
            if (!died) break;
            deaths++;
        }
        Assert.True(deaths > 5, $"{deaths} deaths");
        await EndAsync(mortal, accountId, 300);
        var apps = Enumerable.Range(0, 3).Select(_ => App()).ToList();
        await Task.WhenAll(apps.Select(app => app.Get<AccountVisits>().SweepAsync(None)));
        await App().Get<AccountVisits>().SweepAsync(None);
        await AssertRecomputedAsync(App(), accountId);
    }

    [Fact]
    public async Task Days_go_with_their_contacts()
    {
        var app = App();
        var accountId = await app.CreateAccountAsync();
        await EndAsync(app, accountId, 20);
        await app.Get<AccountVisits>().SweepAsync(None);
        var days = await DaysAsync();
        time.Advance(TimeSpan.FromHours(24));
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Equal(days, await DaysAsync());
        time.Advance(TimeSpan.FromHours(72));
        await EndAsync(app, accountId, 1);
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Empty((await DaysAsync()).Intersect(days));

        async Task<List<string>> DaysAsync() => await app.Get<LiveTable>().KeysAsync(accountId, LiveKeys.Days, None).ToListAsync();
    }

    /// <summary>What every contact's row says, added up here in another way.</summary>
    private async Task AssertRecomputedAsync(IServiceProvider app, int accountId)
    {
        var live = app.Get<LiveTable>();
        Assert.Empty(await live.KeysAsync(accountId, LiveKeys.Endings, None).ToListAsync());
        var rows = await live.RangeAsync<Contact>(accountId, LiveKeys.Contacts, None).Select(row => row.Value).ToListAsync();
        Assert.Equal(contacts, rows.Count);
        foreach (var day in rows.GroupBy(contact => DateOnly.FromDateTime(contact.EndedAt!.Value.UtcDateTime)))
        {
            var at = new DateTimeOffset(day.Key, new TimeOnly(12, 0), TimeSpan.Zero);
            var figures = await app.Get<FiguresStore>().ReadAsync(accountId, at, None);
            Assert.Equal(Recomputed([.. day]), figures.Total);
            Assert.Equal(
                day.Where(contact => contact.QueueId is not null).GroupBy(contact => contact.QueueId!.Value)
                    .ToDictionary(queue => queue.Key, queue => Recomputed([.. queue])),
                figures.ByQueue.ToDictionary()
            );
        }
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var agent in rows.Where(contact => DateOnly.FromDateTime(contact.EndedAt!.Value.UtcDateTime) == today)
            .GroupBy(contact => contact.AnsweredBy).Where(agent => agent.Key is not null))
            Assert.Equal(Recomputed([.. agent]), await app.Get<FiguresStore>().TodayOfAsync(accountId, agent.Key!.Value, None));

        // The last hour is of both days.
        var now = time.GetUtcNow();
        Assert.Equal(
            rows.Where(contact => contact.State == ContactState.Ended && LiveMinute.Of(contact.EndedAt!.Value) > LiveMinute.Of(now) - 60)
                .CountBy(contact => LiveMinute.Of(contact.EndedAt!.Value)).ToDictionary(),
            (await app.Get<FiguresStore>().ReadAsync(accountId, now, None)).AnsweredByMinute.ToDictionary()
        );
    }

    private static Sums Recomputed(List<Contact> contacts)
    {
        var answered = contacts.Where(contact => contact.State == ContactState.Ended).ToList();
        return new Sums
        {
            Answered = answered.Count,
            AnsweredInTime = answered.Count(contact => contact.AnsweredAt - contact.EnqueuedAt <= TimeSpan.FromSeconds(20)),
            Abandoned = contacts.Count(contact => contact.State == ContactState.Abandoned),
            Refused = contacts.Count(contact => contact.State == ContactState.Refused),
            WaitedMilliseconds = (long)answered.Sum(contact => (contact.AnsweredAt - contact.EnqueuedAt)!.Value.TotalMilliseconds),
            Handled = answered.Count,
            HandledMilliseconds = (long)answered.Sum(contact => (contact.EndedAt - contact.AcceptedAt)!.Value.TotalMilliseconds),
        };
    }

    private async Task EndAsync(IServiceProvider app, int accountId, int count)
    {
        var ended = Enumerable.Range(0, count).Select(_ =>
        {
            var end = time.GetUtcNow().AddSeconds(-random.Next(3600));
            var state = random.Next(4) switch { 0 => ContactState.Abandoned, 1 => ContactState.Refused, _ => ContactState.Ended };
            var isAnswered = state == ContactState.Ended;
            return new Contact
            {
                Id = $"c{contacts++}",
                State = state,
                QueueId = random.Next(5) == 0 ? null : random.Next(10, 13),
                EnqueuedAt = end.AddSeconds(-100),
                WaitingSince = end.AddSeconds(-100),
                AnsweredAt = isAnswered ? end.AddSeconds(-100 + random.Next(40)) : null,
                AcceptedAt = isAnswered ? end.AddSeconds(-50) : null,
                AnsweredBy = isAnswered ? random.Next(1, 5) : null,
                EndedAt = end,
                RetainUntil = time.GetUtcNow().AddHours(48),
            };
        }).ToList();
        foreach (var chunk in ended.Chunk(20))
        {
            ContactChange[] changes = [.. chunk.Select(contact => new ContactChange(null, contact))];
            await app.Get<ContactStore>().CommitAsync(accountId, changes, null, None);
        }
    }

    private IServiceProvider App(params HttpPipelineConfiguration[] pipeline) =>
        AppServices.Create(azurite.ConnectionString, prefix, time, pipeline);

    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is KilledException || error.InnerException is KilledException)
        {
            // As it was meant.
        }
    }
}

using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Directory;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Events;

/// <summary>Queues that open reach the subscriptions that want to know, and the others cost nothing.</summary>
[Trait("Category", "Slow")]
public sealed class QueueWatchTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const int Queues = 40;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Subscriptions_that_do_not_want_what_queues_do_make_no_more_calls()
    {
        var wanting = Subscriptions(500, 1, "queue.*");
        var alone = await OpenAsync(wanting);
        var among = await OpenAsync([.. wanting, .. Subscriptions(501, 10, "contact.*"), .. Subscriptions(511, 9, "queue.busy")]);
        Assert.Equal(Queues, alone.Told["s0000000500"].Count);
        Assert.Equal(alone.Told, among.Told);
        Assert.Equal(alone.Calls, among.Calls);
    }

    [Fact]
    public async Task Each_of_twenty_subscriptions_is_told_of_the_queues_that_it_wants()
    {
        var (told, _) = await OpenAsync([
            .. Subscriptions(500, 19, "*"),
            new Subscription { Id = 519, Url = "https://example.com/", EventTypes = ["queue.opened"], QueueId = 7 },
        ]);
        Assert.Equal(20, told.Count);
        Assert.All(told.Take(19), subscription => Assert.Equal(Queues, subscription.Value.Count));
        Assert.Equal(["queue:7"], told["s0000000519"]);
    }

    private static Subscription[] Subscriptions(int first, int count, string types) =>
    [
        .. Enumerable.Range(first, count)
            .Select(id => new Subscription { Id = id, Url = "https://example.com/", EventTypes = [types] }),
    ];

    /// <summary>Lets all queues open.</summary>
    /// <returns>Who is told of which queues, and how many calls the tick made.</returns>
    private async Task<(SortedDictionary<string, List<string>> Told, int Calls)> OpenAsync(IEnumerable<Subscription> subscriptions)
    {
        var world = await TestDirectory.CreateAsync(azurite.ConnectionString, time);
        var queues = Enumerable.Range(1, Queues).ToArray();
        await world.PutAsync(queues.Select(world.Queue));
        await world.PutAsync(world.Agent(1000, queues));
        await world.LogInAsync(1000);

        // None of them is told how it came here.
        await world.PutAsync(subscriptions);
        await world.App.Get<Tables>().Live.DeleteRangeAsync(LiveTable.Partition(world.AccountId), LiveKeys.Outbox, CancellationToken.None);
        var before = world.Watch.Calls;
        await world.App.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        var calls = world.Watch.Calls - before;

        var told = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var rows = world.App.Get<LiveTable>().RangeAsync<OutboxEntry>(world.AccountId, LiveKeys.Outbox, CancellationToken.None);
        await foreach (var row in rows.Where(row => row.Value.Event.Type == EventTypes.QueueOpened))
        {
            var receiver = Outbox.ReceiverOf(row.Key).Key;
            if (!told.TryGetValue(receiver, out var own)) told[receiver] = own = [];
            own.Add(row.Value.Event.Subject);
        }
        return (told, calls);
    }
}

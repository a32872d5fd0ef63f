using ContactRouting.Contacts;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>What a page of a list reads is bounded, however much there is.</summary>
[Trait("Category", "Slow")]
public sealed class ContactListTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly IServiceProvider app = AppServices.Create(azurite.ConnectionString, $"t{Guid.NewGuid():n}", TimeProvider.System);
    private int accountId;

    [Fact]
    public async Task Page_looks_at_a_thousand_contacts_and_says_where_the_next_one_begins()
    {
        const int Others = 1500;
        accountId = await app.CreateAccountAsync();
        await InsertAsync(
            Enumerable.Range(0, Others).Select(number => NewContact($"o{number}", number))
                .SelectMany(contact => ContactRows.Derived(contact).Where(row => row.Value is HistoryEntry))
        );
        foreach (var number in new[] { 1, 2 })
        {
            var active = NewContact($"active{number}", Others + number) with { State = ContactState.Active, AgentId = 1 };
            await app.Get<ContactStore>().CommitAsync(accountId, [new ContactChange(null, active)], null, None);
        }
        var filter = new ContactFilter(ContactState.Active, null, null, null, null);
        var (first, last) = await app.Get<ContactList>().ReadAsync(accountId, filter, null, 50, None);
        Assert.Empty(first);
        Assert.EndsWith("|o999", last, StringComparison.Ordinal);
        var (second, end) = await app.Get<ContactList>().ReadAsync(accountId, filter, last, 50, None);
        Assert.Equal(["active1", "active2"], second.Select(contact => contact.Id));
        Assert.Null(end);

        // What was written before rows told their state is looked at itself.
        var before = NewContact("before", 2000) with { State = ContactState.Active, AgentId = 1 };
        var entry = (HistoryEntry)ContactRows.Derived(before).Single(row => row.Value is HistoryEntry).Value;
        await InsertAsync(new Dictionary<string, object>
        {
            [Contact.RowKey("before")] = before,
            [LiveKeys.History + ContactRows.PlaceInHistory(before)] = entry with { State = null, ServiceId = null },
        });
        var (third, _) = await app.Get<ContactList>().ReadAsync(accountId, filter, last, 50, None);
        Assert.Equal(["active1", "active2", "before"], third.Select(contact => contact.Id));
    }

    [Fact]
    public async Task Those_who_wait_are_counted_up_to_a_thousand_a_queue_and_ten_thousand_a_page()
    {
        accountId = await app.CreateAccountAsync();
        var queues = Enumerable.Range(1, 12).ToArray();
        foreach (var queue in queues) await WaitAsync(queue, queue == 3 ? 1000 : queue == 12 ? 1 : 1001);
        var lengths = await app.Get<WaitingRows>().LengthsAsync(accountId, queues, None);
        Assert.Equal([1001, 1001, 1000, 1001, 1001, 1001, 1001, 1001, 1001], lengths.Select(length => length.Count));
        Assert.Equal(Start, lengths[0].OldestSince);
        var rest = await app.Get<WaitingRows>().LengthsAsync(accountId, queues[9..], None);
        Assert.Equal([1001, 1001, 1], rest.Select(length => length.Count));
        Assert.Equal([0, 1], (await app.Get<WaitingRows>().LengthsAsync(accountId, [0, 12], None)).Select(length => length.Count));
    }

    private Task WaitAsync(int queue, int count) =>
        InsertAsync(
            Enumerable.Range(0, count).SelectMany(number => WaitingRows.Keys(Line.OfQueue(queue), new Place(0, Start, $"c{number}")))
                .Where(key => key.StartsWith(LiveKeys.Lines, StringComparison.Ordinal))
                .Select(key => KeyValuePair.Create(key, new object()))
        );

    private async Task InsertAsync(IEnumerable<KeyValuePair<string, object>> rows)
    {
        foreach (var chunk in rows.Chunk(Batch.MaxActions))
        {
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var (key, value) in chunk) batch.Insert(key, value);
            await app.Get<LiveTable>().TryCommitAsync(batch, None);
        }
    }

    private static Contact NewContact(string id, int seconds) =>
        new()
        {
            Id = id,
            State = ContactState.Ended,
            EnqueuedAt = Start.AddSeconds(seconds),
            WaitingSince = Start.AddSeconds(seconds),
        };
}

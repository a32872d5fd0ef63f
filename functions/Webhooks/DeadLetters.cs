using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>A call that did not arrive in time.</summary>
internal sealed record DeadLetter
{
    /// <summary>The receiver's key: its kind and id.</summary>
    public string Receiver { get; init; } = "";

    public string Url { get; init; } = "";

    public string Reason { get; init; } = "";

    public DateTimeOffset GivenUpAt { get; init; }

    public OutboxEntry Entry { get; init; } = new();
}

/// <summary>Calls that did not arrive in time, oldest first.</summary>
internal sealed class DeadLetters(Tables tables, TimeProvider time)
{
    /// <summary>Writes a call down; once, however often it is tried.</summary>
    public Task AddAsync(int accountId, DeliveryItem item, string reason, CancellationToken cancellationToken)
    {
        var entry = item.Row.Value;
        var letter = new DeadLetter
        {
            Receiver = item.To.Receiver.Key,
            Url = item.To.Url,
            Reason = reason,
            GivenUpAt = time.GetUtcNow(),
            Entry = entry with { LeasedUntil = null },
        };
        var key = $"{TableKey.Time(entry.CommittedAt)}|{entry.Event.Id}|{letter.Receiver}";
        return tables.DeadLetters.UpsertAsync(LiveTable.Partition(accountId), key, letter, cancellationToken);
    }

    public async Task<(List<Row<DeadLetter>> Items, string? Next)> ListAsync(
        int accountId,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var items = await tables.DeadLetters
            .RangeAsync<DeadLetter>(LiveTable.Partition(accountId), KeyRange.All.Behind(after), cancellationToken, limit + 1)
            .Take(limit + 1).ToListAsync(cancellationToken);
        return items.Count > limit ? (items[..limit], items[limit - 1].Key) : (items, null);
    }

    public Task RemoveAsync(int accountId, IEnumerable<string> keys, CancellationToken cancellationToken) =>
        tables.DeadLetters.DeleteRowsAsync(LiveTable.Partition(accountId), keys, cancellationToken);
}

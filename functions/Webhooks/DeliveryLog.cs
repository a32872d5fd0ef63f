using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

internal enum DeliveryStatus
{
    /// <summary>It is tried again.</summary>
    Pending,
    Delivered,

    /// <summary>It is a dead letter.</summary>
    Dead,
}

/// <summary>How far a subscription was told of an event.</summary>
internal sealed record DeliveryRecord
{
    public int SubscriptionId { get; init; }

    public string EventId { get; init; } = "";

    public string EventType { get; init; } = "";

    public string Subject { get; init; } = "";

    public DateTimeOffset OccurredAt { get; init; }

    public DeliveryStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset LastAttemptAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Of the receiver's answer; null where none came.</summary>
    public int? AnswerStatus { get; init; }

    /// <summary>The first KiB of it.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Why it did not arrive.</summary>
    public string? Failure { get; init; }
}

/// <summary>How subscriptions were told of events, the newest event first: a row for each, written with every attempt.</summary>
internal sealed class DeliveryLog(Tables tables)
{
    public Task WriteAsync(int accountId, OutboxEntry entry, DeliveryRecord record, CancellationToken cancellationToken) =>
        tables.Deliveries.UpsertAsync(LiveTable.Partition(accountId), RowKey(entry, record.SubscriptionId), record, cancellationToken);

    /// <summary>A subscription's, newest first; a page may be short, since all of the account stand together.</summary>
    /// <param name="after">The key behind which the page begins.</param>
    public async Task<(List<DeliveryRecord> Items, string? Next)> ListAsync(
        int accountId,
        int subscriptionId,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var (items, read, last) = (new List<DeliveryRecord>(), 0, (string?)null);
        var range = KeyRange.All.Behind(after);
        await foreach (var row in tables.Deliveries.RangeAsync<DeliveryRecord>(LiveTable.Partition(accountId), range, cancellationToken))
        {
            // The row that shows that there are more.
            if (items.Count == limit || read == Table.RowsPerRead) return (items, last);
            (read, last) = (read + 1, row.Key);
            if (row.Value.SubscriptionId == subscriptionId) items.Add(row.Value);
        }
        return (items, null);
    }

    public Task CleanAsync(string partition, DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.Deliveries.DeleteRangeAsync(partition, new KeyRange(TableKey.NewestFirst(before), null), cancellationToken);

    private static string RowKey(OutboxEntry entry, int subscriptionId) =>
        $"{TableKey.NewestFirst(entry.CommittedAt)}|{entry.Event.Id}|{TableKey.Number(subscriptionId)}";
}

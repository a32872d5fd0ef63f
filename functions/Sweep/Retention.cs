using System.Collections.Concurrent;
using ContactRouting.Audit;
using ContactRouting.Contacts;
using ContactRouting.Events;
using ContactRouting.Status;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>
/// Removes what was kept long enough, an account's once an hour and process: answers under their keys, dead letters, the
/// audit log, figures, events and how subscriptions were told.
/// </summary>
internal sealed class Retention(
    Tables tables,
    EventHistory history,
    DeliveryLog deliveries,
    IOptions<AuditOptions> audit,
    IOptions<ContactsOptions> contacts,
    IOptions<EventsOptions> events,
    TimeProvider time
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AnswerLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan DeadLetterLife = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> cleaned = new();

    public Task CleanAsync(int accountId, CancellationToken cancellationToken) =>
        CleanAsync(LiveTable.Partition(accountId), cancellationToken);

    public async Task CleanAsync(string partition, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (cleaned.TryGetValue(partition, out var last) && now - last < Interval) return;
        cleaned[partition] = now;
        var unaudited = TableKey.NewestFirst(now - TimeSpan.FromDays(audit.Value.RetentionDays));
        await tables.Idempotency.DeleteOlderAsync(partition, now - AnswerLife, cancellationToken);
        await tables.DeadLetters.DeleteRangeAsync(partition, new KeyRange(null, TableKey.Time(now - DeadLetterLife)), cancellationToken);
        var kept = DateOnly.FromDateTime((now - TimeSpan.FromHours(contacts.Value.RetentionHours)).UtcDateTime);

        // A day begins and ends elsewhere up to a day earlier.
        await tables.Live.DeleteRangeAsync(partition, FiguresStore.DaysBefore(kept.AddDays(-1)), cancellationToken);
        await tables.Audit.DeleteRangeAsync(partition, new KeyRange(unaudited, null), cancellationToken);
        var told = now - TimeSpan.FromDays(events.Value.RetentionDays);
        await history.CleanAsync(partition, told, cancellationToken);
        await deliveries.CleanAsync(partition, told, cancellationToken);
    }
}

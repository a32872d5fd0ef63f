using System.Runtime.CompilerServices;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>An account's contacts in the order of their arrival, as far back as contacts are kept.</summary>
internal sealed class ContactHistory(LiveTable live)
{
    /// <summary>Those that arrived from a time on and before another: a read for each thousand.</summary>
    public async IAsyncEnumerable<HistoryEntry> ReadAsync(
        int accountId,
        DateTimeOffset from,
        DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (from >= to) yield break;
        var (first, end) = (LiveKeys.History + TableKey.Time(from), LiveKeys.History + TableKey.Time(to));
        await foreach (var row in live.RangeAsync<HistoryEntry>(accountId, new KeyRange(first, end), cancellationToken))
            yield return row.Value;
    }
}

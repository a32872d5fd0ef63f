using System.Runtime.CompilerServices;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>An account's contacts in the order of their arrival, as far back as contacts are kept.</summary>
internal sealed class ContactHistory(LiveTable live)
{
    private const int RowsPerRead = 1000;

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
        await foreach (var page in live.RangePagesAsync(accountId, first, end, RowsPerRead, cancellationToken))
        {
            foreach (var entity in page.Values) yield return RowCodec.Read<HistoryEntry>(entity).Value;
        }
    }
}

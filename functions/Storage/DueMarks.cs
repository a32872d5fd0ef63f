using System.Collections.Concurrent;

namespace ContactRouting.Storage;

/// <summary>
/// The small index of accounts that the timers have to visit. A mark is written before the work it announces is
/// committed; it goes only after its time, with nothing found due, and by its ETag.
/// </summary>
internal sealed class DueMarks(Tables tables, TimeProvider time)
{
    private const string PartitionKey = "due";

    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>A commit that relies on a mark is over within this time, also by the clock of the instance that deletes it.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, (DateTimeOffset Until, int Made)> known = new();

    /// <summary>Makes sure that a mark of the account stands long enough for a commit: no storage call, or one.</summary>
    public async ValueTask EnsureAsync(int accountId, CancellationToken cancellationToken)
    {
        var (now, made) = (time.GetUtcNow(), tables.Made);
        if (known.TryGetValue(accountId, out var mark) && mark.Made == made && mark.Until - now > Margin) return;
        var until = now + Life;
        var renewed = new DueMark { AccountId = accountId, ValidUntil = until };
        await tables.Due.UpsertAsync(PartitionKey, TableKey.Number(accountId), renewed, cancellationToken);
        known[accountId] = (until, made);
    }

    /// <summary>All marks, in one range read.</summary>
    public async Task<IReadOnlyList<Row<DueMark>>> ListAsync(CancellationToken cancellationToken) =>
        await tables.Due.RangeAsync<DueMark>(PartitionKey, KeyRange.All, cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Deletes a mark that nobody renewed since it was listed.</summary>
    public Task RemoveAsync(Row<DueMark> mark, CancellationToken cancellationToken) =>
        tables.Due.TryDeleteAsync(PartitionKey, mark.Key, mark.ETag, cancellationToken);
}

internal sealed record DueMark
{
    public int AccountId { get; init; }

    public DateTimeOffset ValidUntil { get; init; }
}

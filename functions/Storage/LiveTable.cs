using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Azure;

namespace ContactRouting.Storage;

/// <summary>
/// The accounts' live rows: point reads, prefix ranges, and commits that are known to be ours even when their answer
/// is lost.
/// </summary>
internal sealed class LiveTable(Tables tables, DueMarks dueMarks, TimeProvider time)
{
    /// <summary>How long a commit may still ask whether it took place: longer than it can hang, and the question after it.</summary>
    public static readonly TimeSpan OperationLife = TimeSpan.FromSeconds(60);

    // What comes while it is full is not told.
    private readonly Channel<int> changed = Channel.CreateBounded<int>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>The accounts in which this process committed something, once for each commit.</summary>
    public ChannelReader<int> Changed => changed.Reader;

    public static string Partition(int accountId) => accountId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Task<Row<T>?> FindAsync<T>(int accountId, string rowKey, CancellationToken cancellationToken) =>
        tables.Live.FindAsync<T>(Partition(accountId), rowKey, cancellationToken);

    /// <summary>Rows of one type in the order of their keys, a page of up to 1,000 a read.</summary>
    /// <param name="firstRows">How many the first read brings, where those are all that is likely to be wanted.</param>
    public IAsyncEnumerable<Row<T>> RangeAsync<T>(
        int accountId,
        KeyRange range,
        CancellationToken cancellationToken,
        int firstRows = Table.RowsPerRead
    ) => tables.Live.RangeAsync<T>(Partition(accountId), range, cancellationToken, firstRows);

    /// <summary>Rows of whatever type.</summary>
    public IAsyncEnumerable<StoredRow> RangeAsync(int accountId, KeyRange range, CancellationToken cancellationToken) =>
        tables.Live.RangeAsync(Partition(accountId), range, cancellationToken);

    /// <summary>Rows as they were read, for whoever looks at a read as a whole.</summary>
    public IAsyncEnumerable<RowPage> PagesAsync(
        int accountId,
        KeyRange range,
        CancellationToken cancellationToken,
        int firstRows = Table.RowsPerRead
    ) => tables.Live.PagesAsync(Partition(accountId), range, cancellationToken, firstRows);

    public IAsyncEnumerable<string> KeysAsync(int accountId, KeyRange range, CancellationToken cancellationToken) =>
        tables.Live.KeysAsync(Partition(accountId), range, cancellationToken);

    /// <summary>
    /// Picks rows of ranges, one range after the other: as many as are wanted, of a thousand that are looked at.
    /// </summary>
    /// <param name="after">The key that ended the page before; null for the first one.</param>
    /// <param name="isSelective">Whether rows are likely to be passed by.</param>
    /// <param name="pick">What the caller takes of a row; null to pass it by.</param>
    /// <returns>What was picked, and the key that ends the page; null where nothing follows.</returns>
    public async Task<(List<T> Items, string? Last)> PickAsync<T>(
        int accountId,
        IReadOnlyList<KeyRange> ranges,
        string? after,
        int most,
        bool isSelective,
        Func<StoredRow, T?> pick,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var (items, looked, picked, last) = (new List<T>(), 0, after, after);
        foreach (var range in ranges.SkipWhile(range => after is not null && !range.Contains(after)))
        {
            var rest = after is not null && range.Contains(after) ? range.Behind(after) : range;
            await foreach (var page in PagesAsync(accountId, rest, cancellationToken, isSelective ? Table.RowsPerRead : most + 1))
            {
                foreach (var row in page.Rows)
                {
                    if (pick(row) is { } item)
                    {
                        if (items.Count == most) return (items, picked);
                        items.Add(item);
                        picked = row.Key;
                    }
                    last = row.Key;
                }
                looked += page.Rows.Count;
                var isAll = page.IsLast && range == ranges[^1];
                if (!page.IsLast && items.Count == most || !isAll && looked >= Table.RowsPerRead) return (items, last);
            }
        }
        return (items, null);
    }

    /// <summary>How many rows there are, counted up to a thousand: one read of keys.</summary>
    public ValueTask<int> CountAsync(int accountId, KeyRange range, CancellationToken cancellationToken, int most = Table.RowsPerRead) =>
        tables.Live.CountAsync(Partition(accountId), range, most, cancellationToken);

    /// <summary>
    /// Commits the batch with a row for the operation, after the account's due mark stands; within <see cref="StoragePatience.OfCommit"/>.
    /// </summary>
    /// <param name="operation">What the operation's row holds: the events that this change is, or null.</param>
    /// <returns>The rows' new ETags, where the answer came.</returns>
    /// <exception cref="ConflictException">A row was not as the batch expects; nothing was changed.</exception>
    /// <exception cref="StorageUnavailableException">Whether anything was changed cannot be said.</exception>
    public async Task<Committed> CommitAsync(int accountId, Batch batch, object? operation, CancellationToken cancellationToken)
    {
        RequestLife.BeginWriting();
        await dueMarks.EnsureAsync(accountId, cancellationToken);

        // From this time on the commit ends within its patience: whoever reads by time need wait no longer.
        var operationKey = $"{LiveKeys.Operations}{TableKey.Time(time.GetUtcNow())}|{Guid.NewGuid():n}";
        batch.Insert(operationKey, operation ?? new object());
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(RequestLife.Of(cancellationToken));
        deadline.CancelAfter(StoragePatience.OfCommit);
        try
        {
            var committed = await tables.Live.CommitAsync(batch, deadline.Token);
            changed.Writer.TryWrite(accountId);
            return committed;
        }
        catch (Exception error) when (error is not RequestFailedException { Status: 400 })
        {
            // A commit whose answer is lost took place: its repetition is refused, or every repetition's answer was lost as well.
            if (await FindAsync<object>(accountId, operationKey, cancellationToken) is not null)
                return new Committed(batch, null);
            if (error is OperationCanceledException) throw new StorageUnavailableException("a commit took too long", error);
            throw;
        }
    }

    /// <summary>A transaction that may be lost without harm: somebody else did the same, or will. Null where rows changed.</summary>
    public async Task<Committed?> TryCommitAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await tables.Live.CommitAsync(batch, cancellationToken);
        }
        catch (ConflictException)
        {
            return null;
        }
    }

    public Task DeleteAsync(int accountId, IEnumerable<string> rowKeys, CancellationToken cancellationToken) =>
        tables.Live.DeleteRowsAsync(Partition(accountId), rowKeys, cancellationToken);

    /// <summary>What is live of an account, in one range read: the agents, who waits, who handles what, and how contacts ended.</summary>
    public IAsyncEnumerable<StoredRow> LiveAsync(int accountId, CancellationToken cancellationToken) =>
        RangeAsync(accountId, new KeyRange(LiveKeys.Agents, LiveKeys.Audit), cancellationToken);

    /// <summary>
    /// What the timer has to know of an account, in one range read: the outbox, the agents, who waits, who handles what,
    /// and the timers that are due. Commits of the last minute lie in between; where they fill a page, the rest is passed by.
    /// </summary>
    public async IAsyncEnumerable<StoredRow> SweepAsync(
        int accountId,
        DateTimeOffset now,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var operations = KeyRange.Prefix(LiveKeys.Operations);
        KeyRange? rest = new KeyRange(LiveKeys.Outbox, LiveKeys.Timers + TableKey.Time(now.AddTicks(1)));
        while (rest is { } range)
        {
            rest = null;
            await foreach (var page in PagesAsync(accountId, range, cancellationToken))
            {
                foreach (var row in page.Rows) yield return row;
                if (page.IsLast || page.Rows is not [.., var last] || !operations.Contains(last.Key) || IsOver(last.Key, now)) continue;
                rest = range with { From = operations.To };
                break;
            }
        }
    }

    /// <summary>Whether nobody asks any more whether the commit of an operation's row took place.</summary>
    public static bool IsOver(string operation, DateTimeOffset now) =>
        string.CompareOrdinal(operation, $"{LiveKeys.Operations}{TableKey.Time(now - OperationLife)}") < 0;
}

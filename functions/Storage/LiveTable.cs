using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>
/// The accounts' live rows: point reads, prefix ranges, and commits that are known to be ours even when their answer
/// is lost.
/// </summary>
internal sealed class LiveTable(Tables tables, DueMarks dueMarks, TimeProvider time)
{
    private const int RowsPerRead = 1000;

    /// <summary>How long a commit may still ask whether it took place: longer than it can hang, and the question after it.</summary>
    public static readonly TimeSpan OperationLife = TimeSpan.FromSeconds(60);

    public static string Partition(int accountId) => accountId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Task<Row<T>?> FindAsync<T>(int accountId, string rowKey, CancellationToken cancellationToken) =>
        tables.Live.FindAsync<T>(Partition(accountId), rowKey, cancellationToken);

    /// <summary>The rows of a prefix in the order of their keys, a page of up to 1,000 a read.</summary>
    /// <param name="rowsPerRead">Fewer, where the first rows are all that is likely to be wanted.</param>
    public async IAsyncEnumerable<TableEntity> RangeAsync(
        int accountId,
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        int? rowsPerRead = null
    )
    {
        var filter = TableKey.PrefixFilter(Partition(accountId), prefix);
        await foreach (var entity in tables.Live.QueryAsync<TableEntity>(filter, rowsPerRead, cancellationToken: cancellationToken))
            yield return entity;
    }

    /// <summary>The rows from a key up to another, a page a read.</summary>
    public IAsyncEnumerable<Page<TableEntity>> RangePagesAsync(
        int accountId,
        string from,
        string to,
        int rowsPerRead,
        CancellationToken cancellationToken
    ) =>
        tables
            .Live.QueryAsync<TableEntity>(
                TableKey.RangeFilter(Partition(accountId), from, to),
                rowsPerRead,
                cancellationToken: cancellationToken
            )
            .AsPages();

    /// <summary>How many rows there are of a prefix up to a key, counted no further than the most: keys only.</summary>
    public async Task<int> CountAsync(int accountId, string from, string to, int most, CancellationToken cancellationToken)
    {
        var count = 0;
        var rows = tables.Live.QueryAsync<TableEntity>(
            TableKey.RangeFilter(Partition(accountId), from, to),
            most,
            ["RowKey"],
            cancellationToken
        );
        await foreach (var _ in rows)
        {
            if (++count == most) break;
        }
        return count;
    }

    /// <summary>The rows of a prefix, a page a read: a short one first, where that is likely to be enough, then a thousand each.</summary>
    public async IAsyncEnumerable<IReadOnlyList<TableEntity>> PagesAsync(
        int accountId,
        string prefix,
        int firstRows,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        string? after = null
    )
    {
        var filter = FilterBehind(accountId, prefix, after);
        var rows = firstRows;
        string? next = null;
        do
        {
            await foreach (
                var page in tables.Live.QueryAsync<TableEntity>(filter, rows, cancellationToken: cancellationToken).AsPages(next)
            )
            {
                yield return page.Values;
                next = page.ContinuationToken;
                break;
            }
            rows = RowsPerRead;
        } while (next is not null);
    }

    /// <summary>The rows of a prefix behind a key.</summary>
    public IAsyncEnumerable<TableEntity> RangeFromAsync(
        int accountId,
        string prefix,
        string? after,
        int rowsPerRead,
        CancellationToken cancellationToken
    ) =>
        tables.Live.QueryAsync<TableEntity>(
            FilterBehind(accountId, prefix, after),
            Math.Min(rowsPerRead, RowsPerRead),
            cancellationToken: cancellationToken
        );

    /// <summary>The row keys of a prefix, a page of up to 1,000 a read.</summary>
    public async IAsyncEnumerable<string> KeysAsync(
        int accountId,
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var filter = TableKey.PrefixFilter(Partition(accountId), prefix);
        await foreach (var entity in tables.Live.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken))
            yield return entity.RowKey;
    }

    /// <summary>
    /// Commits the batch with a row for the operation, after the account's due mark stands; within <see cref="StoragePatience.OfCommit"/>.
    /// </summary>
    /// <param name="operation">What the operation's row holds: the event that this change is, or null.</param>
    /// <returns>The rows' new ETags, where the answer came.</returns>
    /// <exception cref="ConflictException">A row was not as the batch expects; nothing was changed.</exception>
    /// <exception cref="StorageUnavailableException">Whether anything was changed cannot be said.</exception>
    public async Task<Committed> CommitAsync(int accountId, Batch batch, object? operation, CancellationToken cancellationToken)
    {
        var operationKey = $"{LiveKeys.Operations}{TableKey.Time(time.GetUtcNow())}|{Guid.NewGuid():n}";
        batch.Insert(operationKey, operation ?? new object());
        RequestLife.BeginWriting();
        await dueMarks.EnsureAsync(accountId, cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(RequestLife.Of(cancellationToken));
        deadline.CancelAfter(StoragePatience.OfCommit);
        try
        {
            return new Committed(batch, await tables.Live.SubmitTransactionAsync(batch.Actions, deadline.Token));
        }
        catch (Exception error) when (error is not RequestFailedException { Status: 400 })
        {
            // A commit whose answer is lost took place: its repetition is refused, or every repetition's answer was lost as well.
            if (await FindAsync<object>(accountId, operationKey, cancellationToken) is not null)
                return new Committed(batch, null);
            if (error is RequestFailedException refused && Conflict.IsConflict(refused)) throw new ConflictException(refused);
            if (error is OperationCanceledException) throw new StorageUnavailableException("a commit took too long", error);
            throw;
        }
    }

    /// <summary>A transaction that may be lost without harm: somebody else did the same, or will. False where rows changed.</summary>
    public async Task<bool> TryCommitAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            await tables.Live.SubmitTransactionAsync(batch.Actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (Conflict.IsConflict(error))
        {
            return false;
        }
    }

    public Task DeleteAsync(int accountId, IEnumerable<string> rowKeys, CancellationToken cancellationToken) =>
        tables.Live.DeleteRowsAsync(Partition(accountId), rowKeys, cancellationToken);

    /// <summary>
    /// What the timer has to know of an account, in one range read: the outbox, the agents, who waits, who handles what,
    /// and the timers that are due. Operations that nobody asks for any more are removed.
    /// </summary>
    public async Task<SweptRows> SweepAsync(int accountId, CancellationToken cancellationToken)
    {
        var (partition, now) = (Partition(accountId), time.GetUtcNow());
        var cutoff = $"{LiveKeys.Operations}{TableKey.Time(now - OperationLife)}";
        var (rows, old, left) = (new List<TableEntity>(), new List<string>(), false);
        var filter = TableKey.RangeFilter(partition, LiveKeys.Outbox, LiveKeys.Timers + TableKey.Time(now.AddTicks(1)));
        await foreach (var entity in tables.Live.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (!entity.RowKey.StartsWith(LiveKeys.Operations, StringComparison.Ordinal)) rows.Add(entity);
            else if (string.CompareOrdinal(entity.RowKey, cutoff) < 0) old.Add(entity.RowKey);
            else left = true;
        }
        await tables.Live.DeleteRowsAsync(partition, old, cancellationToken);
        return new SweptRows(rows, left);
    }

    /// <summary>The filter of a prefix's rows behind a key: the least key behind another ends with the least character more.</summary>
    private static string FilterBehind(int accountId, string prefix, string? after) =>
        TableKey.RangeFilter(Partition(accountId), after is null ? prefix : after + "!", TableKey.EndOfPrefix(prefix));
}

/// <summary>A transaction that took place.</summary>
/// <param name="answer">Null where it was lost.</param>
internal sealed class Committed(Batch batch, Response<IReadOnlyList<Response>>? answer)
{
    /// <summary>A row as the batch wrote it, to be changed again without reading it; null where its ETag is not known.</summary>
    public Row<T>? RowOf<T>(string rowKey, T value)
    {
        for (var index = 0; index < answer?.Value.Count; index++)
        {
            if (batch.Actions[index].Entity.RowKey == rowKey && answer.Value[index].Headers.ETag is { } etag)
                return new Row<T>(rowKey, etag, value);
        }
        return null;
    }
}

/// <summary>An account's rows that a timer looks at; each is decoded once, however many ask for it.</summary>
/// <param name="OperationsLeft">Whether there are operations that may still be asked for.</param>
internal sealed record SweptRows(IReadOnlyList<TableEntity> Rows, bool OperationsLeft)
{
    private readonly Dictionary<string, object> decoded = new(StringComparer.Ordinal);

    public IEnumerable<string> Keys(string prefix) => Of(prefix).Select(entity => entity.RowKey);

    public IReadOnlyList<Row<T>> Read<T>(string prefix)
    {
        if (!decoded.TryGetValue(prefix, out var rows)) decoded[prefix] = rows = Of(prefix).Select(RowCodec.Read<T>).ToList();
        return (IReadOnlyList<Row<T>>)rows;
    }

    public IEnumerable<TableEntity> Of(string prefix) => Rows.Where(entity => entity.RowKey.StartsWith(prefix, StringComparison.Ordinal));
}

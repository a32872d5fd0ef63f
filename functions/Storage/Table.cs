using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>Rows of a range that one read brought.</summary>
/// <param name="IsLast">Whether no other follow.</param>
internal sealed record RowPage(IReadOnlyList<StoredRow> Rows, bool IsLast);

/// <summary>
/// A table: its rows by their keys, ranges of them in the order of their keys, and transactions. A row that is not as a write
/// expects it is a <see cref="ConflictException"/>, or false where the write is only tried.
/// </summary>
internal sealed class Table(TableClient client)
{
    public const int RowsPerRead = 1000;

    private static readonly string[] RowKeyOnly = ["RowKey"];
    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    public async Task<Row<T>?> FindAsync<T>(string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        var answer = await client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return answer.HasValue ? new StoredRow(answer.Value!).Read<T>() : null;
    }

    /// <summary>Rows of one type, a page of up to 1,000 a read.</summary>
    /// <param name="firstRows">How many the first read brings, where those are all that is likely to be wanted.</param>
    public IAsyncEnumerable<Row<T>> RangeAsync<T>(
        string partitionKey,
        KeyRange range,
        CancellationToken cancellationToken,
        int firstRows = RowsPerRead
    ) => RangeAsync(partitionKey, range, cancellationToken, firstRows).Select(row => row.Read<T>());

    /// <summary>Rows of whatever type.</summary>
    public IAsyncEnumerable<StoredRow> RangeAsync(
        string partitionKey,
        KeyRange range,
        CancellationToken cancellationToken,
        int firstRows = RowsPerRead
    ) => PagesAsync(partitionKey, range, cancellationToken, firstRows).SelectMany(page => page.Rows);

    public IAsyncEnumerable<RowPage> PagesAsync(
        string partitionKey,
        KeyRange range,
        CancellationToken cancellationToken,
        int firstRows = RowsPerRead
    ) => QueryAsync(range.FilterIn(partitionKey), firstRows, null, cancellationToken);

    public IAsyncEnumerable<string> KeysAsync(string partitionKey, KeyRange range, CancellationToken cancellationToken) =>
        QueryAsync(range.FilterIn(partitionKey), RowsPerRead, RowKeyOnly, cancellationToken)
            .SelectMany(page => page.Rows.Select(row => row.Key));

    /// <summary>How many rows there are, counted no further than the most: keys only.</summary>
    public ValueTask<int> CountAsync(string partitionKey, KeyRange range, int most, CancellationToken cancellationToken) =>
        QueryAsync(range.FilterIn(partitionKey), most, RowKeyOnly, cancellationToken)
            .SelectMany(page => page.Rows).Take(most).CountAsync(cancellationToken);

    /// <summary>The row keys of all partitions whose own keys start with a text; what one read brings of a partition together.</summary>
    public IAsyncEnumerable<IGrouping<string, string>> PartitionsAsync(string prefix, CancellationToken cancellationToken) =>
        QueryAsync(KeyRange.FilterOfPartitions(prefix), RowsPerRead, KeysOnly, cancellationToken)
            .SelectMany(page => page.Rows.GroupBy(row => row.PartitionKey, row => row.Key));

    /// <summary>Writes a row as a whole, whether or not it exists.</summary>
    public Task UpsertAsync(string partitionKey, string rowKey, object value, CancellationToken cancellationToken) =>
        client.UpsertEntityAsync(RowCodec.Write(partitionKey, rowKey, value), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Inserts a row; false where it exists.</summary>
    public Task<bool> TryInsertAsync(string partitionKey, string rowKey, object value, CancellationToken cancellationToken) =>
        TryAsync(client.AddEntityAsync(RowCodec.Write(partitionKey, rowKey, value), cancellationToken));

    /// <summary>Replaces a row that still has the ETag; false where it changed or is gone.</summary>
    public Task<bool> TryReplaceAsync(string partitionKey, string rowKey, object value, ETag etag, CancellationToken cancellationToken) =>
        TryAsync(
            client.UpdateEntityAsync(RowCodec.Write(partitionKey, rowKey, value), etag, TableUpdateMode.Replace, cancellationToken)
        );

    /// <summary>Deletes a row, if it is there.</summary>
    public Task DeleteAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        client.DeleteEntityAsync(partitionKey, rowKey, ETag.All, cancellationToken);

    /// <summary>Deletes a row that still has the ETag; false where it changed, true also where it is gone.</summary>
    public Task<bool> TryDeleteAsync(string partitionKey, string rowKey, ETag etag, CancellationToken cancellationToken) =>
        TryAsync(client.DeleteEntityAsync(partitionKey, rowKey, etag, cancellationToken));

    /// <summary>Deletes rows, up to 100 a transaction; one that somebody else deleted meanwhile is no error.</summary>
    public async Task DeleteRowsAsync(string partitionKey, IEnumerable<string> rowKeys, CancellationToken cancellationToken)
    {
        foreach (var chunk in rowKeys.Chunk(Batch.MaxActions))
        {
            var batch = new Batch(partitionKey);
            foreach (var rowKey in chunk) batch.Delete(rowKey, ETag.All);
            try
            {
                await CommitAsync(batch, cancellationToken);
            }
            catch (ConflictException)
            {
                foreach (var rowKey in chunk) await DeleteAsync(partitionKey, rowKey, cancellationToken);
            }
        }
    }

    /// <summary>Deletes the rows of a range, read a page at a time, keys only.</summary>
    public Task DeleteRangeAsync(string partitionKey, KeyRange range, CancellationToken cancellationToken) =>
        DeleteWhereAsync(partitionKey, range.FilterIn(partitionKey), cancellationToken);

    /// <summary>Deletes the rows of a partition that were last written before a time, in the same way.</summary>
    public Task DeleteOlderAsync(string partitionKey, DateTimeOffset time, CancellationToken cancellationToken) =>
        DeleteWhereAsync(
            partitionKey,
            TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and Timestamp lt {time}"),
            cancellationToken
        );

    /// <exception cref="ConflictException">A row was not as the batch expects; nothing was changed.</exception>
    public async Task<Committed> CommitAsync(Batch batch, CancellationToken cancellationToken) =>
        new(batch, (await OrConflictAsync(client.SubmitTransactionAsync(batch.Actions, cancellationToken))).Value);

    private async Task DeleteWhereAsync(string partitionKey, string filter, CancellationToken cancellationToken)
    {
        await foreach (var page in QueryAsync(filter, RowsPerRead, RowKeyOnly, cancellationToken))
            await DeleteRowsAsync(partitionKey, page.Rows.Select(row => row.Key), cancellationToken);
    }

    /// <summary>A page a read: of a size of its own the first, then of a thousand rows each.</summary>
    private async IAsyncEnumerable<RowPage> QueryAsync(
        string filter,
        int firstRows,
        string[]? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var size = Math.Min(firstRows, RowsPerRead);
        string? next = null;
        do
        {
            var page = await client.QueryAsync<TableEntity>(filter, size, columns, cancellationToken)
                .AsPages(next).FirstAsync(cancellationToken);
            (next, size) = (page.ContinuationToken, RowsPerRead);
            yield return new RowPage([.. page.Values.Select(entity => new StoredRow(entity))], next is null);
        } while (next is not null);
    }

    private static async Task<bool> TryAsync(Task<Response> call)
    {
        try
        {
            await OrConflictAsync(call);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
    }

    /// <summary>The storage refuses what is not as expected: a row that changed, is there already, or is gone.</summary>
    private static async Task<T> OrConflictAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
        {
            throw new ConflictException(error);
        }
    }
}

/// <summary>A transaction that took place.</summary>
/// <param name="answers">Null where they were lost.</param>
internal sealed class Committed(Batch batch, IReadOnlyList<Response>? answers)
{
    /// <summary>A row as the batch wrote it, to be changed again without reading it; null where its ETag is not known.</summary>
    public Row<T>? RowOf<T>(string rowKey, T value)
    {
        for (var index = 0; index < answers?.Count; index++)
        {
            if (batch.Actions[index].Entity.RowKey == rowKey && answers[index].Headers.ETag is { } etag)
                return new Row<T>(rowKey, etag, value);
        }
        return null;
    }
}

using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

internal static class TableClientExtensions
{
    /// <summary>Deletes rows, up to 100 a transaction; one that somebody else deleted meanwhile is no error.</summary>
    public static async Task DeleteRowsAsync(
        this TableClient table,
        string partitionKey,
        IEnumerable<string> rowKeys,
        CancellationToken cancellationToken
    )
    {
        foreach (var chunk in rowKeys.Chunk(Batch.MaxActions))
        {
            var batch = new Batch(partitionKey);
            foreach (var rowKey in chunk) batch.Delete(rowKey, ETag.All);
            try
            {
                await table.SubmitTransactionAsync(batch.Actions, cancellationToken);
            }
            catch (RequestFailedException error) when (error.Status == 404)
            {
                foreach (var rowKey in chunk) await table.DeleteEntityAsync(partitionKey, rowKey, ETag.All, cancellationToken);
            }
        }
    }

    /// <summary>Deletes all rows that a filter names, read a page at a time, keys only.</summary>
    /// <param name="filter">Of one partition.</param>
    public static async Task DeleteWhereAsync(
        this TableClient table,
        string partitionKey,
        string filter,
        CancellationToken cancellationToken
    )
    {
        await foreach (
            var page in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken).AsPages()
        )
            await table.DeleteRowsAsync(partitionKey, page.Values.Select(entity => entity.RowKey), cancellationToken);
    }

    /// <summary>Deletes a row that still has the ETag; false where it changed, true also where it is gone.</summary>
    public static async Task<bool> TryDeleteAsync(
        this TableClient table,
        string partitionKey,
        string rowKey,
        ETag etag,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await table.DeleteEntityAsync(partitionKey, rowKey, etag, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (error.Status == 412)
        {
            return false;
        }
    }

    /// <summary>Writes a row as a whole, whether or not it exists.</summary>
    public static Task UpsertAsync(
        this TableClient table,
        string partitionKey,
        string rowKey,
        object value,
        CancellationToken cancellationToken
    ) => table.UpsertEntityAsync(RowCodec.Write(partitionKey, rowKey, value), TableUpdateMode.Replace, cancellationToken);

    public static async Task<Row<T>?> FindAsync<T>(
        this TableClient table,
        string partitionKey,
        string rowKey,
        CancellationToken cancellationToken
    )
    {
        var answer = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return answer.HasValue ? RowCodec.Read<T>(answer.Value!) : null;
    }

    /// <summary>Inserts a row; false where it exists.</summary>
    public static async Task<bool> TryInsertAsync(
        this TableClient table,
        string partitionKey,
        string rowKey,
        object value,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await table.AddEntityAsync(RowCodec.Write(partitionKey, rowKey, value), cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Replaces a row that still has the ETag; false where it changed or is gone.</summary>
    public static async Task<bool> TryReplaceAsync(
        this TableClient table,
        string partitionKey,
        string rowKey,
        object value,
        ETag etag,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await table.UpdateEntityAsync(RowCodec.Write(partitionKey, rowKey, value), etag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            return false;
        }
    }
}

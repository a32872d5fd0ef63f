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

using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>A table's client that sends no key and no filter that Table Storage would refuse, while its request lives.</summary>
internal sealed class LimitedTableClient : TableClient
{
    public LimitedTableClient(string connectionString, string name, TableClientOptions options)
        : base(connectionString, name, options) { }

    public LimitedTableClient(Uri service, string name, TokenCredential credential, TableClientOptions options)
        : base(service, name, credential, options) { }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default
    )
    {
        CheckKeys(partitionKey, rowKey);
        return base.GetEntityIfExistsAsync<T>(partitionKey, rowKey, select, RequestLife.Of(cancellationToken));
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        base.AddEntityAsync(entity, RequestLife.Of(cancellationToken));

    public override Task<Response> UpdateEntityAsync<T>(
        T entity,
        ETag ifMatch,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default
    ) => base.UpdateEntityAsync(entity, ifMatch, mode, RequestLife.Of(cancellationToken));

    public override Task<Response> UpsertEntityAsync<T>(
        T entity,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default
    ) => base.UpsertEntityAsync(entity, mode, RequestLife.Of(cancellationToken));

    public override Task<Response> DeleteEntityAsync(
        string partitionKey,
        string rowKey,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default
    )
    {
        CheckKeys(partitionKey, rowKey);
        return base.DeleteEntityAsync(partitionKey, rowKey, ifMatch, RequestLife.Of(cancellationToken));
    }

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null,
        int? maxPerPage = null,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default
    )
    {
        TableLimits.CheckFilter(filter ?? "");
        return base.QueryAsync<T>(filter, maxPerPage, select, RequestLife.Of(cancellationToken));
    }

    /// <summary>What is written was checked when it was made; what is deleted comes by its keys alone.</summary>
    public override Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var action in transactionActions) CheckKeys(action.Entity.PartitionKey, action.Entity.RowKey);
        return base.SubmitTransactionAsync(transactionActions, RequestLife.Of(cancellationToken));
    }

    private static void CheckKeys(string partitionKey, string rowKey)
    {
        TableLimits.CheckKey(partitionKey);
        TableLimits.CheckKey(rowKey);
    }
}

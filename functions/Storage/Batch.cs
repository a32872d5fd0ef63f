using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>
/// One entity-group transaction on one partition. It refuses what Table Storage would refuse and an emulator lets pass:
/// a row twice, more than 100 actions, a request over 4 MiB.
/// </summary>
/// <remarks>Limits: Azure Table Storage, "Performing entity group transactions".</remarks>
internal sealed class Batch(string partitionKey)
{
    public const int MaxActions = 100;
    public const int MaxBytes = 4 * 1024 * 1024;

    // What the multipart envelope and the entity's system columns add to an action, rounded up.
    private const int ActionOverheadBytes = 1024;

    private readonly List<TableTransactionAction> actions = [];
    private readonly HashSet<string> rowKeys = new(StringComparer.Ordinal);
    private int bytes;

    public string PartitionKey { get; } = partitionKey;

    public IReadOnlyList<TableTransactionAction> Actions => actions;

    public int Count => actions.Count;

    /// <summary>A new row; a conflict where it exists.</summary>
    public void Insert(string rowKey, object value) => Write(TableTransactionActionType.Add, rowKey, value, default);

    /// <summary>The row as a whole, where it still has the ETag; a conflict otherwise.</summary>
    public void Replace(string rowKey, object value, ETag etag) => Write(TableTransactionActionType.UpdateReplace, rowKey, value, etag);

    /// <summary>The row as a whole, whether or not it exists.</summary>
    public void Upsert(string rowKey, object value) => Write(TableTransactionActionType.UpsertReplace, rowKey, value, default);

    /// <summary>An existing row away, where it still has the ETag; a conflict otherwise.</summary>
    public void Delete(string rowKey, ETag etag) =>
        Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(PartitionKey, rowKey), etag), 0);

    private void Write(TableTransactionActionType type, string rowKey, object value, ETag etag)
    {
        var entity = RowCodec.Write(PartitionKey, rowKey, value);
        var sent = 0;
        foreach (var (name, column) in entity)
        {
            sent +=
                name.Length
                + 64
                + column switch
                {
                    string text => EscapedLength(text),
                    byte[] data => data.Length * 4 / 3 + 4,
                    _ => 40,
                };
        }
        Add(new TableTransactionAction(type, entity, etag), sent);
    }

    private void Add(TableTransactionAction action, int size)
    {
        var rowKey = action.Entity.RowKey;
        if (actions.Count == MaxActions) throw new InvalidOperationException($"A transaction holds at most {MaxActions} actions.");
        if (!rowKeys.Add(rowKey)) throw new InvalidOperationException($"Row {rowKey} is in the transaction twice.");
        bytes += size + ActionOverheadBytes + 2 * rowKey.Length;
        if (bytes > MaxBytes) throw new InvalidOperationException($"A transaction holds at most {MaxBytes} bytes.");
        actions.Add(action);
    }

    // The client escapes everything but plain ASCII to \uXXXX.
    private static int EscapedLength(string text)
    {
        var length = 0;
        foreach (var c in text) length += char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '.' or '_' or '/' or ':' or ',' ? 1 : 6;
        return length;
    }
}

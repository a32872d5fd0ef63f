using Azure;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>A transaction does not hold that much.</summary>
internal sealed class BatchFullException(string message) : Exception(message);

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
    public void Delete(string rowKey, ETag etag)
    {
        TableLimits.CheckKeys(PartitionKey, rowKey);
        Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(PartitionKey, rowKey), etag), 0);
    }

    /// <summary>Adds rows that belong together, as far as they all fit; where they do not, none of them.</summary>
    /// <param name="room">For how many rows of 64 KiB there has to be room behind them.</param>
    public bool TryAdd(Action<Batch> add, int room = 0)
    {
        var (count, size) = (actions.Count, bytes);
        try
        {
            add(this);
            if (actions.Count + room <= MaxActions && bytes + room * 2 * TableLimits.MaxValueBytes <= MaxBytes) return true;
        }
        catch (BatchFullException)
        {
            // As full as it was before.
        }
        foreach (var action in actions.Skip(count)) rowKeys.Remove(action.Entity.RowKey);
        actions.RemoveRange(count, actions.Count - count);
        bytes = size;
        return false;
    }

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
        size += ActionOverheadBytes + 2 * rowKey.Length;
        if (actions.Count == MaxActions) throw new BatchFullException($"A transaction holds at most {MaxActions} actions.");
        if (bytes + size > MaxBytes) throw new BatchFullException($"A transaction holds at most {MaxBytes} bytes.");
        if (!rowKeys.Add(rowKey)) throw new InvalidOperationException($"Row {rowKey} is in the transaction twice.");
        bytes += size;
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

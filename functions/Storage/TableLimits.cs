using System.Text.RegularExpressions;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>
/// What Table Storage refuses and an emulator may let pass. Rows are held to it where they are made (<see cref="RowCodec"/>),
/// keys and filters where they are sent (<see cref="Table"/>).
/// </summary>
/// <remarks>Azure Table Storage: "Understanding the Table service data model", "Querying tables and entities".</remarks>
internal static partial class TableLimits
{
    /// <summary>Of a key, in UTF-16 units: 1 KiB.</summary>
    public const int MaxKeyLength = 512;

    /// <summary>Of a column; a text has two bytes a UTF-16 unit.</summary>
    public const int MaxValueBytes = 64 * 1024;

    public const int MaxRowBytes = 1024 * 1024;
    public const int MaxColumns = 252;

    /// <summary>Of a filter.</summary>
    public const int MaxComparisons = 15;

    public static readonly DateTimeOffset EarliestTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <exception cref="ArgumentException">The row could not be stored.</exception>
    public static void Check(TableEntity row)
    {
        CheckKeys(row.PartitionKey, row.RowKey);
        var columns = row.Where(column => column.Key is not (nameof(row.PartitionKey) or nameof(row.RowKey))).ToList();
        if (columns.Count > MaxColumns) throw Refused(row, $"has {columns.Count} columns; at most {MaxColumns} fit.");
        var size = 4 + 2 * (row.PartitionKey.Length + row.RowKey.Length);
        foreach (var (name, value) in columns)
        {
            var bytes = value switch { string text => 2 * text.Length, byte[] data => data.Length, _ => 8 };
            if (bytes > MaxValueBytes) throw Refused(row, $"has {bytes} bytes in {name}; at most {MaxValueBytes} fit.");
            if (value is DateTimeOffset time && time < EarliestTime) throw Refused(row, $"has a time before the year 1601 in {name}.");
            size += 8 + 2 * name.Length + bytes + 4;
        }
        if (size > MaxRowBytes) throw Refused(row, $"has {size} bytes; at most {MaxRowBytes} fit.");
    }

    /// <exception cref="ArgumentException">No row can have these keys.</exception>
    public static void CheckKeys(string partitionKey, string rowKey)
    {
        CheckKey(partitionKey);
        CheckKey(rowKey);
    }

    private static void CheckKey(string key)
    {
        if (key.Length > MaxKeyLength) throw new ArgumentException($"A key of {key.Length} characters; at most {MaxKeyLength} fit: {key}");
        if (key.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
            throw new ArgumentException($"A key with a character that keys must not have: {key}");
    }

    /// <exception cref="ArgumentException">The filter has too many comparisons.</exception>
    public static void CheckFilter(string filter)
    {
        var comparisons = Comparison().Count(Quoted().Replace(filter, ""));
        if (comparisons > MaxComparisons)
            throw new ArgumentException($"A filter with {comparisons} comparisons; at most {MaxComparisons} are possible.");
    }

    private static ArgumentException Refused(TableEntity row, string fault) => new($"Row {row.RowKey} {fault}");

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(?:eq|ne|gt|ge|lt|le)\b")]
    private static partial Regex Comparison();
}

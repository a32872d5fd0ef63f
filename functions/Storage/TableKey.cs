using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>Text and numbers as parts of partition and row keys.</summary>
internal static class TableKey
{
    private const char Escape = '~';

    /// <summary>A number that sorts as text, up to the largest 32-bit integer.</summary>
    public static string Number(int value) => value.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>A time that sorts as text, to the tick.</summary>
    public static string Time(DateTimeOffset value) => value.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>A time that sorts as text the other way round.</summary>
    public static string NewestFirst(DateTimeOffset value) =>
        (DateTimeOffset.MaxValue.UtcTicks - value.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>
    /// Any text as legal key text, one to one. Table Storage refuses / \ # ? and control characters in keys; '|' is the
    /// separator of our row keys and '%' is not decoded alike by all clients.
    /// </summary>
    public static string Text(string value)
    {
        var key = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '*' or '+' or '=') key.Append(c);
            else key.Append(Escape).Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }
        return key.ToString();
    }

    /// <summary>The filter of all rows of a partition whose keys start with <paramref name="prefix"/>.</summary>
    public static string PrefixFilter(string partitionKey, string prefix) =>
        RangeFilter(partitionKey, prefix, EndOfPrefix(prefix));

    /// <summary>The first key after all that start with <paramref name="prefix"/>.</summary>
    public static string EndOfPrefix(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    /// <summary>The filter of a partition's rows from <paramref name="from"/>, up to but without <paramref name="to"/>.</summary>
    public static string RangeFilter(string partitionKey, string from, string to) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {from} and RowKey lt {to}");
}

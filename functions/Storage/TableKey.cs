using System.Globalization;
using System.Text;

namespace ContactRouting.Storage;

/// <summary>Text and numbers as parts of partition and row keys.</summary>
internal static class TableKey
{
    private const char Escape = '~';

    private const int MaxTextLength = 250;

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

    /// <summary>The same, or a hash where that is too long to be a part of a key.</summary>
    public static string TextOrHash(string value) =>
        Text(value) is var text && text.Length <= MaxTextLength ? text : $"~{ClaimKey.Hash(value)}";

    /// <summary>The parts of a row key.</summary>
    /// <param name="most">How many at most: the last one has the rest.</param>
    public static string[] Parts(string rowKey, int most = int.MaxValue) => rowKey.Split('|', most);
}

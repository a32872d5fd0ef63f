using System.Globalization;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>Lines and places as parts of row keys; places sort there as they compare.</summary>
internal static class LineKeys
{
    // A priority's digits, and those of a time.
    private const int PriorityLength = 10, TimeLength = 19;

    public static string Of(Line line) => $"{(line.QueueId is null ? 'a' : 'q')}{TableKey.Number(line.QueueId ?? line.AgentId!.Value)}";

    public static string Of(Place place) =>
        $"{TableKey.Number(int.MaxValue / 2 - place.Priority)}{TableKey.Time(place.Since)}|{place.Contact}";

    public static string PrefixOf(Line line) => $"{LiveKeys.Lines}{Of(line)}|";

    public static string PrefixOfOthers(Line line) => $"{LiveKeys.LinesOfOthers}{Of(line)}|";

    /// <summary>The line and the place of a row among those of its line.</summary>
    public static (Line Line, Place Place) OfRow(string rowKey)
    {
        var parts = TableKey.Parts(rowKey, 3);
        return (LineOf(parts[1]), PlaceOf(parts[2]));
    }

    /// <summary>The line and the place of a row in the one order of all that wait.</summary>
    public static (Line Line, Place Place) OfRowInOrder(string rowKey)
    {
        var key = rowKey[LiveKeys.Waiting.Length..];
        var end = key.LastIndexOf('|');
        return (LineOf(key[(end + 1)..]), PlaceOf(key[..end]));
    }

    private static Line LineOf(string key)
    {
        var id = int.Parse(key[1..], CultureInfo.InvariantCulture);
        return key[0] == 'q' ? Line.OfQueue(id) : Line.OfAgent(id);
    }

    private static Place PlaceOf(string key) =>
        new(
            int.MaxValue / 2 - int.Parse(key[..PriorityLength], CultureInfo.InvariantCulture),
            new DateTimeOffset(long.Parse(key.AsSpan(PriorityLength, TimeLength), CultureInfo.InvariantCulture), TimeSpan.Zero),
            key[(PriorityLength + TimeLength + 1)..]
        );
}

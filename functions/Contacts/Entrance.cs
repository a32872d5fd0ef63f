using Azure;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>
/// The entrance of a line with a limit. Whoever comes in writes its row by the ETag that it had before the line was
/// counted, so that of several at once only one takes the last place.
/// </summary>
/// <param name="ETag">Null where nobody came in yet.</param>
internal sealed record Entrance(Line Line, ETag? ETag)
{
    public static string RowKey(Line line) => $"{LiveKeys.Entrances}{LineKeys.Of(line)}|";

    public void Pass(Batch batch, DateTimeOffset now)
    {
        var entry = new LastEntry { At = now };
        if (ETag is { } etag) batch.Replace(RowKey(Line), entry, etag);
        else batch.Insert(RowKey(Line), entry);
    }
}

internal sealed record LastEntry
{
    public DateTimeOffset At { get; init; }
}

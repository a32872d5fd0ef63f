using System.Globalization;
using Azure;

namespace ContactRouting.Storage;

/// <summary>What a timer row is about.</summary>
internal enum TimerKind
{
    Lease,
    Offer,
    Wait,
    WrapUp,

    /// <summary>The end of another system's contact that nobody told.</summary>
    External,

    /// <summary>A contact was kept long enough; its id has the time of the contact's arrival before it.</summary>
    Retention,

    /// <summary>Credentials changed, and what follows may be missing.</summary>
    Credentials,

    /// <summary>The end of a limited token.</summary>
    Token,

    /// <summary>The account's origins changed, and their index may not follow; the row has which.</summary>
    Origins,
}

/// <summary>
/// Rows of what has to happen at a time, sorted by it; each is derived from the row it is about and comes and goes in
/// the same transactions.
/// </summary>
internal static class Timers
{
    public static string RowKey(DateTimeOffset at, TimerKind kind, string id) => $"{LiveKeys.Timers}{TableKey.Time(at)}|{kind}|{id}";

    public static (DateTimeOffset At, TimerKind Kind, string Id) Parse(string rowKey)
    {
        var parts = TableKey.Parts(rowKey, 4);
        var at = new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero);
        return (at, Enum.Parse<TimerKind>(parts[2]), parts[3]);
    }

    public static void Change(Batch batch, string? before, string? after)
    {
        if (before == after) return;
        if (before is not null) batch.Delete(before, ETag.All);
        if (after is not null) batch.Insert(after, new object());
    }
}

namespace ContactRouting.Status;

/// <summary>A minute of the last hour.</summary>
/// <param name="Waiting">How many waited when it was looked last in that minute; null where nobody looked.</param>
/// <param name="Answered">How many ended in it that had been answered.</param>
internal sealed record LiveMinute(DateTimeOffset At, int? Waiting, int Answered)
{
    public const int Count = 60;

    /// <summary>A time's minute since 1970.</summary>
    public static long Of(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMinute;

    /// <summary>The last hour up to a time's own minute, the oldest first.</summary>
    public static IReadOnlyList<LiveMinute> LastHour(
        DateTimeOffset asOf,
        IReadOnlyDictionary<long, int> waiting,
        IReadOnlyDictionary<long, int> answered
    ) =>
        [
            .. Enumerable.Range(1 - Count, Count).Select(offset => Of(asOf) + offset).Select(minute => new LiveMinute(
                DateTimeOffset.UnixEpoch.AddMinutes(minute),
                waiting.TryGetValue(minute, out var count) ? count : null,
                answered.GetValueOrDefault(minute)
            )),
        ];

    /// <summary>Those of the minutes that are in the last hour, with one more.</summary>
    public static Dictionary<long, int> With(IReadOnlyDictionary<long, int> minutes, DateTimeOffset asOf, int waiting)
    {
        var now = Of(asOf);
        var kept = minutes.Where(minute => minute.Key > now - Count && minute.Key <= now).ToDictionary();
        kept[now] = waiting;
        return kept;
    }
}

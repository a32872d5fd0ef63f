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

    /// <summary>The last hour of what is known by minutes.</summary>
    public static Dictionary<long, int> Newest(IEnumerable<KeyValuePair<long, int>> minutes, DateTimeOffset now) =>
        minutes.Where(minute => minute.Key > Of(now) - Count).ToDictionary();

    /// <summary>The same with what is so now.</summary>
    public static Dictionary<long, int> With(IReadOnlyDictionary<long, int> minutes, DateTimeOffset now, int waiting)
    {
        var kept = Newest(minutes, now);
        kept[Of(now)] = waiting;
        return kept;
    }
}

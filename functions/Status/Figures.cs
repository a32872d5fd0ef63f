using System.Collections.Immutable;
using ContactRouting.Contacts;
using ContactRouting.Directory;

namespace ContactRouting.Status;

/// <summary>Sums over contacts that ended.</summary>
internal sealed record Sums
{
    public static readonly Sums None = new();

    public int Answered { get; init; }

    /// <summary>Those who waited no longer than their queue's service level allows.</summary>
    public int AnsweredInTime { get; init; }

    public int Abandoned { get; init; }

    public int Refused { get; init; }

    /// <summary>Of those that were answered.</summary>
    public long WaitedMilliseconds { get; init; }

    /// <summary>Those that were answered and whose end was told.</summary>
    public int Handled { get; init; }

    public long HandledMilliseconds { get; init; }

    private static readonly Queue AnyQueue = new();

    /// <summary>With one more contact, in time by what its queue is set to now.</summary>
    public Sums With(ContactEnding ending, AccountDirectory directory)
    {
        if (ending.Outcome == Outcome.Abandoned) return this with { Abandoned = Abandoned + 1 };
        if (ending.Outcome == Outcome.Refused) return this with { Refused = Refused + 1 };
        var queue = (ending.QueueId is { } id ? directory.Queue(id) : null) ?? AnyQueue;
        return this with
        {
            Answered = Answered + 1,
            AnsweredInTime = AnsweredInTime + (ending.WaitedMilliseconds <= queue.ServiceLevelSeconds * 1000L ? 1 : 0),
            WaitedMilliseconds = WaitedMilliseconds + ending.WaitedMilliseconds,
            Handled = Handled + (ending.HandledMilliseconds is null ? 0 : 1),
            HandledMilliseconds = HandledMilliseconds + (ending.HandledMilliseconds ?? 0),
        };
    }

    /// <summary>What is left of a whole beside a part of it.</summary>
    public Sums Without(Sums part) => new()
    {
        Answered = Answered - part.Answered,
        AnsweredInTime = AnsweredInTime - part.AnsweredInTime,
        Abandoned = Abandoned - part.Abandoned,
        Refused = Refused - part.Refused,
        WaitedMilliseconds = WaitedMilliseconds - part.WaitedMilliseconds,
        Handled = Handled - part.Handled,
        HandledMilliseconds = HandledMilliseconds - part.HandledMilliseconds,
    };
}

/// <summary>The figures of a day, as answers show them: null where there is nothing to divide by.</summary>
internal sealed record TodayFigures(
    int Answered,
    int Abandoned,
    int Refused,
    double? ServiceLevel,
    double? AverageWaitSeconds,
    double? AverageHandleSeconds
)
{
    public static TodayFigures Of(Sums sums) =>
        new(
            sums.Answered,
            sums.Abandoned,
            sums.Refused,
            Quotient(sums.AnsweredInTime, sums.Answered + sums.Abandoned, 4),
            Quotient(sums.WaitedMilliseconds / 1000.0, sums.Answered, 1),
            Quotient(sums.HandledMilliseconds / 1000.0, sums.Handled, 1)
        );

    /// <returns>Rounded to some digits behind the point.</returns>
    private static double? Quotient(double sum, int count, int digits) => count == 0 ? null : Math.Round(sum / count, digits);
}

/// <summary>What an account's contacts of one day add up to.</summary>
/// <param name="TimeZone">By whose clock the day begins and ends: an IANA name.</param>
/// <param name="AnsweredByMinute">Of the last hour, also where that began the day before, by minutes since 1970.</param>
internal sealed record DayFigures(
    string TimeZone,
    DateOnly Day,
    Sums Total,
    IReadOnlyDictionary<int, Sums> ByQueue,
    IReadOnlyDictionary<long, int> AnsweredByMinute
)
{
    public static DayFigures None(string timeZone, DateOnly day) =>
        new(timeZone, day, Sums.None, ImmutableDictionary<int, Sums>.Empty, ImmutableDictionary<long, int>.Empty);

    public static DayFigures None(string timeZone, DateTimeOffset at) => None(timeZone, DayAt(timeZone, at));

    /// <summary>With endings that are not in them yet, as far as they are of this day.</summary>
    public DayFigures With(IEnumerable<ContactEnding> endings, AccountDirectory directory)
    {
        var more = endings.Where(ending => DayAt(TimeZone, ending.EndedAt) == Day).ToList();
        if (more.Count == 0) return this;
        var queues = ByQueue.ToDictionary();
        foreach (var ending in more.Where(ending => ending.QueueId is not null))
            queues[ending.QueueId!.Value] = queues.GetValueOrDefault(ending.QueueId.Value, Sums.None).With(ending, directory);
        return this with
        {
            Total = more.Aggregate(Total, (sums, ending) => sums.With(ending, directory)),
            ByQueue = queues,
            AnsweredByMinute = Sum([.. AnsweredByMinute, .. Minutes(more)]),
        };
    }

    /// <summary>Those that were answered, by the minutes of their ends.</summary>
    public static IEnumerable<KeyValuePair<long, int>> Minutes(IEnumerable<ContactEnding> endings) =>
        endings.Where(ending => ending.Outcome == Outcome.Answered).CountBy(ending => LiveMinute.Of(ending.EndedAt));

    public static IReadOnlyDictionary<long, int> Sum(IEnumerable<KeyValuePair<long, int>> minutes) =>
        minutes.AggregateBy(minute => minute.Key, 0, (count, minute) => count + minute.Value).ToDictionary();

    /// <summary>The day of a time in a time zone.</summary>
    public static DateOnly DayAt(string timeZone, DateTimeOffset at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime);
}

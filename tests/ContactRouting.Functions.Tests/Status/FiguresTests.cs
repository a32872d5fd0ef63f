using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Status;
using static ContactRouting.Tests.Directories;

namespace ContactRouting.Tests.Status;

public sealed class FiguresTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly AccountDirectory Configured = Of(Queue(1) with { ServiceLevelSeconds = 30 }, Queue(2));

    private static readonly Contact Answered = new()
    {
        Id = "a",
        State = ContactState.Ended,
        QueueId = 1,
        EnqueuedAt = Noon,
        AnsweredAt = Noon.AddSeconds(30),
        AcceptedAt = Noon.AddSeconds(50),
        AnsweredBy = 7,
        EndedAt = Noon.AddSeconds(150),
    };

    [Fact]
    public void Answered_contact_waited_until_its_first_accept_and_was_handled_from_its_last()
    {
        var ending = ContactEnding.Of(Answered)!;
        Assert.Equal(
            (Outcome.Answered, 1, 7, 30_000, 100_000),
            (ending.Outcome, ending.QueueId, ending.AgentId, ending.WaitedMilliseconds, ending.HandledMilliseconds)
        );
        Assert.Equal(ending, ContactEnding.Of(Answered with { State = ContactState.WrapUp, WrapUpUntil = Noon.AddSeconds(160) }));
    }

    [Theory]
    [InlineData(ContactState.Queued)]
    [InlineData(ContactState.Offered)]
    [InlineData(ContactState.Active)]
    internal void Contact_whose_guest_is_there_has_no_ending(ContactState state) =>
        Assert.Null(ContactEnding.Of(Answered with { State = state, EndedAt = null }));

    [Fact]
    public void Other_systems_contact_counts_once_somebody_is_said_to_have_answered_and_its_times_are_the_told_ones()
    {
        var told = Answered with { External = true, OccurredAt = Answered.EndedAt };
        Assert.Null(ContactEnding.Of(told with { AnsweredAt = null, AnsweredBy = null }));
        Assert.Equal(120_000, ContactEnding.Of(told)!.HandledMilliseconds);
        Assert.Null(ContactEnding.Of(told with { OccurredAt = Noon.AddSeconds(40) })!.HandledMilliseconds);
    }

    [Fact]
    public void Figures_are_quotients_of_sums_and_null_over_nothing()
    {
        var abandoned = Answered with { State = ContactState.Abandoned, AnsweredAt = null };
        var endings = new[]
        {
            Answered,
            Answered with { AnsweredAt = Noon.AddSeconds(30.001) },
            Answered with { QueueId = 2 },
            abandoned,
            abandoned with { State = ContactState.Refused },
        }.Select(contact => ContactEnding.Of(contact)!);
        var figures = DayFigures.None("UTC", Noon).With(endings, Configured);
        Assert.Equal(new TodayFigures(3, 1, 1, 0.25, 30, 100), TodayFigures.Of(figures.Total));
        Assert.Equal(new TodayFigures(2, 1, 1, 0.3333, 30, 100), TodayFigures.Of(figures.ByQueue[1]));
        Assert.Equal(new TodayFigures(1, 0, 0, 0, 30, 100), TodayFigures.Of(figures.ByQueue[2]));
        Assert.Equal(figures.Total, figures.ByQueue[1] with
        {
            Answered = 3,
            WaitedMilliseconds = 90_001,
            Handled = 3,
            HandledMilliseconds = 300_000,
        });
        Assert.Equal(new TodayFigures(0, 0, 0, null, null, null), TodayFigures.Of(Sums.None));
        Assert.Equal([KeyValuePair.Create(LiveMinute.Of(Answered.EndedAt!.Value), 3)], figures.AnsweredByMinute);
    }

    // A day of New York has 23 hours on 8 March 2026 and 25 on 1 November.
    [Theory]
    [InlineData("UTC", "2026-01-31T23:59:59Z", "2026-01-31")]
    [InlineData("UTC", "2026-02-01T00:00:00Z", "2026-02-01")]
    [InlineData("Asia/Kolkata", "2026-01-31T18:29:59Z", "2026-01-31")]
    [InlineData("Asia/Kolkata", "2026-01-31T18:30:00Z", "2026-02-01")]
    [InlineData("America/New_York", "2026-03-08T04:59:59Z", "2026-03-07")]
    [InlineData("America/New_York", "2026-03-08T05:00:00Z", "2026-03-08")]
    [InlineData("America/New_York", "2026-03-09T03:59:59Z", "2026-03-08")]
    [InlineData("America/New_York", "2026-03-09T04:00:00Z", "2026-03-09")]
    [InlineData("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01")]
    [InlineData("America/New_York", "2026-11-02T04:59:59Z", "2026-11-01")]
    [InlineData("America/New_York", "2026-11-02T05:00:00Z", "2026-11-02")]
    public void Day_is_that_of_the_accounts_clock(string timeZone, string at, string day) =>
        Assert.Equal(DateOnly.Parse(day, null), DayFigures.DayAt(timeZone, DateTimeOffset.Parse(at, null)));

    [Fact]
    public void Last_hour_is_sixty_minutes_with_what_is_known_of_each()
    {
        var now = LiveMinute.Of(Noon);
        var seen = LiveMinute.With(new Dictionary<long, int> { [now - 60] = 9, [now - 59] = 8, [now] = 1 }, Noon.AddSeconds(59), 5);
        var hour = LiveMinute.LastHour(Noon, seen, new Dictionary<long, int> { [now - 1] = 3 });
        Assert.Equal(60, hour.Count);
        Assert.Equal(new LiveMinute(Noon.AddMinutes(-59), 8, 0), hour[0]);
        Assert.Equal(new LiveMinute(Noon.AddMinutes(-1), null, 3), hour[^2]);
        Assert.Equal(new LiveMinute(Noon, 5, 0), hour[^1]);
    }
}

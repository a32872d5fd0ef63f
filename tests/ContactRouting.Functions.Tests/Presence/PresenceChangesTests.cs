using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Tests.Presence;

public sealed class PresenceChangesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly AgentState LoggedOut = new() { AgentId = 7, Units = [ServingUnit.OwnAgents(1), ServingUnit.Group("B")] };

    [Fact]
    public void Login_changes_the_state_and_is_an_event()
    {
        var (outcome, after, happened) = Decide(LoggedOut, PresenceStatus.Available);
        Assert.Equal(PresenceOutcome.Changed, outcome);
        Assert.Equal(
            (PresenceStatus.Available, Noon, Noon, 1L),
            (after.Status, after.OnlineSince!.Value, after.StatusSince!.Value, after.Sequence)
        );
        Assert.Equal(new PresenceStep(PresenceSource.Phone, Noon), happened);
    }

    [Fact]
    public void Repeated_login_changes_nothing_and_is_no_event()
    {
        var loggedIn = Decide(LoggedOut, PresenceStatus.Available).After;
        var (outcome, after, happened) = Decide(loggedIn, PresenceStatus.Available, now: Noon.AddMinutes(1));
        Assert.Equal(PresenceOutcome.Unchanged, outcome);
        Assert.Same(loggedIn, after);
        Assert.Null(happened);
    }

    [Fact]
    public void Busy_keeps_the_time_online_and_logout_ends_it()
    {
        var loggedIn = Decide(LoggedOut, PresenceStatus.Available).After;
        var busy = Decide(loggedIn, PresenceStatus.Busy, now: Noon.AddMinutes(1)).After;
        Assert.Equal((Noon, Noon.AddMinutes(1)), (busy.OnlineSince!.Value, busy.StatusSince!.Value));
        var loggedOut = Decide(busy, PresenceStatus.LoggedOut, now: Noon.AddMinutes(2)).After;
        Assert.Null(loggedOut.OnlineSince);
        Assert.Equal(3, loggedOut.Sequence);
    }

    [Fact]
    public void Change_that_logs_nobody_in_makes_a_logged_in_agent_busy_and_leaves_another()
    {
        var change = new PresenceChange(PresenceStatus.Busy, PresenceSource.Api, OnlyWhileLoggedIn: true);
        var (outcome, after, happened) = PresenceChanges.Decide(LoggedOut, change, Noon);
        Assert.Equal(PresenceOutcome.Unchanged, outcome);
        Assert.Same(LoggedOut, after);
        Assert.Null(happened);
        Assert.Equal(
            PresenceStatus.Busy,
            PresenceChanges.Decide(Decide(LoggedOut, PresenceStatus.Available).After, change, Noon).After.Status
        );
    }

    [Fact]
    public void Older_logout_never_overrides_a_newer_login_nor_its_repetition()
    {
        var loggedIn = Decide(LoggedOut, PresenceStatus.Available, Noon.AddSeconds(-10)).After;
        Assert.Equal(PresenceOutcome.Outdated, Decide(loggedIn, PresenceStatus.LoggedOut, Noon.AddSeconds(-11)).Outcome);
        var (outcome, repeated, happened) = Decide(loggedIn, PresenceStatus.Available, Noon);
        Assert.Equal(PresenceOutcome.Unchanged, outcome);
        Assert.Null(happened);
        var (late, after, _) = Decide(repeated, PresenceStatus.LoggedOut, Noon.AddSeconds(-5));
        Assert.Equal(PresenceOutcome.Outdated, late);
        Assert.Same(repeated, after);
    }

    [Fact]
    public void Undated_change_after_one_dated_ahead_is_in_order_of_arrival()
    {
        var ahead = Decide(LoggedOut, PresenceStatus.Available, Noon.AddSeconds(30)).After;
        Assert.Equal(PresenceOutcome.Changed, Decide(ahead, PresenceStatus.LoggedOut).Outcome);
    }

    [Fact]
    public void Index_has_a_row_per_unit_that_tells_the_units_state_first()
    {
        Assert.Empty(ServingIndex.RowKeys(LoggedOut));
        var available = ServingIndex.RowKeys(Decide(LoggedOut, PresenceStatus.Available).After).Order(StringComparer.Ordinal).ToList();
        var busy = ServingIndex.RowKeys(Decide(LoggedOut, PresenceStatus.Busy).After).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, available.Count);
        Assert.Equal((true, false), (ServingIndex.IsServing(available[0]), ServingIndex.IsServing(busy[0])));
        Assert.True(string.CompareOrdinal(available[0], busy[0]) < 0);
    }

    private static (PresenceOutcome Outcome, AgentState After, PresenceStep? Happened) Decide(
        AgentState state,
        PresenceStatus status,
        DateTimeOffset? occurredAt = null,
        DateTimeOffset? now = null
    ) => PresenceChanges.Decide(state, new PresenceChange(status, PresenceSource.Phone, occurredAt), now ?? Noon);
}

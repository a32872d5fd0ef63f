namespace ContactRouting.Presence;

/// <summary>A wish to change an agent's presence.</summary>
/// <param name="Status">Null to leave it as it is.</param>
/// <param name="OccurredAt">When it happened, by its sender's word; null for now.</param>
/// <param name="StatusText">Null to leave it as it is.</param>
/// <param name="Lease">How long the login lasts unless it is renewed; null to leave that as it is.</param>
/// <param name="OnlyWhileLoggedIn">Where this is given, it changes nothing unless the agent is logged in then, or logged out.</param>
internal sealed record PresenceChange(
    PresenceStatus? Status,
    PresenceSource Source,
    DateTimeOffset? OccurredAt = null,
    string? StatusText = null,
    LeaseWish? Lease = null,
    bool? OnlyWhileLoggedIn = null
);

/// <summary>What a change says of an agent's lease.</summary>
/// <param name="Seconds">From now; null for no lease at all, or for as long as the lease was asked for.</param>
/// <param name="Renews">Whether it only makes a lease longer that is there.</param>
internal readonly record struct LeaseWish(int? Seconds, bool Renews = false);

/// <summary>That an agent's status changes: by what, and when by its sender's word.</summary>
internal sealed record PresenceStep(PresenceSource Source, DateTimeOffset OccurredAt);

internal enum PresenceOutcome
{
    Changed,

    /// <summary>The agent had that status already; no event.</summary>
    Unchanged,

    /// <summary>Older than what is known; it changed nothing.</summary>
    Outdated,
}

/// <summary>What changes of presence mean, pure.</summary>
internal static class PresenceChanges
{
    /// <summary>What a change makes of an agent's state.</summary>
    /// <returns>The state itself where nothing is to be written; the step where the status changes.</returns>
    public static (PresenceOutcome Outcome, AgentState After, PresenceStep? Happened) Decide(
        AgentState state,
        PresenceChange change,
        DateTimeOffset now
    )
    {
        var occurredAt = change.OccurredAt ?? now;

        // By the server's clock alone, order of arrival is the order of events.
        if (change.OccurredAt is null && state.OccurredAt > occurredAt) occurredAt = state.OccurredAt.Value;
        if (occurredAt < state.OccurredAt) return (PresenceOutcome.Outdated, state, null);
        if (change.OnlyWhileLoggedIn is { } loggedIn && loggedIn != state.IsLoggedIn) return (PresenceOutcome.Unchanged, state, null);
        if (change.StatusText is { } text && text != state.StatusText) state = state with { StatusText = text };
        state = Leased(state, change, now);
        if (change.Status is not { } status || status == state.Status)
            return (PresenceOutcome.Unchanged, change.OccurredAt > state.OccurredAt ? state with { OccurredAt = occurredAt } : state, null);

        var after = state with
        {
            Status = status,
            OccurredAt = occurredAt,
            StatusSince = now,
            IdleSince = now,
            Unanswered = 0,
            OnlineSince = status == PresenceStatus.LoggedOut ? null : state.OnlineSince ?? now,
            Sequence = state.Sequence + 1,
        };
        return (PresenceOutcome.Changed, after, new PresenceStep(change.Source, occurredAt));
    }

    private static AgentState Leased(AgentState state, PresenceChange change, DateTimeOffset now)
    {
        if ((change.Status ?? state.Status) == PresenceStatus.LoggedOut)
            return state.LeaseUntil is null ? state : state with { LeaseUntil = null, LeaseSeconds = null };
        // Whoever says after the end of a lease that it is there, logs in anew.
        if (change.Lease is not { } wish)
            return change.Status is not null && state.HasLapsed(now) ? state with { LeaseUntil = null, LeaseSeconds = null } : state;
        if (!wish.Renews)
            return state with { LeaseUntil = wish.Seconds is { } asked ? now.AddSeconds(asked) : null, LeaseSeconds = wish.Seconds };
        return state.LeaseUntil is { } until && now.AddSeconds(wish.Seconds ?? state.LeaseSeconds!.Value) is var renewed && renewed > until
            ? state with { LeaseUntil = renewed }
            : state;
    }
}

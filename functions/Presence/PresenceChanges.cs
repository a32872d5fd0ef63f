using ContactRouting.Http;
using ContactRouting.Storage;
using ContactRouting.Webhooks;

namespace ContactRouting.Presence;

/// <summary>A wish to change an agent's presence.</summary>
/// <param name="Status">Null to leave it as it is.</param>
/// <param name="OccurredAt">When it happened, by its sender's word; null for now.</param>
/// <param name="StatusText">Null to leave it as it is.</param>
/// <param name="Lease">How long the login lasts unless it is renewed; null for ever. It counts where a status is given.</param>
/// <param name="OnlyWhileLoggedIn">Where this is given, it changes nothing unless the agent is logged in then, or logged out.</param>
internal sealed record PresenceChange(
    PresenceStatus? Status,
    PresenceSource Source,
    DateTimeOffset? OccurredAt = null,
    string? StatusText = null,
    TimeSpan? Lease = null,
    bool? OnlyWhileLoggedIn = null
);

internal enum PresenceOutcome
{
    Changed,

    /// <summary>The agent had that status already; no event.</summary>
    Unchanged,

    /// <summary>Older than what is known; it changed nothing.</summary>
    Outdated,
}

/// <summary>Logs agents in and out: one read and, where something changes, one transaction.</summary>
internal sealed class PresenceChanges(LiveTable live, DeliveryQueue deliveries, TimeProvider time)
{
    private static readonly TimeSpan FutureTolerance = TimeSpan.FromSeconds(60);

    /// <param name="accepts">Checks the agent before anything is changed.</param>
    /// <exception cref="DomainException">The agent is unknown, or the change is dated too far in the future.</exception>
    public Task<PresenceOutcome> ApplyAsync(
        int accountId,
        int agentId,
        PresenceChange change,
        Action<AgentState> accepts,
        CancellationToken cancellationToken
    ) =>
        ApplyAsync(accountId, agentId, state =>
        {
            accepts(state);
            return change;
        }, cancellationToken);

    /// <param name="decide">The change that the agent's state calls for, or null for none.</param>
    public Task<PresenceOutcome> ApplyAsync(
        int accountId,
        int agentId,
        Func<AgentState, PresenceChange?> decide,
        CancellationToken cancellationToken
    ) =>
        Conflict.RetryAsync(async () =>
        {
            var row = await live.FindAsync<AgentState>(accountId, AgentState.RowKey(agentId), cancellationToken)
                ?? throw new DomainException(ErrorKind.NotFound, $"agent_id {agentId} is no agent's.", "agent_id");
            if (decide(row.Value) is not { } change) return PresenceOutcome.Unchanged;
            var (outcome, after, happened) = Decide(row.Value, change, time.GetUtcNow());
            if (after == row.Value) return outcome;
            var batch = new Batch(LiveTable.Partition(accountId));
            ServingIndex.Change(batch, row, after);
            Outbox.Add(batch, happened);
            await live.CommitAsync(accountId, batch, happened, cancellationToken);
            deliveries.Announce(accountId, happened);
            return outcome;
        }, time, cancellationToken);

    /// <summary>What a change makes of an agent's state.</summary>
    /// <returns>The state itself where nothing is to be written; the event where the status changes.</returns>
    public static (PresenceOutcome Outcome, AgentState After, PresenceEvent? Happened) Decide(
        AgentState state,
        PresenceChange change,
        DateTimeOffset now
    )
    {
        var occurredAt = change.OccurredAt ?? now;
        if (occurredAt > now + FutureTolerance)
            throw DomainException.Invalid("occurred_at", $"is more than {FutureTolerance.TotalSeconds} s ahead of the server's clock.");

        // By the server's clock alone, order of arrival is the order of events.
        if (change.OccurredAt is null && state.OccurredAt > occurredAt) occurredAt = state.OccurredAt.Value;
        if (occurredAt < state.OccurredAt) return (PresenceOutcome.Outdated, state, null);
        if (change.OnlyWhileLoggedIn is { } loggedIn && loggedIn != state.IsLoggedIn) return (PresenceOutcome.Unchanged, state, null);
        if (change.StatusText is { } text && text != state.StatusText) state = state with { StatusText = text };
        if (change.Status is { } wanted)
        {
            var until = wanted == PresenceStatus.LoggedOut ? null : now + change.Lease;
            if (until != state.LeaseUntil) state = state with { LeaseUntil = until };
        }
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
        return (PresenceOutcome.Changed, after, new PresenceEvent
        {
            Id = Guid.NewGuid().ToString("n"),
            AgentId = state.AgentId,
            Sequence = after.Sequence,
            Before = state.Status,
            After = status,
            Source = change.Source,
            OccurredAt = occurredAt,
            CommittedAt = now,
            Type = state.Type,
            Address = state.Address,
            To = PresenceEvent.Recipients(state.Subscriptions, state.Status, status),
        });
    }
}

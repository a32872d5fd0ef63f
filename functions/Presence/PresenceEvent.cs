using ContactRouting.Directory;

namespace ContactRouting.Presence;

/// <summary>A change of presence, committed in the transaction that makes it.</summary>
internal sealed record PresenceEvent
{
    public string Id { get; init; } = "";

    public int AgentId { get; init; }

    /// <summary>Without gaps per agent, from 1.</summary>
    public long Sequence { get; init; }

    public PresenceStatus Before { get; init; }

    public PresenceStatus After { get; init; }

    public PresenceSource Source { get; init; }

    /// <summary>By its sender's word where it gave one.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    public DateTimeOffset CommittedAt { get; init; }

    /// <summary>The agent's, as they were.</summary>
    public AgentType Type { get; init; }

    public string Address { get; init; } = "";

    /// <summary>The trace that it happened in, as <c>traceparent</c> tells it; null where none is recorded.</summary>
    public string? Trace { get; init; }

    /// <summary>The subscriptions that asked for this when it happened.</summary>
    public IReadOnlyList<int> To { get; init; } = [];

    /// <summary>Whom a change concerns: a login ends being logged out, a logout begins it; between available and busy is neither.</summary>
    public static IReadOnlyList<int> Recipients(IEnumerable<AgentSubscription> subscriptions, PresenceStatus before, PresenceStatus after)
    {
        SubscribedEvent? happened = (before, after) switch
        {
            (PresenceStatus.LoggedOut, not PresenceStatus.LoggedOut) => SubscribedEvent.AgentLogin,
            (not PresenceStatus.LoggedOut, PresenceStatus.LoggedOut) => SubscribedEvent.AgentLogout,
            _ => null,
        };
        return [.. subscriptions.Where(subscription => subscription.EventType == happened).Select(subscription => subscription.Id)];
    }
}

using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Presence;

internal enum PresenceStatus
{
    LoggedOut,
    Available,
    Busy,
}

/// <summary>What brought a change of presence about.</summary>
internal enum PresenceSource
{
    Api,
    Phone,
    Expired,
}

/// <summary>
/// An agent's live row, one for every agent of the directory: presence, and a copy of what a change of presence needs
/// of the directory, kept in the directory's own transactions, so that such a change reads this row alone.
/// </summary>
internal sealed record AgentState
{
    public const string Prefix = "p|";

    public int AgentId { get; init; }

    public AgentType Type { get; init; }

    public string Address { get; init; } = "";

    /// <summary>The queues and groups that the agent serves, as <see cref="ServingUnit"/> names.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>Who wants to be called when the agent logs in or out.</summary>
    public IReadOnlyList<AgentSubscription> Subscriptions { get; init; } = [];

    public PresenceStatus Status { get; init; }

    /// <summary>The time of the newest change or repetition, by its sender's word where it gave one.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Since when the agent is logged in; null when logged out.</summary>
    public DateTimeOffset? OnlineSince { get; init; }

    /// <summary>Since when the agent has its status.</summary>
    public DateTimeOffset? StatusSince { get; init; }

    /// <summary>What the agent says of it, free text.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>Counts the agent's presence events.</summary>
    public long Sequence { get; init; }

    public bool CanServe => Status == PresenceStatus.Available;

    public bool IsLoggedIn => Status != PresenceStatus.LoggedOut;

    public static string RowKey(int agentId) => $"{Prefix}{TableKey.Number(agentId)}";

    /// <summary>The agent as the directory has it now, its presence kept.</summary>
    public AgentState Follow(Agent agent, IEnumerable<Subscription> subscriptions) => this with
    {
        AgentId = agent.Id,
        Type = agent.Type,
        Address = agent.Address,
        Units =
        [
            .. agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => ServingUnit.Operators(assignment.QueueId)),
            .. agent.Groups.Select(ServingUnit.Group),
        ],
        Subscriptions = [.. subscriptions.Select(subscription => new AgentSubscription(subscription.Id, subscription.EventType))],
    };
}

/// <summary>What a change of presence has to know of a subscription.</summary>
internal sealed record AgentSubscription(int Id, SubscribedEvent EventType);

/// <summary>Those who serve a queue together: its direct operators, or a group.</summary>
internal static class ServingUnit
{
    public static string Operators(int queueId) => $"q{TableKey.Number(queueId)}";

    public static string Group(string groupId) => $"g{groupId}";
}

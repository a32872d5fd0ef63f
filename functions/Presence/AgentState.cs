using System.Collections.Immutable;
using ContactRouting.Directory;
using ContactRouting.Routing;
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
    /// <summary>How many contacts an agent can have at once, those of other systems included.</summary>
    public const int MaxLoad = 100;

    public int AgentId { get; init; }

    public string Name { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public AgentType Type { get; init; }

    public string Address { get; init; } = "";

    /// <summary>The queues and groups that the agent serves.</summary>
    public IReadOnlyList<ServingUnit> Units { get; init; } = [];

    /// <summary>Who wants to be called when the agent logs in or out.</summary>
    public IReadOnlyList<AgentCallback> Callbacks { get; init; } = [];

    public PresenceStatus Status { get; init; }

    /// <summary>The time of the newest change or repetition, by its sender's word where it gave one.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Since when the agent is logged in; null when logged out.</summary>
    public DateTimeOffset? OnlineSince { get; init; }

    /// <summary>Since when the agent has its status.</summary>
    public DateTimeOffset? StatusSince { get; init; }

    /// <summary>What the agent says of it, free text.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>Unless renewed, the login ends then; null for never.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>How long the lease was asked for, and is renewed for.</summary>
    public int? LeaseSeconds { get; init; }

    public int CapacityUnits { get; init; } = 1;

    public IReadOnlyDictionary<string, int> ChannelCosts { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The units whose strategy is not the default.</summary>
    public IReadOnlyDictionary<ServingUnit, AgentStrategy> Strategies { get; init; } =
        ImmutableDictionary<ServingUnit, AgentStrategy>.Empty;

    /// <summary>What the agent has been offered, handles, or rests from.</summary>
    public IReadOnlyList<Reservation> Load { get; init; } = [];

    /// <summary>Since when the agent waits for contacts.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    public DateTimeOffset? LastOfferedAt { get; init; }

    /// <summary>Offers in a row that the agent let pass.</summary>
    public int Unanswered { get; init; }

    public DateTimeOffset? LastUnansweredAt { get; init; }

    /// <summary>The agent's place in units that choose at random; new whenever routing changes its load.</summary>
    public int Shuffle { get; init; }

    /// <summary>Counts the agent's presence events.</summary>
    public long Sequence { get; init; }

    /// <summary>Capacity that nothing is reserved for; negative where other systems' contacts take more than there is.</summary>
    public int Free => CapacityUnits - Load.Sum(reservation => reservation.Cost);

    public bool CanServe => Status == PresenceStatus.Available && Free > 0;

    public bool CanTake(string channel) => CanServe && CostOf(channel) <= Free;

    public int CostOf(string channel) => ChannelCosts.GetValueOrDefault(channel, 1);

    /// <summary>The key of the row that ends the lease; null without one.</summary>
    public string? LeaseTimer => LeaseUntil is { } until ? Timers.RowKey(until, TimerKind.Lease, TableKey.Number(AgentId)) : null;

    /// <summary>Whether the lease is over, though nobody has ended it yet.</summary>
    public bool HasLapsed(DateTimeOffset now) => LeaseUntil <= now;

    public bool IsLoggedIn => Status != PresenceStatus.LoggedOut;

    public static string RowKey(int agentId) => $"{LiveKeys.Agents}{TableKey.Number(agentId)}";

    /// <summary>The agent as the directory has it now, its presence kept.</summary>
    public AgentState Follow(AccountDirectory directory, Agent agent) => this with
    {
        AgentId = agent.Id,
        Name = agent.Name,
        DisplayName = agent.DisplayName,
        CapacityUnits = agent.CapacityUnits,
        ChannelCosts = agent.ChannelCosts,
        Strategies = StrategiesOf(directory, agent)
            .Where(unit => unit.Strategy != AgentStrategy.LongestIdle)
            .ToImmutableDictionary(unit => unit.Unit, unit => unit.Strategy),
        Type = agent.Type,
        Address = agent.Address,
        Units =
        [
            .. agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => ServingUnit.OwnAgents(assignment.QueueId)),
            .. agent.Groups.Select(ServingUnit.Group),
        ],
        Callbacks =
        [
            .. directory
                .CallbacksOf(agent.Id)
                .Select(callback => new AgentCallback(callback.Id, callback.EventType)),
        ],
    };

    private static IEnumerable<(ServingUnit Unit, AgentStrategy Strategy)> StrategiesOf(AccountDirectory directory, Agent agent) =>
        agent
            .Queues.Where(assignment => assignment.Enabled)
            .Select(assignment => (ServingUnit.OwnAgents(assignment.QueueId), directory.Queue(assignment.QueueId)!.Strategy))
            .Concat(agent.Groups.Select(group => (ServingUnit.Group(group), directory.Group(group)!.Strategy)));
}

/// <summary>Capacity that a contact has of an agent.</summary>
/// <param name="WrapUpUntil">While the agent rests from it.</param>
internal sealed record Reservation(string ContactId, int Cost, DateTimeOffset? WrapUpUntil = null);

/// <summary>What a change of presence has to know of a callback.</summary>
internal sealed record AgentCallback(int Id, CallbackEvent EventType);

namespace ContactRouting.Routing;

internal enum RoutingOutcome
{
    /// <summary>An agent is offered the contact.</summary>
    Offered,

    /// <summary>The contact waits.</summary>
    Queued,

    /// <summary>Nobody will serve the contact.</summary>
    Refused,
}

/// <summary>Why an agent that was read was taken or passed by.</summary>
/// <param name="Code">
/// <c>chosen</c>; <c>declinedBefore</c>: the contact was offered to the agent last, others come first;
/// <c>behindChosen</c>: the unit's strategy puts somebody else first; <c>cannotServe</c>.
/// </param>
internal sealed record AgentReason(int AgentId, string Code);

/// <summary>What was looked at of a unit.</summary>
/// <param name="GroupId">Null for the queue's own operators.</param>
/// <param name="NotExamined">Whether there may be agents that were not looked at.</param>
internal sealed record UnitReason(string? GroupId, IReadOnlyList<AgentReason> Agents, bool NotExamined);

/// <summary>A level that was considered, or the line that was asked for directly.</summary>
/// <param name="Code">
/// <c>taken</c>; <c>waitsHere</c>; <c>notOpen</c>; <c>notNeeded</c>: a lower level takes the contact; <c>full</c>: the
/// queue's limit is reached.
/// </param>
internal sealed record LineReason(
    int? Level,
    int? QueueId,
    int? AgentId,
    string Code,
    Availability Availability,
    IReadOnlyList<Reason> Reasons
)
{
    public IReadOnlyList<UnitReason> Units { get; init; } = [];
}

/// <summary>What the kernel decides of a contact, and everything that led to it.</summary>
internal sealed record RoutingDecision
{
    public RoutingOutcome Outcome { get; init; }

    /// <summary>The directory's version that it was decided on.</summary>
    public long ConfigurationVersion { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The level's stable id, where the contact came by a service.</summary>
    public string? LevelId { get; init; }

    public int? Level { get; init; }

    public int? QueueId { get; init; }

    /// <summary>The agent who is offered the contact; or for whom it waits, where it came for one.</summary>
    public int? AgentId { get; init; }

    public IReadOnlyList<LineReason> Lines { get; init; } = [];

    /// <summary>With a random strategy: who could have been taken too.</summary>
    public IReadOnlyList<int> Candidates { get; init; } = [];
}

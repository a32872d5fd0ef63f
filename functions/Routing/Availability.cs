using ContactRouting.Directory;
using ContactRouting.Presence;

namespace ContactRouting.Routing;

/// <summary>What a queue, an agent or a service can do for a guest now.</summary>
internal enum Availability
{
    /// <summary>Someone can serve now.</summary>
    Open,

    /// <summary>Someone is logged in, nobody can serve now.</summary>
    Busy,

    /// <summary>Nobody is logged in, or the queue is switched off.</summary>
    Closed,
}

/// <summary>A machine-readable reason for an availability.</summary>
/// <param name="Code">
/// <c>canServe</c>, <c>allBusy</c>, <c>nobodyLoggedIn</c>: of the queue's own operators, of a group, or of an agent;
/// <c>secondaryNotNeeded</c>: a secondary group that has to wait while the primaries can serve;
/// <c>queueDisabled</c>; <c>noAgents</c>: nobody is assigned.
/// </param>
internal sealed record Reason(string Code, string? GroupId = null, int? AgentId = null)
{
    public static string CodeOf(UnitState state) => state switch
    {
        UnitState.CanServe => "canServe",
        UnitState.LoggedIn => "allBusy",
        _ => "nobodyLoggedIn",
    };
}

/// <summary>An availability and why it is so.</summary>
internal sealed record Verdict(Availability Availability, IReadOnlyList<Reason> Reasons);

/// <summary>What is known of live presence: the state of the units and of the agents that a decision looks at.</summary>
internal interface ILivePresence
{
    UnitState OfUnit(string unit);

    UnitState OfAgent(int agentId);
}

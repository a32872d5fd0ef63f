namespace ContactRouting.Routing;

/// <summary>What a queue, an agent or a service can do for a guest now.</summary>
internal enum Availability
{
    /// <summary>Someone can serve now.</summary>
    Open,

    /// <summary>Someone is logged in, nobody can serve now.</summary>
    Busy,

    /// <summary>Nobody is logged in, or the queue is switched off or outside its hours.</summary>
    Closed,
}

/// <summary>A machine-readable reason for an availability.</summary>
/// <param name="Code">
/// <c>canServe</c>, <c>allBusy</c>, <c>nobodyLoggedIn</c>: of the queue's own agents, of a group, or of an agent;
/// <c>secondaryNotNeeded</c>: a secondary group that has to wait while the primaries can serve;
/// <c>secondaryNotYet</c>: one that the queue's advanceWhen holds back;
/// <c>queueDisabled</c>; <c>outsideHours</c>; <c>noAgents</c>: nobody is assigned.
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
/// <param name="Serving">The units that may serve a guest now and can, in the order in which they are asked.</param>
/// <param name="MayServe">The units that may serve a guest now, whether or not they can.</param>
internal sealed record Verdict(
    Availability Availability,
    IReadOnlyList<Reason> Reasons,
    IReadOnlyList<ServingUnit> Serving,
    IReadOnlyList<ServingUnit> MayServe
)
{
    public static Verdict Closed(string code) => new(Availability.Closed, [new Reason(code)], [], []);
}

/// <summary>When a decision is made, and for whom.</summary>
/// <param name="Waited">How long the contact has waited; a new one has not.</param>
internal readonly record struct Moment(DateTimeOffset Now, TimeSpan Waited = default);

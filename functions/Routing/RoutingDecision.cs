using System.Text.Json.Serialization;

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
/// <c>chosen</c>; <c>letPass</c>: the agent let the contact pass, others come first; <c>beingAsked</c>: another contact is
/// just offered to the agent; <c>behindChosen</c>: the unit's strategy puts somebody else first; <c>cannotServe</c>.
/// </param>
internal sealed record AgentReason(int AgentId, string Code);

/// <summary>What was looked at of a unit.</summary>
/// <param name="GroupId">Null for the queue's own agents.</param>
/// <param name="NotExamined">Whether there may be agents that were not looked at.</param>
internal sealed record UnitReason(string? GroupId, IReadOnlyList<AgentReason> Agents, bool NotExamined);

/// <summary>A level that was considered, or the line that was asked for directly.</summary>
/// <param name="Code">
/// <c>taken</c>; <c>waitsHere</c>; <c>notOpen</c>; <c>notNeeded</c>: a lower level takes the contact; <c>full</c>: the
/// queue's limit is reached; <c>left</c>: the contact was there and does not come back.
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
    public const string Full = "full";

    public IReadOnlyList<UnitReason> Units { get; init; } = [];
}

/// <summary>What the kernel decides of a contact, and everything that led to it.</summary>
internal sealed record RoutingDecision
{
    // So many reasons fit into a row without being measured.
    private const int ShortEnough = 150;

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

    /// <summary>What was considered, in the order of the levels.</summary>
    public IReadOnlyList<LineReason> Lines { get; init; } = [];

    /// <summary>How many lines are not told, so that the decision fits into its row: those farthest from the one that was taken.</summary>
    public int LinesLeftOut { get; init; }

    /// <summary>With a random strategy: who could have been taken too.</summary>
    public IReadOnlyList<int> Candidates { get; init; } = [];

    /// <summary>The unit by which the agent is asked; null where the contact came for that agent.</summary>
    [JsonIgnore]
    public ServingUnit? Unit { get; init; }

    /// <summary>Where this is given, nothing is decided yet: it has to be known how many wait in this line.</summary>
    [JsonIgnore]
    public Line? NeedsLengthOf { get; init; }

    /// <summary>Where the contact waits, or would wait for the agent who is asked; null where nobody serves it.</summary>
    [JsonIgnore]
    public Line? Line { get; init; }

    /// <summary>What is decided of a contact whose offer came to nothing: it waits on in its line.</summary>
    /// <param name="why">A reason's code: <c>declined</c>, <c>unanswered</c> or <c>revoked</c>.</param>
    public RoutingDecision BackInLine(Line line, int? agentId, string why, DateTimeOffset now) => this with
    {
        Outcome = RoutingOutcome.Queued,
        At = now,
        AgentId = line.AgentId,
        Lines =
        [
            new LineReason(Level, line.QueueId, line.AgentId, "waitsHere", Availability.Busy, [new Reason(why, AgentId: agentId)]),
        ],
        Candidates = [],
    };

    /// <summary>Why an offer came to nothing, where the contact waits because of that.</summary>
    [JsonIgnore]
    public string? CameBack => Lines is [{ Reasons: [{ Code: "declined" or "unanswered" or "revoked" } why] }] ? why.Code : null;

    /// <summary>The decision with as many lines as its text has room for.</summary>
    /// <param name="length">Of the decision's text, in UTF-16 units.</param>
    public RoutingDecision Fitting(int maxLength, Func<RoutingDecision, int> length)
    {
        if (Lines.Sum(line => 1 + line.Reasons.Count + line.Units.Sum(unit => 1 + unit.Agents.Count)) + Candidates.Count <= ShortEnough)
            return this;
        if (length(this) <= maxLength) return this;
        var taken = Math.Max(0, Lines.TakeWhile(line => line.Code is not ("taken" or "waitsHere")).Count());
        for (var kept = Lines.Count / 2; kept > 0; kept /= 2)
        {
            var shorter = this with
            {
                Lines =
                [
                    .. Lines.Select((line, index) => (line, index)).OrderBy(pair => Math.Abs(pair.index - taken)).Take(kept)
                        .OrderBy(pair => pair.index).Select(pair => pair.line),
                ],
                LinesLeftOut = Lines.Count - kept,
                Candidates = [.. Candidates.Take(100)],
            };
            if (length(shorter) <= maxLength) return shorter;
        }
        return this with { Lines = [], LinesLeftOut = Lines.Count, Candidates = [] };
    }
}

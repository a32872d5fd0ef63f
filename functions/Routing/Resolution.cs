using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>A line and what it can do now: a service's level, what was asked for directly, or what a contact overflows into.</summary>
/// <param name="Index">The level's place among those of its service; null where it is none.</param>
internal sealed record JudgedLine(int? Index, Level? Level, Line Line, Verdict Verdict);

/// <summary>
/// Which line takes a guest now: the lowest level that is open; where none is, the lowest busy one, which takes no guest at
/// once. Where nobody is there at all, it is closed.
/// </summary>
/// <param name="Lines">A service's levels in their order, or the one line that was asked for.</param>
/// <param name="Lowest">The line that takes a guest, or lets it wait; null where all are closed.</param>
internal sealed record Resolution(IReadOnlyList<JudgedLine> Lines, JudgedLine? Lowest)
{
    public Availability Availability => Lowest?.Verdict.Availability ?? Availability.Closed;

    /// <summary>The line that takes a guest at once, or null.</summary>
    public JudgedLine? Open => Availability == Availability.Open ? Lowest : null;

    public static Resolution Of(AccountDirectory directory, RoutingTarget target, ILivePresence presence, Moment moment)
    {
        var lines = LinesOf(directory, target)
            .Select(entry => new JudgedLine(entry.Index, entry.Level, entry.Line, Judge(directory, entry.Line, presence, moment)))
            .ToList();
        return new Resolution(lines, Find(Availability.Open) ?? Find(Availability.Busy));

        JudgedLine? Find(Availability availability) => lines.Find(line => line.Verdict.Availability == availability);
    }

    /// <summary>The lines of what a contact asks for, without where they overflow to.</summary>
    public static IEnumerable<(int? Index, Level? Level, Line Line)> LinesOf(AccountDirectory directory, RoutingTarget target)
    {
        if (target.QueueId is { } queueId) return [(null, null, Line.OfQueue(queueId))];
        if (target.AgentId is { } agentId) return [(null, null, Line.OfAgent(agentId))];
        return directory.Service(target.ServiceId!.Value) is { } service
            ? service.Levels.Select(id => directory.Level(service.Id, id))
                .Select((level, index) => ((int?)index, (Level?)level, Line.Of(level)))
            : [];
    }

    /// <summary>What a line of waiting contacts, a queue's or an agent's, can do now.</summary>
    public static Verdict Judge(AccountDirectory directory, Line line, ILivePresence presence, Moment moment)
    {
        if (line.QueueId is { } queueId)
            return directory.Queue(queueId) is { } queue
                ? QueueAvailability.Decide(directory, queue, presence, moment)
                : Verdict.Closed("noAgents");
        var state = directory.Agent(line.AgentId!.Value) is null ? UnitState.Offline : presence.OfAgent(line.AgentId.Value);
        var availability = state switch
        {
            UnitState.CanServe => Availability.Open,
            UnitState.LoggedIn => Availability.Busy,
            _ => Availability.Closed,
        };
        return new Verdict(availability, [new Reason(Reason.CodeOf(state), AgentId: line.AgentId)], [], []);
    }
}

using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>One level's part in a resolution.</summary>
internal sealed record LevelVerdict(int Index, Level Level, Verdict Verdict);

/// <summary>
/// Which level of a service takes a guest now. A service is open at its lowest open level; with none open but one busy
/// it is busy, and no level takes a guest at once; else it is closed.
/// </summary>
/// <param name="Chosen">The level that takes a guest, or null.</param>
internal sealed record ServiceResolution(Availability Availability, LevelVerdict? Chosen, IReadOnlyList<LevelVerdict> Levels)
{
    public static ServiceResolution Decide(AccountDirectory directory, Service service, ILivePresence presence, Moment moment)
    {
        var levels = service
            .Levels.Select((id, index) => Judge(directory, index, directory.Level(service.Id, id), presence, moment))
            .ToList();
        var chosen = levels.FirstOrDefault(level => level.Verdict.Availability == Availability.Open);
        var availability = chosen is not null ? Availability.Open
            : levels.Any(level => level.Verdict.Availability == Availability.Busy) ? Availability.Busy
            : Availability.Closed;
        return new ServiceResolution(availability, chosen, levels);
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

    private static LevelVerdict Judge(AccountDirectory directory, int index, Level level, ILivePresence presence, Moment moment) =>
        new(index, level, Judge(directory, Line.Of(level), presence, moment));
}

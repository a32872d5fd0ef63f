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
    public static ServiceResolution Decide(AccountDirectory directory, Service service, ILivePresence presence)
    {
        var levels = service.Levels.Select((id, index) => Judge(directory, index, directory.Level(service.Id, id), presence)).ToList();
        var chosen = levels.FirstOrDefault(level => level.Verdict.Availability == Availability.Open);
        var availability = chosen is not null ? Availability.Open
            : levels.Any(level => level.Verdict.Availability == Availability.Busy) ? Availability.Busy
            : Availability.Closed;
        return new ServiceResolution(availability, chosen, levels);
    }

    private static LevelVerdict Judge(AccountDirectory directory, int index, Level level, ILivePresence presence) =>
        new(index, level, level.Target == LevelTarget.Queue
            ? QueueAvailability.Decide(directory, directory.Queue(level.TargetId)!, presence)
            : OfAgent(level.TargetId, presence));

    private static Verdict OfAgent(int agentId, ILivePresence presence)
    {
        var state = presence.OfAgent(agentId);
        var availability = state switch
        {
            Presence.UnitState.CanServe => Availability.Open,
            Presence.UnitState.LoggedIn => Availability.Busy,
            _ => Availability.Closed,
        };
        return new Verdict(availability, [new Reason(Reason.CodeOf(state), AgentId: agentId)]);
    }
}

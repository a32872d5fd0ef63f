using ContactRouting.Directory;
using ContactRouting.Routing;

namespace ContactRouting.Presence;

/// <summary>One agent who looks for contacts: nobody else is free, but for those who come before it by the queue's groups.</summary>
/// <param name="before">The units that come before it, as <see cref="UnitsBefore"/> says, and what is known of them.</param>
internal sealed class PresenceOfOne(AgentState agent, string channel, IReadOnlyList<ServingUnit> before, IPresence others)
    : IPresence
{
    private static readonly IPresence Nobody = new PresenceOfAll([]).For(Channels.Standard);

    /// <summary>The units whose state decides whether an agent may serve a line; none where it is in one of the first itself.</summary>
    public static IReadOnlyList<ServingUnit> UnitsBefore(AccountDirectory directory, Line line, AgentState agent)
    {
        if (line.QueueIn(directory) is not { } queue) return [];
        var primaries = QueueAvailability.PrimariesOf(directory, queue).ToList();
        return primaries.Exists(unit => agent.Units.Contains(unit)) ? [] : primaries;
    }

    private readonly UnitState state = PresenceOfAll.StateOf(agent, channel);

    public UnitState OfUnit(ServingUnit unit) => agent.Units.Contains(unit) ? state : Seen(unit).OfUnit(unit);

    public UnitState OfAgent(int agentId) => agentId == agent.AgentId ? state : UnitState.Offline;

    public IEnumerable<int> CandidatesOf(ServingUnit unit) =>
        agent.Units.Contains(unit) && state == UnitState.CanServe ? [agent.AgentId] : Seen(unit).CandidatesOf(unit);

    private IPresence Seen(ServingUnit unit) => before.Contains(unit) ? others : Nobody;
}

/// <summary>
/// Presence of which every agent is known, such as a sweep's or a simulation's, in the index's own order. It follows the
/// agents that are put into it.
/// </summary>
internal sealed class PresenceOfAll
{
    private readonly Dictionary<int, AgentState> agents = [];
    private readonly Dictionary<ServingUnit, Unit> units = [];
    private int able;

    public PresenceOfAll(IEnumerable<AgentState> agents)
    {
        foreach (var agent in agents) Put(agent);
    }

    public IEnumerable<AgentState> All => agents.Values;

    /// <summary>Whether nobody has any capacity left.</summary>
    public bool AreAllTaken => able == 0;

    public AgentState? Find(int agentId) => agents.GetValueOrDefault(agentId);

    public void Put(AgentState agent)
    {
        if (agents.TryGetValue(agent.AgentId, out var before)) Remove(before);
        agents[agent.AgentId] = agent;
        if (agent.CanServe) able++;
        if (!agent.IsLoggedIn) return;
        foreach (var name in agent.Units)
        {
            if (!units.TryGetValue(name, out var unit)) units[name] = unit = new Unit();
            unit.LoggedIn++;
            if (agent.CanServe) unit.Serving.Add((ServingIndex.RowKey(agent, name), agent.AgentId));
        }
    }

    public IPresence For(string channel) => new OfChannel(this, channel);

    public static UnitState StateOf(AgentState? agent, string channel) => agent switch
    {
        { } able when able.CanTake(channel) => UnitState.CanServe,
        { IsLoggedIn: true } => UnitState.LoggedIn,
        _ => UnitState.Offline,
    };

    private void Remove(AgentState agent)
    {
        if (agent.CanServe) able--;
        if (!agent.IsLoggedIn) return;
        foreach (var unit in agent.Units)
        {
            units[unit].LoggedIn--;
            units[unit].Serving.Remove((ServingIndex.RowKey(agent, unit), agent.AgentId));
        }
    }

    private sealed class Unit
    {
        private static readonly Comparer<(string Key, int AgentId)> ByKey = Comparer<(string Key, int AgentId)>.Create(
            (one, other) => string.CompareOrdinal(one.Key, other.Key)
        );

        public int LoggedIn { get; set; }

        /// <summary>Those with capacity left, by their index rows.</summary>
        public SortedSet<(string Key, int AgentId)> Serving { get; } = new(ByKey);
    }

    private sealed class OfChannel(PresenceOfAll all, string channel) : IPresence
    {
        public UnitState OfUnit(ServingUnit unit) =>
            CandidatesOf(unit).Any() ? UnitState.CanServe
            : all.units.GetValueOrDefault(unit) is { LoggedIn: > 0 } ? UnitState.LoggedIn
            : UnitState.Offline;

        public UnitState OfAgent(int agentId) => StateOf(all.Find(agentId), channel);

        public IEnumerable<int> CandidatesOf(ServingUnit unit) =>
            all.units.GetValueOrDefault(unit) is { } known
                ? known.Serving.Select(entry => entry.AgentId).Where(agent => all.agents[agent].CanTake(channel))
                : [];
    }
}

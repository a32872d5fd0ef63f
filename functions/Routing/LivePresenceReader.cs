using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Routing;

/// <summary>
/// Reads the presence that a decision or a list needs: one read a unit, however many agents are in it, and one an agent;
/// or the whole range, a thousand rows a read, where that is fewer.
/// </summary>
internal sealed class LivePresenceReader(LiveTable live)
{
    private const int RowsPerRead = 1000;

    public Task<ILivePresence> ReadAsync(AccountDirectory directory, Service service, CancellationToken cancellationToken)
    {
        var levels = service.Levels.Select(id => directory.Level(service.Id, id)).ToList();
        return ReadAsync(
            directory,
            levels.Where(level => level.Target == LevelTarget.Queue).Select(level => directory.Queue(level.TargetId)!),
            levels.Where(level => level.Target == LevelTarget.Agent).Select(level => level.TargetId),
            cancellationToken);
    }

    /// <summary>What is needed to judge these queues and agents.</summary>
    public async Task<ILivePresence> ReadAsync(AccountDirectory directory, IEnumerable<Queue> queues, IEnumerable<int> agentIds, CancellationToken cancellationToken)
    {
        var units = UnitsAsync(directory, [.. queues.SelectMany(queue => QueueAvailability.UnitsOf(directory, queue)).Distinct()], cancellationToken);
        var agents = AgentsAsync(directory, [.. agentIds.Distinct()], cancellationToken);
        return new Known(await units, await agents);
    }

    /// <summary>The live rows of agents.</summary>
    public async Task<IReadOnlyDictionary<int, AgentState>> AgentsAsync(AccountDirectory directory, IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
    {
        var states = new Dictionary<int, AgentState>();
        if (ids.Count > Reads(directory.All<Agent>().Count()))
        {
            await foreach (var entity in live.RangeAsync(directory.AccountId, AgentState.Prefix, cancellationToken))
            {
                var state = RowCodec.Read<AgentState>(entity).Value;
                states[state.AgentId] = state;
            }
            return states;
        }
        foreach (var row in await Task.WhenAll(ids.Select(id => live.FindAsync<AgentState>(directory.AccountId, AgentState.RowKey(id), cancellationToken))))
        {
            if (row is not null) states[row.Value.AgentId] = row.Value;
        }
        return states;
    }

    private async Task<IReadOnlyDictionary<string, UnitState>> UnitsAsync(AccountDirectory directory, IReadOnlyCollection<string> units, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, UnitState>(StringComparer.Ordinal);
        if (units.Count > Reads(directory.All<Agent>().Sum(agent => agent.Queues.Count + agent.Groups.Count)))
        {
            await foreach (var key in live.KeysAsync(directory.AccountId, ServingIndex.All, cancellationToken))
                first.TryAdd(ServingIndex.UnitOf(key), ServingIndex.StateOf(ServingIndex.UnitOf(key), key));
            return first;
        }
        foreach (var (unit, key) in await Task.WhenAll(units.Select(async unit => (unit, await live.FirstKeyAsync(directory.AccountId, ServingIndex.Prefix(unit), cancellationToken)))))
            first[unit] = ServingIndex.StateOf(unit, key);
        return first;
    }

    /// <summary>How many reads a range of at most this many rows takes.</summary>
    private static int Reads(int rows) => rows / RowsPerRead + 1;

    private sealed class Known(IReadOnlyDictionary<string, UnitState> units, IReadOnlyDictionary<int, AgentState> agents) : ILivePresence
    {
        public UnitState OfUnit(string unit) => units.GetValueOrDefault(unit);

        public UnitState OfAgent(int agentId) => agents.GetValueOrDefault(agentId) switch
        {
            { CanServe: true } => UnitState.CanServe,
            { IsLoggedIn: true } => UnitState.LoggedIn,
            _ => UnitState.Offline,
        };
    }
}

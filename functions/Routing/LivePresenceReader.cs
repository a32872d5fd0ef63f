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

    /// <summary>So many of a unit's first rows come with the read that tells its state.</summary>
    private const int FirstRows = 16;

    public Task<ILivePresence> ReadAsync(
        AccountDirectory directory,
        Service service,
        string channel,
        CancellationToken cancellationToken
    ) => ReadAsync(directory, service.Levels.Select(id => Line.Of(directory.Level(service.Id, id))), channel, cancellationToken);

    /// <summary>What is needed to judge these lines, for contacts of a channel.</summary>
    public async Task<ILivePresence> ReadAsync(
        AccountDirectory directory,
        IEnumerable<Line> lines,
        string channel,
        CancellationToken cancellationToken
    )
    {
        var all = lines.Distinct().ToList();
        var queues = all.Select(line => directory.Queue(line.QueueId ?? 0)).OfType<Queue>();
        var units = UnitsAsync(
            directory,
            [.. queues.SelectMany(queue => QueueAvailability.UnitsOf(directory, queue)).Distinct()],
            channel,
            cancellationToken
        );
        var agents = AgentsAsync(directory, [.. all.Select(line => line.AgentId).OfType<int>()], cancellationToken);
        return new Known(await units, await agents, channel);
    }

    /// <summary>How many agents are logged in for each line; those of two of its units count once.</summary>
    public async Task<IReadOnlyDictionary<Line, int>> StaffAsync(
        AccountDirectory directory,
        IEnumerable<Line> lines,
        CancellationToken cancellationToken
    )
    {
        var staff = new Dictionary<Line, int>();
        foreach (var line in lines)
        {
            var agents = new HashSet<string>(StringComparer.Ordinal);
            foreach (var unit in directory.Queue(line.QueueId ?? 0) is { } queue ? QueueAvailability.UnitsOf(directory, queue) : [])
            {
                await foreach (var key in live.KeysAsync(directory.AccountId, ServingIndex.Prefix(unit), cancellationToken))
                    agents.Add(key.Split('|')[^1]);
            }
            staff[line] = agents.Count;
        }
        return staff;
    }

    /// <summary>The live rows of agents.</summary>
    public async Task<IReadOnlyDictionary<int, AgentState>> AgentsAsync(
        AccountDirectory directory,
        IReadOnlyCollection<int> ids,
        CancellationToken cancellationToken
    )
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
        foreach (
            var row in await Task.WhenAll(
                ids.Select(id => live.FindAsync<AgentState>(directory.AccountId, AgentState.RowKey(id), cancellationToken))
            )
        )
        {
            if (row is not null) states[row.Value.AgentId] = row.Value;
        }
        return states;
    }

    private async Task<IReadOnlyDictionary<string, UnitSeen>> UnitsAsync(
        AccountDirectory directory,
        IReadOnlyCollection<string> units,
        string channel,
        CancellationToken cancellationToken
    )
    {
        var seen = new Dictionary<string, UnitSeen>(StringComparer.Ordinal);
        if (units.Count > Reads(directory.All<Agent>().Sum(agent => agent.Queues.Count + agent.Groups.Count)))
        {
            await foreach (var entity in live.RangeAsync(directory.AccountId, ServingIndex.All, cancellationToken))
            {
                var unit = ServingIndex.UnitOf(entity.RowKey);
                if (!seen.TryGetValue(unit, out var known)) seen[unit] = known = new UnitSeen();
                known.Add(entity.RowKey, RowCodec.Read<IndexEntry>(entity).Value, channel);
            }
            return seen;
        }
        var reads = units.Select(async unit =>
        {
            var known = new UnitSeen();
            await foreach (var entity in live.RangeAsync(directory.AccountId, ServingIndex.Prefix(unit), cancellationToken, FirstRows))
            {
                known.Add(entity.RowKey, RowCodec.Read<IndexEntry>(entity).Value, channel);
                if (known.IsEnough || known.Rows >= FirstRows && known.Candidates.Count > 0) break;
            }
            return (unit, known);
        });
        foreach (var (unit, known) in await Task.WhenAll(reads)) seen[unit] = known;
        return seen;
    }

    /// <summary>How many reads a range of at most this many rows takes.</summary>
    private static int Reads(int rows) => rows / RowsPerRead + 1;

    /// <summary>What the first rows of a unit tell.</summary>
    private sealed class UnitSeen
    {
        public List<int> Candidates { get; } = [];

        public int Rows { get; private set; }

        /// <summary>A row of somebody who cannot serve was seen: no one behind it can.</summary>
        public bool IsEnough { get; private set; }

        public UnitState State => Candidates.Count > 0 ? UnitState.CanServe : Rows > 0 ? UnitState.LoggedIn : UnitState.Offline;

        public void Add(string key, IndexEntry entry, string channel)
        {
            Rows++;
            if (!ServingIndex.IsServing(key)) IsEnough = true;
            else if (entry.CanTake(channel)) Candidates.Add(entry.AgentId);
        }
    }

    private sealed class Known(IReadOnlyDictionary<string, UnitSeen> units, IReadOnlyDictionary<int, AgentState> agents, string channel)
        : ILivePresence
    {
        public UnitState OfUnit(string unit) => units.GetValueOrDefault(unit)?.State ?? UnitState.Offline;

        public UnitState OfAgent(int agentId) => KnownPresence.StateOf(agents.GetValueOrDefault(agentId), channel);

        public IReadOnlyList<int> CandidatesOf(string unit) => units.GetValueOrDefault(unit)?.Candidates ?? [];
    }
}

/// <summary>Presence of which every agent's state is known, such as a simulation's; the order is the index's own.</summary>
internal sealed class KnownPresence(IEnumerable<AgentState> agents, string channel) : ILivePresence
{
    private readonly Dictionary<int, AgentState> agents = agents.ToDictionary(agent => agent.AgentId);

    public UnitState OfUnit(string unit) =>
        CandidatesOf(unit).Count > 0 ? UnitState.CanServe
        : agents.Values.Any(agent => agent.IsLoggedIn && agent.Units.Contains(unit)) ? UnitState.LoggedIn
        : UnitState.Offline;

    public UnitState OfAgent(int agentId) => StateOf(agents.GetValueOrDefault(agentId), channel);

    public IReadOnlyList<int> CandidatesOf(string unit) =>
        [
            .. agents
                .Values.Where(agent => agent.CanTake(channel) && agent.Units.Contains(unit))
                .OrderBy(agent => ServingIndex.RowKey(agent, unit), StringComparer.Ordinal)
                .Select(agent => agent.AgentId),
        ];

    public static UnitState StateOf(AgentState? agent, string channel) => agent switch
    {
        { } able when able.CanTake(channel) => UnitState.CanServe,
        { IsLoggedIn: true } => UnitState.LoggedIn,
        _ => UnitState.Offline,
    };
}

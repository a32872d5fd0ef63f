using ContactRouting.Directory;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Presence;

/// <summary>
/// Reads the presence that a decision or a list needs: one read of a few rows a unit, however many agents are in it, and one
/// an agent; or the whole range, where that is both fewer reads and no more rows.
/// </summary>
internal sealed class PresenceReader(LiveTable live)
{
    private const int RowsPerRead = 1000;

    /// <summary>So many of a unit's first rows come with the read that tells its state; else pages of a thousand follow.</summary>
    private const int FirstRows = 16;

    private static readonly Func<int, bool> Nobody = _ => false;

    public Task<IPresence> ReadAsync(
        AccountDirectory directory,
        RoutingTarget target,
        string channel,
        CancellationToken cancellationToken
    ) => ReadAsync(directory, Resolution.LinesOf(directory, target).Select(entry => entry.Line), channel, cancellationToken);

    /// <summary>What is needed to judge these lines, for contacts of a channel.</summary>
    /// <param name="passesBy">Who is not wanted unless there is nobody else, so that it is worth reading on behind them.</param>
    public async Task<IPresence> ReadAsync(
        AccountDirectory directory,
        IEnumerable<Line> lines,
        string channel,
        CancellationToken cancellationToken,
        Func<int, bool>? passesBy = null
    )
    {
        var all = lines.Distinct().ToList();
        var queues = all.Select(line => line.QueueIn(directory)).OfType<Queue>();
        var units = UnitsAsync(
            directory,
            [.. queues.SelectMany(queue => QueueAvailability.UnitsOf(directory, queue)).Distinct()],
            channel,
            passesBy ?? Nobody,
            cancellationToken
        );
        var agents = AgentsAsync(directory, [.. all.Select(line => line.AgentId).OfType<int>()], cancellationToken);
        return new Known(await units, await agents, channel);
    }

    /// <summary>The state of single units, for contacts of a channel.</summary>
    public async Task<IPresence> ReadUnitsAsync(
        AccountDirectory directory,
        IEnumerable<ServingUnit> units,
        string channel,
        CancellationToken cancellationToken
    ) => new Known(await UnitsAsync(directory, [.. units], channel, Nobody, cancellationToken), new Dictionary<int, AgentState>(), channel);

    /// <summary>How many agents are logged in for a line; those of two of its units count once.</summary>
    public async Task<int> StaffAsync(AccountDirectory directory, Line line, CancellationToken cancellationToken)
    {
        var agents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in line.QueueIn(directory) is { } queue ? QueueAvailability.UnitsOf(directory, queue) : [])
        {
            await foreach (var key in live.KeysAsync(directory.AccountId, ServingIndex.Prefix(unit), cancellationToken))
                agents.Add(TableKey.Parts(key)[^1]);
        }
        return agents.Count;
    }

    /// <summary>
    /// Everybody who serves some lines: one read an agent, or one for each thousand agents of the account where those are fewer.
    /// </summary>
    public async Task<PresenceOfAll> AllAsync(AccountDirectory directory, IEnumerable<Line> lines, CancellationToken cancellationToken)
    {
        var ids = lines.Distinct().SelectMany(line =>
            line.QueueId is { } queueId ? directory.AgentsOf(queueId).Select(agent => agent.Id) : [line.AgentId!.Value]);
        return new PresenceOfAll((await AgentsAsync(directory, ids.ToHashSet(), cancellationToken)).Values);
    }

    /// <summary>A page of agents by their ids: one read, of a thousand rows at most.</summary>
    /// <param name="after">The key that ended the page before; null for the first one.</param>
    /// <param name="status">Null for all.</param>
    /// <returns>The agents, and the key that ends the page; null for the last one.</returns>
    public Task<(List<AgentState> Items, string? Last)> PageAsync(
        int accountId,
        PresenceStatus? status,
        string? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        live.PickAsync(
            accountId,
            [LiveKeys.Agents],
            after,
            limit,
            status is not null,
            row => row.Read<AgentState>().Value is var agent && (status is null || agent.Status == status) ? agent : null,
            cancellationToken
        );

    /// <summary>The same of some agents: one read an agent, or one for each thousand agents of the account where those are fewer.</summary>
    /// <param name="ids">In their order.</param>
    public async Task<(List<AgentState> Items, string? Last)> PageAsync(
        AccountDirectory directory,
        IEnumerable<int> ids,
        PresenceStatus? status,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var rest = ids.Where(id => string.CompareOrdinal(AgentState.RowKey(id), after) > 0).ToList();
        var looked = rest.Take(status is null ? limit + 1 : RowsPerRead).ToList();
        var states = await AgentsAsync(directory, looked, cancellationToken);
        var found = looked.Select(id => states.GetValueOrDefault(id)).OfType<AgentState>()
            .Where(agent => status is null || agent.Status == status).ToList();
        if (found.Count > limit) return (found[..limit], AgentState.RowKey(found[limit - 1].AgentId));
        return (found, looked.Count < rest.Count ? AgentState.RowKey(looked[^1]) : null);
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
            await foreach (var row in live.RangeAsync<AgentState>(directory.AccountId, LiveKeys.Agents, cancellationToken))
                states[row.Value.AgentId] = row.Value;
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

    private async Task<IReadOnlyDictionary<ServingUnit, UnitSeen>> UnitsAsync(
        AccountDirectory directory,
        IReadOnlyCollection<ServingUnit> units,
        string channel,
        Func<int, bool> passesBy,
        CancellationToken cancellationToken
    )
    {
        var seen = new Dictionary<ServingUnit, UnitSeen>();
        var most = directory.All<Agent>().Sum(agent => agent.Queues.Count + agent.Groups.Count);
        if (units.Count > Reads(most) && units.Count * FirstRows >= most)
        {
            await foreach (var row in live.RangeAsync<IndexEntry>(directory.AccountId, LiveKeys.ServingIndex, cancellationToken))
            {
                var unit = ServingIndex.UnitOf(row.Key);
                if (!seen.TryGetValue(unit, out var known)) seen[unit] = known = new UnitSeen();
                known.Add(row, channel, passesBy);
            }
            return seen;
        }
        var reads = units.Select(async unit =>
        {
            var known = new UnitSeen();
            await foreach (var page in live.PagesAsync(directory.AccountId, ServingIndex.Prefix(unit), cancellationToken, FirstRows))
            {
                foreach (var row in page.Rows) known.Add(row.Read<IndexEntry>(), channel, passesBy);
                if (known.IsEnough) break;
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
        private bool isLoggedIn;

        public List<int> Candidates { get; } = [];

        /// <summary>Whether rows that follow have nothing new to tell: somebody wanted was seen, or one who cannot serve.</summary>
        public bool IsEnough { get; private set; }

        public UnitState State =>
            Candidates.Count > 0 ? UnitState.CanServe
            : isLoggedIn ? UnitState.LoggedIn
            : UnitState.Offline;

        public void Add(Row<IndexEntry> row, string channel, Func<int, bool> passesBy)
        {
            isLoggedIn = true;
            if (!ServingIndex.IsServing(row.Key)) IsEnough = true;
            else if (row.Value.CanTake(channel))
            {
                Candidates.Add(row.Value.AgentId);
                IsEnough |= !passesBy(row.Value.AgentId);
            }
        }
    }

    private sealed class Known(
        IReadOnlyDictionary<ServingUnit, UnitSeen> units,
        IReadOnlyDictionary<int, AgentState> agents,
        string channel
    ) : IPresence
    {
        public UnitState OfUnit(ServingUnit unit) => units.GetValueOrDefault(unit)?.State ?? UnitState.Offline;

        public UnitState OfAgent(int agentId) => PresenceOfAll.StateOf(agents.GetValueOrDefault(agentId), channel);

        public IEnumerable<int> CandidatesOf(ServingUnit unit) => units.GetValueOrDefault(unit)?.Candidates ?? [];
    }
}

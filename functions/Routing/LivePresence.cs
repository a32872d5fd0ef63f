using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Routing;

/// <summary>Reads the presence that a decision needs: one read a unit, however many agents are in it.</summary>
internal sealed class LivePresenceReader(LiveTable live)
{
    public async Task<ILivePresence> ReadAsync(AccountDirectory directory, Service service, CancellationToken cancellationToken)
    {
        var levels = service.Levels.Select(id => directory.Level(service.Id, id)).ToList();
        var units = levels.Where(level => level.Target == LevelTarget.Queue)
            .SelectMany(level => QueueAvailability.UnitsOf(directory, directory.Queue(level.TargetId)!)).Distinct();
        var agents = levels.Where(level => level.Target == LevelTarget.Agent).Select(level => level.TargetId).Distinct();
        var unitReads = units.Select(async unit => (unit, state: await UnitAsync(directory.AccountId, unit, cancellationToken))).ToList();
        var agentReads = agents.Select(async agent => (agent, state: await AgentAsync(directory.AccountId, agent, cancellationToken))).ToList();
        return new Known(
            (await Task.WhenAll(unitReads)).ToDictionary(read => read.unit, read => read.state),
            (await Task.WhenAll(agentReads)).ToDictionary(read => read.agent, read => read.state));
    }

    private async Task<UnitState> UnitAsync(int accountId, string unit, CancellationToken cancellationToken) =>
        ServingIndex.StateOf(unit, await live.FirstKeyAsync(accountId, ServingIndex.Prefix(unit), cancellationToken));

    private async Task<UnitState> AgentAsync(int accountId, int agentId, CancellationToken cancellationToken) =>
        await live.FindAsync<AgentState>(accountId, AgentState.RowKey(agentId), cancellationToken) switch
        {
            { Value.CanServe: true } => UnitState.CanServe,
            { Value.IsLoggedIn: true } => UnitState.LoggedIn,
            _ => UnitState.Offline,
        };

    private sealed class Known(Dictionary<string, UnitState> units, Dictionary<int, UnitState> agents) : ILivePresence
    {
        public UnitState OfUnit(string unit) => units[unit];

        public UnitState OfAgent(int agentId) => agents[agentId];
    }
}

namespace ContactRouting.Routing;

/// <summary>What is known of live presence, as far as a decision needs it, for one channel.</summary>
internal interface IPresence
{
    UnitState OfUnit(ServingUnit unit);

    UnitState OfAgent(int agentId);

    /// <summary>Those who can serve, in the order of the unit's strategy; those who come late in it may be missing.</summary>
    IEnumerable<int> CandidatesOf(ServingUnit unit);
}

/// <summary>Presence as it is for a contact that some agents let pass: to it they are logged in, and not free.</summary>
internal sealed class PresenceWithout(IPresence presence, IReadOnlyCollection<int> passed) : IPresence
{
    public UnitState OfUnit(ServingUnit unit) =>
        presence.OfUnit(unit) is var state && state == UnitState.CanServe && !CandidatesOf(unit).Any() ? UnitState.LoggedIn : state;

    public UnitState OfAgent(int agentId) =>
        presence.OfAgent(agentId) is var state && state == UnitState.CanServe && passed.Contains(agentId) ? UnitState.LoggedIn : state;

    public IEnumerable<int> CandidatesOf(ServingUnit unit) => presence.CandidatesOf(unit).Where(agent => !passed.Contains(agent));
}

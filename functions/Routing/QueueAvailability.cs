using ContactRouting.Directory;
using ContactRouting.Presence;

namespace ContactRouting.Routing;

/// <summary>
/// Whether a queue can take a guest: its operators count as a primary group; secondary groups serve only while the
/// primaries cannot.
/// </summary>
internal static class QueueAvailability
{
    /// <summary>The units whose state <see cref="Decide"/> asks for.</summary>
    public static IEnumerable<string> UnitsOf(AccountDirectory directory, Queue queue) =>
        queue.Enabled ? Candidates(directory, queue).Select(candidate => candidate.Unit) : [];

    public static Verdict Decide(AccountDirectory directory, Queue queue, ILivePresence presence)
    {
        if (!queue.Enabled) return new Verdict(Availability.Closed, [new Reason("queueDisabled")]);
        var candidates = Candidates(directory, queue).Select(candidate => (candidate.GroupId, candidate.Primary, State: presence.OfUnit(candidate.Unit))).ToList();
        if (candidates.Count == 0) return new Verdict(Availability.Closed, [new Reason("noAgents")]);

        var primariesServe = candidates.Any(candidate => candidate is { Primary: true, State: UnitState.CanServe });
        var availability = Availability.Closed;
        if (candidates.Any(candidate => candidate.State is UnitState.CanServe)) availability = Availability.Open;
        else if (candidates.Any(candidate => candidate.State is UnitState.LoggedIn)) availability = Availability.Busy;
        return new Verdict(availability,
        [
            .. candidates.Select(candidate => new Reason(
                primariesServe && !candidate.Primary ? "secondaryNotNeeded" : Reason.CodeOf(candidate.State), candidate.GroupId)),
        ]);
    }

    private static IEnumerable<(string Unit, string? GroupId, bool Primary)> Candidates(AccountDirectory directory, Queue queue)
    {
        if (directory.OperatorsOf(queue.Id).Any()) yield return (ServingUnit.Operators(queue.Id), null, true);
        foreach (var routing in directory.RoutingsOf(queue.Id)) yield return (ServingUnit.Group(routing.GroupId), routing.GroupId, routing.Primary);
    }
}

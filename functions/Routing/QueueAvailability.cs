using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>
/// Whether a queue can take a guest: its own agents count as a primary group; secondary groups serve only while the
/// primaries cannot, in the sense of the queue's advanceWhen.
/// </summary>
internal static class QueueAvailability
{
    /// <summary>The units whose state <see cref="Decide"/> asks for.</summary>
    public static IEnumerable<ServingUnit> UnitsOf(AccountDirectory directory, Queue queue) =>
        queue.Enabled ? Candidates(directory, queue).Select(candidate => candidate.Unit) : [];

    /// <summary>The units that are asked first.</summary>
    public static IEnumerable<ServingUnit> PrimariesOf(AccountDirectory directory, Queue queue) =>
        Candidates(directory, queue).Where(candidate => candidate.Primary).Select(candidate => candidate.Unit);

    public static Verdict Decide(AccountDirectory directory, Queue queue, IPresence presence, Moment moment)
    {
        if (!queue.Enabled) return Verdict.Closed("queueDisabled");
        if (queue.Hours is { } hours && !IsOpen(hours, moment.Now)) return Verdict.Closed("outsideHours");
        var units = Candidates(directory, queue)
            .Select(candidate => (candidate.Unit, candidate.Primary, State: presence.OfUnit(candidate.Unit)))
            .ToList();
        if (units.Count == 0) return Verdict.Closed("noAgents");

        var primaries = units.Where(unit => unit.Primary).ToList();
        var primariesServe = primaries.Any(unit => unit.State == UnitState.CanServe);
        var advances = !primariesServe && (primaries.Count == 0 || queue.AdvanceWhen switch
        {
            AdvanceWhen.NoneOnline => primaries.All(unit => unit.State == UnitState.Offline),
            AdvanceWhen.WaitedSeconds => moment.Waited >= TimeSpan.FromSeconds(queue.AdvanceAfterSeconds),
            _ => true,
        });
        var mayServe = units.Where(unit => unit.Primary || advances).ToList();
        var serving = mayServe.Where(unit => unit.State == UnitState.CanServe).Select(unit => unit.Unit).ToList();
        var availability = serving.Count > 0 ? Availability.Open
            : units.Any(unit => unit.State != UnitState.Offline) ? Availability.Busy
            : Availability.Closed;
        return new Verdict(
            availability,
            [.. units.Select(unit => new Reason(CodeOf(unit.Primary, unit.State), unit.Unit.GroupId))],
            serving,
            [.. mayServe.Select(unit => unit.Unit)]
        );

        string CodeOf(bool primary, UnitState state) =>
            primary || advances ? Reason.CodeOf(state)
            : primariesServe ? "secondaryNotNeeded"
            : "secondaryNotYet";
    }

    /// <summary>Whether the queue takes contacts at all: it is switched on, and within its hours.</summary>
    public static bool IsOn(Queue queue, DateTimeOffset now) => queue.Enabled && (queue.Hours is not { } hours || IsOpen(hours, now));

    private static bool IsOpen(OpeningHours hours, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(hours.TimeZone));
        var (day, time) = (DateOnly.FromDateTime(local.DateTime), TimeOnly.FromDateTime(local.DateTime));
        return !hours.Holidays.Contains(day)
            && hours.Weekly.Any(part => part.Day == day.DayOfWeek && time >= part.From && (time < part.To || part.To == TimeOnly.MinValue));
    }

    private static IEnumerable<(ServingUnit Unit, bool Primary)> Candidates(AccountDirectory directory, Queue queue)
    {
        if (directory.OwnAgentsOf(queue.Id).Any()) yield return (ServingUnit.OwnAgents(queue.Id), true);
        foreach (var routing in directory.RoutingsOf(queue.Id))
            yield return (ServingUnit.Group(routing.GroupId), routing.Primary);
    }
}

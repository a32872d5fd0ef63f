using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>What a contact asks for: exactly one of these.</summary>
internal sealed record RoutingTarget(int? ServiceId, int? QueueId, int? AgentId)
{
    /// <summary>The line that is asked for; null where a service's levels decide.</summary>
    public Line? Line =>
        QueueId is { } queue ? Routing.Line.OfQueue(queue)
        : AgentId is { } agent ? Routing.Line.OfAgent(agent)
        : null;

    public static RoutingTarget OfService(int id) => new(id, null, null);
}

/// <summary>Everything that is known where a contact is routed.</summary>
/// <param name="Presence">For the contact's channel.</param>
/// <param name="Turn">How often others were faster: 0 takes the first by the strategy, more one of the next few.</param>
internal sealed record RoutingQuestion(AccountDirectory Directory, ILivePresence Presence, DateTimeOffset Now, int Turn = 0)
{
    /// <summary>How many wait in a line with a limit; null where that is not known yet.</summary>
    public Func<Line, int?> Length { get; init; } = _ => null;

    /// <summary>The line in which the contact waits already, so that it does not stand in its own way there.</summary>
    public Line? From { get; init; }

    /// <summary>Whether another contact is just being offered to an agent, who is then taken only where nobody else can be.</summary>
    public Func<int, bool> IsBeingAsked { get; init; } = _ => false;
}

/// <summary>
/// The rules of routing, pure: from a configuration, live presence, waiting contacts and a time to a decision with its
/// reasons. Arrivals, waiting contacts, resolutions and simulations all ask here.
/// </summary>
internal static class RoutingKernel
{
    /// <summary>How often a contact moves on by itself before it stays where it is.</summary>
    public const int MaxMoves = 10;

    /// <summary>How far from the first one it is chosen at random after conflicts.</summary>
    private const int Spread = 5;

    /// <summary>How many agents of a unit a decision tells of, and how many could be taken too.</summary>
    private const int MaxReasons = 50;

    private const int MaxCandidates = 1000;

    /// <summary>
    /// Routes a new contact: to an agent at the lowest open level, else into the line of the lowest busy one that has
    /// room, else nowhere.
    /// </summary>
    public static RoutingDecision Arrive(RoutingQuestion question, RoutingTarget target)
    {
        var resolution = Resolve(question, target);
        return resolution.Open is { } open
            ? Decision(question, RoutingOutcome.Offered, open, resolution.Lines, Choose(question, open, question.Presence))
            : Wait(question, resolution);
    }

    /// <summary>Where a new contact waits behind somebody who waits already: at the lowest level that is open, else busy.</summary>
    public static RoutingDecision Wait(RoutingQuestion question, RoutingTarget target) => Wait(question, Resolve(question, target));

    /// <summary>
    /// Whom to offer a waiting contact; null where nobody may take it now. For it, those who let it pass are not free;
    /// they are asked again only where nobody else can take it, the one asked longest ago first.
    /// </summary>
    /// <param name="whoLetItPass">They are left out in the same breath.</param>
    public static RoutingDecision? Assign(RoutingQuestion question, WaitingContact contact, WhoLetItPass whoLetItPass)
    {
        var fresh = contact.Passed.Count == 0 ? question.Presence : new PresenceWithout(question.Presence, contact.Passed);
        var moment = new Moment(question.Now, question.Now - contact.Since);
        var place = new JudgedLine(null, null, contact.Line, Resolution.Judge(question.Directory, contact.Line, fresh, moment));
        var choice =
            place.Verdict.Availability == Availability.Open ? Choose(question, place, fresh)
            : whoLetItPass == WhoLetItPass.MayBeAskedAgain ? AskAgain(question, place, contact.Passed)
            : null;
        return choice is null ? null : Decision(question, RoutingOutcome.Offered, place, [place], choice);
    }

    /// <summary>
    /// Where a contact goes that does not stay where it waits: its time there is over, or nobody is there. It goes by
    /// level, never back to a level or queue that it left, and a limited number of times; then it stays where it is.
    /// </summary>
    /// <param name="canStay">Whether its line is still there; else it is refused where there is no other place for it.</param>
    public static RoutingDecision MoveOn(RoutingQuestion question, WaitingContact contact, Overflow overflow, bool canStay)
    {
        var places = Resolve(question, contact.Target).Lines;
        var search = new RoomSearch(question, places, contact);
        var room = contact.Left.Count >= MaxMoves ? null : search.From(search.Next(overflow));
        if (room is not null || search.Unknown is not null)
            return Decision(question, RoutingOutcome.Queued, room, places, null, search);
        if (overflow.To == OverflowTo.Refuse || !canStay) return Decision(question, RoutingOutcome.Refused, null, places, null, search);
        var here = places.FirstOrDefault(place => place.Level?.Id == contact.LevelId && place.Line == contact.Line)
            ?? Judged(question, contact.Line);
        return Decision(question, RoutingOutcome.Queued, here, places, null, search);
    }

    /// <summary>The lines that a contact for a target can come into, by overflow too.</summary>
    public static IReadOnlyCollection<Line> LinesFor(AccountDirectory directory, RoutingTarget target)
    {
        var lines = Resolution.LinesOf(directory, target).Select(entry => entry.Line).ToList();
        var known = new HashSet<Line>();
        for (var index = 0; index < lines.Count; index++)
        {
            if (!known.Add(lines[index]) || lines[index].QueueIn(directory) is not { } queue) continue;
            lines.AddRange(
                queue
                    .Overflows.Values.Where(overflow => overflow.To == OverflowTo.Queue)
                    .Select(overflow => Line.OfQueue(overflow.QueueId!.Value))
            );
        }
        return known;
    }

    /// <summary>The lines that an agent serves.</summary>
    public static IReadOnlySet<Line> LinesOf(AccountDirectory directory, Agent agent) =>
        agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => Line.OfQueue(assignment.QueueId))
            .Concat(
                directory.All<QueueGroup>().Where(routing => agent.Groups.Contains(routing.GroupId))
                    .Select(routing => Line.OfQueue(routing.QueueId))
            )
            .Append(Line.OfAgent(agent.Id))
            .ToHashSet();

    private static Resolution Resolve(RoutingQuestion question, RoutingTarget target) =>
        Resolution.Of(question.Directory, target, question.Presence, new Moment(question.Now));

    private static JudgedLine Judged(RoutingQuestion question, Line line) =>
        new(null, null, line, Resolution.Judge(question.Directory, line, question.Presence, new Moment(question.Now)));

    /// <summary>The first by the strategy of the first unit with somebody who is not being asked already.</summary>
    private static Choice Choose(RoutingQuestion question, JudgedLine place, ILivePresence presence)
    {
        if (place.Line.AgentId is { } only) return new Choice(only, null, [only]);
        var random = IsRandom(question.Directory, place.Line);
        foreach (var unit in place.Verdict.Serving)
        {
            var free = presence.CandidatesOf(unit).Where(agent => !question.IsBeingAsked(agent)).Take(Spread).ToList();
            if (free.Count > 0)
                return new Choice(free[question.Turn % free.Count], unit, random ? Candidates() : []);
        }
        var first = place.Verdict.Serving[0];
        return new Choice(presence.CandidatesOf(first).First(), first, random ? Candidates() : []);

        IReadOnlyList<int> Candidates() =>
            [.. place.Verdict.Serving.SelectMany(presence.CandidatesOf).Distinct().Take(MaxCandidates)];
    }

    private static RoutingDecision Wait(RoutingQuestion question, Resolution resolution)
    {
        var search = new RoomSearch(question, resolution.Lines, null);
        var room = search.From(resolution.Lowest);
        return Decision(question, room is null ? RoutingOutcome.Refused : RoutingOutcome.Queued, room, resolution.Lines, null, search);
    }

    private static Choice? AskAgain(RoutingQuestion question, JudgedLine place, IReadOnlyList<int> passed)
    {
        if (place.Line.AgentId is { } only)
            return passed.Contains(only) && question.Presence.OfAgent(only) == UnitState.CanServe ? new(only, null, [only]) : null;
        var able = place.Verdict.MayServe.Select(unit => (Unit: unit, Agents: question.Presence.CandidatesOf(unit).ToHashSet())).ToList();
        foreach (var agent in passed)
        {
            if (able.FindIndex(unit => unit.Agents.Contains(agent)) is >= 0 and var found) return new Choice(agent, able[found].Unit, []);
        }
        return null;
    }

    private static RoutingDecision Decision(
        RoutingQuestion question,
        RoutingOutcome outcome,
        JudgedLine? taken,
        IReadOnlyList<JudgedLine> places,
        Choice? choice,
        RoomSearch? search = null
    )
    {
        IEnumerable<JudgedLine> seen = taken is null || places.Contains(taken) ? places : [.. places, taken];
        return new RoutingDecision
        {
            Outcome = outcome,
            ConfigurationVersion = question.Directory.Version,
            At = question.Now,
            LevelId = taken?.Level?.Id,
            Level = taken?.Index,
            Line = taken?.Line,
            QueueId = taken?.Line.QueueId,
            AgentId = choice?.AgentId ?? taken?.Line.AgentId,
            Unit = choice?.Unit,
            NeedsLengthOf = search?.Unknown,
            Lines =
            [
                .. seen.Select(place => new LineReason(
                    place.Index,
                    place.Line.QueueId,
                    place.Line.AgentId,
                    CodeOf(place),
                    place.Verdict.Availability,
                    place.Verdict.Reasons
                )
                {
                    Units = place == taken && choice?.Unit is not null ? Asked(question, place, choice) : [],
                }),
            ],
            Candidates = choice?.Candidates ?? [],
        };

        string CodeOf(JudgedLine place) =>
            place == taken ? outcome == RoutingOutcome.Offered ? "taken" : "waitsHere"
            : search?.Full.Contains(place.Line) == true ? LineReason.Full
            : search?.IsLeft(place) == true ? "left"
            : place.Verdict.Availability == Availability.Open ? "notNeeded"
            : "notOpen";
    }

    /// <summary>The agents that were passed by for the chosen one.</summary>
    private static List<UnitReason> Asked(RoutingQuestion question, JudgedLine place, Choice choice)
    {
        var told = new List<UnitReason>();
        foreach (var unit in place.Verdict.MayServe)
        {
            var agents = new List<AgentReason>();
            foreach (var agent in question.Presence.CandidatesOf(unit).Take(MaxReasons))
            {
                var chosen = agent == choice.AgentId && unit == choice.Unit;
                agents.Add(
                    new AgentReason(
                        agent,
                        chosen ? "chosen"
                            : question.IsBeingAsked(agent) ? "beingAsked"
                            : place.Verdict.Serving.Contains(unit) ? "behindChosen"
                            : "letPass"
                    )
                );
                if (chosen) break;
            }
            told.Add(new UnitReason(unit.GroupId, agents, NotExamined: true));
            if (unit == choice.Unit) break;
        }
        return told;
    }

    private static bool IsRandom(AccountDirectory directory, Line line) =>
        line.QueueIn(directory) is { } queue
        && (
            queue.Strategy == AgentStrategy.Random
            || directory.RoutingsOf(queue.Id).Any(routing => directory.Group(routing.GroupId)!.Strategy == AgentStrategy.Random)
        );

    private sealed record Choice(int AgentId, ServingUnit? Unit, IReadOnlyList<int> Candidates);

    /// <summary>Looks for a line with room, by the overflows of those that are full; asks each once.</summary>
    private sealed class RoomSearch
    {
        private readonly RoutingQuestion question;
        private readonly IReadOnlyList<JudgedLine> places;
        private readonly Line? from;
        private readonly IReadOnlyList<LeftPlace> left;

        // Levels go on from the last one that was looked at.
        private int lastLevel;

        public RoomSearch(RoutingQuestion question, IReadOnlyList<JudgedLine> places, WaitingContact? contact)
        {
            (this.question, this.places, from, left) = (question, places, contact?.Line, contact?.Left ?? []);
            var behind = left.Select(place => place.LevelId).OfType<string>().ToHashSet();

            // A level that was led elsewhere meanwhile is a new one.
            lastLevel = places
                .Where(place => place.Level?.Id is { } id && (behind.Contains(id) || (id == contact?.LevelId && place.Line == from)))
                .Max(place => place.Index) ?? -1;
        }

        public HashSet<Line> Full { get; } = [];

        /// <summary>The line whose length has to be known before the search can end.</summary>
        public Line? Unknown { get; private set; }

        public bool IsLeft(JudgedLine place) =>
            left.Any(other =>
                (other.LevelId is not null && other.LevelId == place.Level?.Id)
                || (other.QueueId is not null && other.QueueId == place.Line.QueueId)
            );

        /// <summary>The first place from one on that has room.</summary>
        public JudgedLine? From(JudgedLine? place)
        {
            while (place is not null)
            {
                lastLevel = Math.Max(lastLevel, place.Index ?? -1);
                if (place.Line.QueueIn(question.Directory) is not { MaxLength: { } limit } queue) return place;
                if (question.Length(place.Line) is not { } length)
                {
                    Unknown = place.Line;
                    return null;
                }
                if (place.Line == question.From) length--;
                if (length < limit) return place;
                Full.Add(place.Line);
                place = Next(queue.WhenFull);
            }
            return null;
        }

        public JudgedLine? Next(Overflow overflow) => overflow.To switch
        {
            OverflowTo.NextLevel => places.FirstOrDefault(place => place.Index > lastLevel && Allows(place)),
            OverflowTo.Queue when Judged(question, Line.OfQueue(overflow.QueueId!.Value)) is var place && Allows(place) => place,
            _ => null,
        };

        private bool Allows(JudgedLine place) =>
            place.Verdict.Availability != Availability.Closed
            && !Full.Contains(place.Line)
            && place.Line != from
            && !IsLeft(place);
    }
}

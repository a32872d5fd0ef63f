using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>What a contact asks for: exactly one of these.</summary>
internal sealed record RoutingTarget(int? ServiceId, int? QueueId, int? AgentId);

/// <summary>Everything that is known where a contact is routed.</summary>
/// <param name="Lines">Who waits already.</param>
/// <param name="Turn">How often others were faster: 0 takes the first by the strategy, more one of the next few.</param>
internal sealed record RoutingQuestion(
    AccountDirectory Directory,
    ILivePresence Presence,
    Func<Line, LineState> Lines,
    DateTimeOffset Now,
    int Turn = 0
);

/// <summary>
/// The rules of routing, pure: from a configuration, live presence, waiting contacts and a time to a decision with its
/// reasons. Arrivals, waiting contacts, resolutions and simulations all ask here.
/// </summary>
internal static class RoutingKernel
{
    /// <summary>How far from the first one it is chosen at random after conflicts.</summary>
    private const int Spread = 5;

    /// <summary>
    /// Routes a new contact: to an agent at the lowest open level, else into the line of the lowest busy one that has
    /// room, else nowhere. Whoever waits already in a line with at least the same priority goes first.
    /// </summary>
    public static RoutingDecision Arrive(RoutingQuestion question, RoutingTarget target, int priority)
    {
        var moment = new Moment(question.Now);
        var lines = LinesOf(question.Directory, target)
            .Select(line => line with { Verdict = ServiceResolution.Judge(question.Directory, line.Line, question.Presence, moment) })
            .ToList();
        if (lines.Find(line => line.Verdict!.Availability == Availability.Open) is { } open && !MustWait(question, open.Line, priority))
        {
            var choice = Choose(question, open.Line, open.Verdict!, declined: null);
            if (choice.AgentId is { } agentId) return Decision(question, RoutingOutcome.Offered, open, agentId, lines, choice);
        }
        var full = new HashSet<Line>();
        var waiting = FindRoom(
            question,
            lines.Find(line => line.Verdict!.Availability == Availability.Open)
                ?? lines.Find(line => line.Verdict!.Availability == Availability.Busy),
            lines,
            full
        );
        return waiting is null
            ? Decision(question, RoutingOutcome.Refused, null, null, lines, null, full)
            : Decision(question, RoutingOutcome.Queued, waiting, waiting.Line.AgentId, lines, null, full);
    }

    /// <summary>Whom to offer a waiting contact; null where nobody may take it now.</summary>
    /// <param name="declined">Who let the contact pass last: only taken where nobody else can.</param>
    /// <param name="again">Whether that agent may be asked again at all; not in the same breath.</param>
    public static RoutingDecision? Assign(RoutingQuestion question, Line line, TimeSpan waited, int? declined, bool again = true)
    {
        var place = new LinePlace(null, null, line)
        {
            Verdict = ServiceResolution.Judge(question.Directory, line, question.Presence, new Moment(question.Now, waited)),
        };
        if (place.Verdict.Availability != Availability.Open) return null;
        var choice = Choose(question, line, place.Verdict, declined);
        return choice.AgentId is { } agentId && (again || agentId != declined)
            ? Decision(question, RoutingOutcome.Offered, place, agentId, [place], choice)
            : null;
    }

    /// <summary>Where a contact goes whose time in a line is over; a refusal where there is no other place for it.</summary>
    public static RoutingDecision Overflow(RoutingQuestion question, RoutingTarget target, Line from)
    {
        var lines = LinesOf(question.Directory, target)
            .Select(line =>
                line with
                {
                    Verdict = ServiceResolution.Judge(question.Directory, line.Line, question.Presence, new Moment(question.Now)),
                }
            )
            .ToList();
        var place =
            lines.Find(line => line.Line == from)
            ?? new LinePlace(null, null, from)
            {
                Verdict = ServiceResolution.Judge(question.Directory, from, question.Presence, new Moment(question.Now)),
            };
        var full = new HashSet<Line> { from };
        var next = question.Directory.Queue(from.QueueId ?? 0) is { } queue ? NextPlace(question, queue.WhenWaited, place, lines) : null;
        var room = next is null || next.Line == from ? null : FindRoom(question, next, lines, full);
        return Decision(
            question,
            room is null ? RoutingOutcome.Refused : RoutingOutcome.Queued,
            room,
            room?.Line.AgentId,
            lines,
            null,
            full
        );
    }

    /// <summary>The lines that a contact for a target can come into, by overflow too.</summary>
    /// <param name="also">A line that it is in already.</param>
    public static IReadOnlyCollection<Line> LinesFor(AccountDirectory directory, RoutingTarget target, Line? also = null)
    {
        var lines = LinesOf(directory, target).Select(place => place.Line).ToList();
        if (also is { } line) lines.Add(line);
        var known = new HashSet<Line>();
        for (var index = 0; index < lines.Count; index++)
        {
            if (!known.Add(lines[index]) || directory.Queue(lines[index].QueueId ?? 0) is not { } queue) continue;
            lines.AddRange(
                new[] { queue.WhenFull, queue.WhenWaited }
                    .Where(overflow => overflow.To == OverflowTo.Queue)
                    .Select(overflow => Line.OfQueue(overflow.QueueId!.Value))
            );
        }
        return known;
    }

    private static List<LinePlace> LinesOf(AccountDirectory directory, RoutingTarget target)
    {
        if (target.QueueId is { } queueId) return [new(null, null, Line.OfQueue(queueId))];
        if (target.AgentId is { } agentId) return [new(null, null, Line.OfAgent(agentId))];
        var service = directory.Service(target.ServiceId!.Value);
        return service is null
            ? []
            : [.. service.Levels.Select((id, index) => new LinePlace(index, id, Line.Of(directory.Level(service.Id, id))))];
    }

    /// <summary>Somebody is there with the same or a higher priority.</summary>
    private static bool MustWait(RoutingQuestion question, Line line, int priority) =>
        question.Lines(line).FirstPlace is { } first && string.CompareOrdinal(first, line.PlaceOf(priority, question.Now, "")) < 0;

    /// <summary>The first place from one on that has room, following the queues' overflows; each is asked once.</summary>
    private static LinePlace? FindRoom(RoutingQuestion question, LinePlace? place, List<LinePlace> lines, HashSet<Line> full)
    {
        while (place is not null && !full.Contains(place.Line))
        {
            if (place.Verdict!.Availability == Availability.Closed) return null;
            if (
                question.Directory.Queue(place.Line.QueueId ?? 0) is not { MaxLength: { } limit } queue
                || question.Lines(place.Line).Length < limit
            )
                return place;
            full.Add(place.Line);
            place = NextPlace(question, queue.WhenFull, place, lines);
        }
        return null;
    }

    private static LinePlace? NextPlace(RoutingQuestion question, Overflow overflow, LinePlace place, List<LinePlace> lines) =>
        overflow.To switch
        {
            OverflowTo.NextLevel => lines
                .SkipWhile(line => line != place)
                .Skip(1)
                .FirstOrDefault(line => line.Verdict!.Availability != Availability.Closed),
            OverflowTo.Queue => new LinePlace(null, null, Line.OfQueue(overflow.QueueId!.Value))
            {
                Verdict = ServiceResolution.Judge(
                    question.Directory,
                    Line.OfQueue(overflow.QueueId.Value),
                    question.Presence,
                    new Moment(question.Now)
                ),
            },
            _ => null,
        };

    private static Choice Choose(RoutingQuestion question, Line line, Verdict verdict, int? declined)
    {
        if (line.AgentId is { } only) return new Choice(only, [], [only]);
        var asked = verdict.Serving.Select(unit => (Unit: unit, Agents: question.Presence.CandidatesOf(unit))).ToList();
        var candidates = asked.SelectMany(unit => unit.Agents).Distinct().ToList();
        var preferred = candidates.Where(agent => agent != declined).ToList();
        var first = asked.Select(unit => unit.Agents.Where(agent => agent != declined).ToList()).FirstOrDefault(agents => agents.Count > 0);
        int? chosen = first is not null ? first[question.Turn == 0 ? 0 : question.Turn % Math.Min(Spread, first.Count)]
            : candidates.Count > 0 ? candidates[0]
            : null;
        var reasons = asked
            .Select(unit => new UnitReason(
                unit.Unit[0] == 'g' ? unit.Unit[1..] : null,
                [
                    .. unit
                        .Agents.TakeWhile((agent, index) => index == 0 || unit.Agents[index - 1] != chosen)
                        .Select(agent => new AgentReason(
                            agent,
                            agent == chosen ? "chosen"
                                : agent == declined ? "declinedBefore"
                                : "behindChosen"
                        )),
                ],
                NotExamined: true
            ))
            .ToList();
        return new Choice(chosen, reasons, preferred);
    }

    private static RoutingDecision Decision(
        RoutingQuestion question,
        RoutingOutcome outcome,
        LinePlace? place,
        int? agentId,
        List<LinePlace> lines,
        Choice? choice,
        HashSet<Line>? full = null
    )
    {
        var seen = place is null || lines.Contains(place) ? lines : [.. lines, place];
        return new RoutingDecision
        {
            Outcome = outcome,
            ConfigurationVersion = question.Directory.Version,
            At = question.Now,
            LevelId = place?.LevelId,
            Level = place?.Level,
            QueueId = place?.Line.QueueId,
            AgentId = agentId,
            Lines =
            [
                .. seen.Select(line => new LineReason(
                    line.Level,
                    line.Line.QueueId,
                    line.Line.AgentId,
                    CodeOf(line),
                    line.Verdict!.Availability,
                    line.Verdict.Reasons
                )
                {
                    Units = line == place && choice is not null ? choice.Units : [],
                }),
            ],
            Candidates = choice is not null && IsRandom(question.Directory, place!.Line) ? choice.Candidates : [],
        };

        string CodeOf(LinePlace line) =>
            line == place ? outcome == RoutingOutcome.Offered ? "taken" : "waitsHere"
            : full?.Contains(line.Line) == true ? "full"
            : line.Verdict!.Availability == Availability.Open ? "notNeeded"
            : "notOpen";
    }

    private static bool IsRandom(AccountDirectory directory, Line line) =>
        line.QueueId is { } id
        && (
            directory.Queue(id)!.Strategy == AgentStrategy.Random
            || directory.RoutingsOf(id).Any(routing => directory.Group(routing.GroupId)!.Strategy == AgentStrategy.Random)
        );

    private sealed record LinePlace(int? Level, string? LevelId, Line Line)
    {
        public Verdict? Verdict { get; init; }
    }

    private sealed record Choice(int? AgentId, IReadOnlyList<UnitReason> Units, IReadOnlyList<int> Candidates);
}

using System.Runtime.CompilerServices;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Contacts;

/// <summary>What is decided of a contact.</summary>
/// <param name="Entrance">To pass where it comes into a line with a limit.</param>
internal readonly record struct Route(RoutingDecision Decision, Entrance? Entrance);

/// <summary>
/// Reads what the kernel has to know beside presence, and asks it: who waits in front, and which lines have room. It commits
/// nothing, so arrivals and their simulations ask here alike.
/// </summary>
internal sealed class ContactDecisions(LivePresenceReader presence, WaitingRows waiting, ContactStore contacts)
{
    /// <exception cref="DomainException">What a contact asks for does not exist.</exception>
    public static void RefuseUnknown(AccountDirectory directory, RoutingTarget target)
    {
        if (target.ServiceId is { } service && directory.Service(service) is null)
            throw DomainException.Invalid("serviceId", "is no service's.");
        if (target.QueueId is { } queue && directory.Queue(queue) is null) throw DomainException.Invalid("queueId", "is no queue's.");
        if (target.AgentId is { } agent && directory.Agent(agent) is null) throw DomainException.Invalid("agentId", "is no agent's.");
    }

    /// <summary>
    /// What becomes of an arrival for which the kernel decided: somebody who waits already, and whom the agent may take that
    /// would be asked, goes first; and a line with a limit may be full.
    /// </summary>
    /// <param name="agent">Who would be asked; null where nobody can be.</param>
    /// <param name="known">Presence by channel, where all of it is known.</param>
    public async Task<Route> ArriveAsync(
        Outlook outlook,
        Arrival arrival,
        RoutingQuestion question,
        RoutingDecision decision,
        AgentState? agent,
        CancellationToken cancellationToken,
        Func<string, ILivePresence>? known = null
    )
    {
        if (agent is not null)
        {
            var place = new Place(arrival.Priority, question.Now, "");
            var before = TakeableAsync(outlook, () => agent, question.Now, _ => false, cancellationToken, before: place, known: known);
            if (!await before.AnyAsync(cancellationToken)) return new Route(decision, null);
        }
        return await FindRoomAsync(question, lengths => RoutingKernel.Wait(lengths, arrival.Target), cancellationToken);
    }

    /// <summary>The kernel's decision with the lengths of the lines with a limit, which are read where they matter.</summary>
    /// <param name="decide">Asks the kernel.</param>
    public async Task<Route> FindRoomAsync(
        RoutingQuestion question,
        Func<RoutingQuestion, RoutingDecision> decide,
        CancellationToken cancellationToken
    )
    {
        var limits = new Dictionary<Line, LimitedLine>();
        question = question with { Length = line => limits.GetValueOrDefault(line)?.Length };
        var decision = decide(question);
        while (decision.NeedsLengthOf is { } line)
        {
            limits[line] = await contacts.LookAtAsync(question.Directory.AccountId, line, cancellationToken);
            decision = decide(question);
        }
        var limit = decision is { Outcome: RoutingOutcome.Queued, Line: { } taken } ? limits.GetValueOrDefault(taken) : null;
        return new Route(decision, limit?.Entrance);
    }

    /// <summary>What waits and an agent may take, the first of all its lines first, each with the decision for it.</summary>
    /// <param name="agent">As it is when the next one is asked for.</param>
    /// <param name="isChosen">Which contacts are left to somebody else.</param>
    /// <param name="whoLetItPass">It may be asked again for what it let pass where it has just come.</param>
    /// <param name="before">Only what stands in front of this place.</param>
    /// <param name="known">Presence by channel, where all of it is known.</param>
    public async IAsyncEnumerable<(WaitingContact Contact, RoutingDecision Decision)> TakeableAsync(
        Outlook outlook,
        Func<AgentState> agent,
        DateTimeOffset now,
        Func<string, bool> isChosen,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        WhoLetItPass whoLetItPass = WhoLetItPass.IsLeftOut,
        Place? before = null,
        Func<string, ILivePresence>? known = null
    )
    {
        var directory = outlook.Directory;
        if (outlook.First.Count == 0 || directory.Agent(agent().AgentId) is not { } configured) yield break;
        var others = new OthersSeen(directory, presence, known);
        await foreach (var contact in waiting.OfAsync(outlook, RoutingKernel.LinesOf(directory, configured), cancellationToken))
        {
            if (contact.Place >= before) yield break;
            if (isChosen(contact.ContactId)) continue;
            var state = agent();
            var passed = contact.Passed.Contains(state.AgentId);
            if (!state.CanTake(contact.Channel) || (passed && whoLetItPass == WhoLetItPass.IsLeftOut)) continue;
            var live = await others.ForAsync(state, contact, passed, cancellationToken);
            var decision = RoutingKernel.Assign(new RoutingQuestion(directory, live, now), contact, whoLetItPass);
            if (decision?.AgentId == state.AgentId) yield return (contact, decision);
        }
    }

    /// <summary>The state of the units that an agent is not in: read where it matters, once for a look.</summary>
    private sealed class OthersSeen(AccountDirectory directory, LivePresenceReader reader, Func<string, ILivePresence>? known)
    {
        private readonly Dictionary<(Line Line, string Channel), ILivePresence> seen = [];

        /// <param name="passed">Whether the agent let it pass, so that everybody else comes first.</param>
        public async ValueTask<ILivePresence> ForAsync(
            AgentState agent,
            WaitingContact contact,
            bool passed,
            CancellationToken cancellationToken
        )
        {
            if (passed)
                return known?.Invoke(contact.Channel)
                    ?? await reader.ReadAsync(directory, [contact.Line], contact.Channel, cancellationToken, contact.Passed.Contains);
            var before = PresenceOfOne.UnitsBefore(directory, contact.Line, agent);
            var others = known?.Invoke(contact.Channel);
            if (others is null && !seen.TryGetValue((contact.Line, contact.Channel), out others))
                seen[(contact.Line, contact.Channel)] = others = await reader.ReadUnitsAsync(
                    directory,
                    before,
                    contact.Channel,
                    cancellationToken
                );
            return new PresenceOfOne(agent, contact.Channel, before, others);
        }
    }
}

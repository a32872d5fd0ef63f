using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>A guest who arrives.</summary>
/// <param name="Operation">What its request is known by, so that it arrives once however often that is sent; null without a key.</param>
internal sealed record Arrival(RoutingTarget Target, string Channel, int Priority, string? ContactId, string? Operation = null);

/// <summary>
/// Routes contacts: reads what the kernel has to know, asks it, and commits what it decides. Whoever has capacity gets the
/// first of all contacts that it may take, by priority and age over all its lines, whatever brought that about.
/// </summary>
internal sealed class ContactRouter(
    DirectoryStore directories,
    LivePresenceReader presence,
    WaitingRows waiting,
    ContactStore contacts,
    Choices choices,
    TimeProvider time
)
{
    /// <summary>How often a decision is made anew because others were faster, before the next sweep is left to make it.</summary>
    private const int MaxTurns = 20;

    /// <summary>How often an arrival looks for an agent whom nobody else of this process is just choosing.</summary>
    private const int MaxReads = 3;

    /// <summary>How far those are spread who meet each other at the first contact.</summary>
    private const int MaxSkipped = 16;

    /// <exception cref="DomainException">The target is unknown, or the contact's id is taken.</exception>
    public async Task<Contact> ArriveAsync(int accountId, Arrival arrival, CancellationToken cancellationToken)
    {
        var id = arrival.ContactId ?? Guid.NewGuid().ToString("n");
        var turn = 0;
        var lapsed = new HashSet<int>();
        var (directory, row) = await Conflict.RetryAsync(
            () => AttemptAsync(accountId, id, arrival, turn++, lapsed, cancellationToken),
            time,
            cancellationToken
        );

        // Somebody may have become free since it was looked.
        return row.Value.State == ContactState.Queued
            ? await ServeAsync(directory, row, cancellationToken)
            : row.Value;
    }

    /// <summary>
    /// What becomes of an arrival for which the kernel decided: somebody who waits already, and whom the agent may take that
    /// would be asked, goes first; and a line with a limit may be full.
    /// </summary>
    /// <param name="agent">Who would be asked; null where nobody can be.</param>
    /// <param name="known">Presence by channel, where all of it is known.</param>
    /// <returns>The decision, and where it waits in a line with a limit the entrance to pass.</returns>
    public async Task<(RoutingDecision Decision, Entrance? Entrance)> DecideAsync(
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
            var others = new OthersSeen(outlook.Directory, presence, known);
            var place = new Place(arrival.Priority, question.Now, "");
            if (await FirstAsync(outlook, others, agent, place, _ => false, question.Now, cancellationToken) is null)
                return (decision, null);
        }
        return await FindRoomAsync(question, arrival.Target, cancellationToken);
    }

    /// <summary>Where a contact waits for a target; the length of a line with a limit is read where it matters.</summary>
    public Task<(RoutingDecision Decision, Entrance? Entrance)> FindRoomAsync(
        RoutingQuestion question,
        RoutingTarget target,
        CancellationToken cancellationToken
    ) => FindRoomAsync(question, lengths => RoutingKernel.Wait(lengths, target), cancellationToken);

    /// <param name="decide">Asks the kernel.</param>
    public async Task<(RoutingDecision Decision, Entrance? Entrance)> FindRoomAsync(
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
        return (decision, decision.Outcome == RoutingOutcome.Queued ? limits.GetValueOrDefault(decision.Line)?.Entrance : null);
    }

    /// <summary>
    /// Offers a waiting contact to whoever may take it now. An agent who should serve somebody else first does that, and the
    /// next one is looked for.
    /// </summary>
    /// <returns>The contact as it is then.</returns>
    public Task<Contact> ServeAsync(AccountDirectory directory, Row<Contact> row, CancellationToken cancellationToken) =>
        AfterCommit.AsFarAsItGoesAsync(() => OfferToSomebodyAsync(directory, row, cancellationToken), row.Value);

    /// <summary>The same on the directory as it is now, in the same breath in which the contact came back into its line.</summary>
    public Task<Contact> ServeAsync(int accountId, Row<Contact> row, CancellationToken cancellationToken) =>
        AfterCommit.AsFarAsItGoesAsync(
            async () => await OfferToSomebodyAsync(await directories.GetAsync(accountId, cancellationToken), row, cancellationToken),
            row.Value
        );

    private async Task<Contact> OfferToSomebodyAsync(AccountDirectory directory, Row<Contact> row, CancellationToken cancellationToken)
    {
        var lapsed = new HashSet<int>();
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            using var look = choices.Begin(directory.AccountId);
            var contact = row.Value;
            var entry = contact.Waiting;
            var live = await presence.ReadAsync(
                directory,
                [contact.Line],
                contact.Channel,
                cancellationToken,
                agent => IsNotWanted(agent) || contact.Passed.Contains(agent)
            );
            var now = time.GetUtcNow();
            var question = new RoutingQuestion(directory, live, now, turn) { IsBeingAsked = IsNotWanted };
            if (
                RoutingKernel.Assign(question, entry, WhoLetItPass.IsLeftOut) is not { AgentId: { } agentId } decision
                || lapsed.Contains(agentId)
            )
                return contact;
            if (look.IsChosen(agentId))
            {
                await look.WhenDoneAsync(agentId, cancellationToken);
                continue;
            }
            var agent = await contacts.FindAgentAsync(directory.AccountId, agentId, cancellationToken);
            if (agent?.Value.HasLapsed(now) == true) lapsed.Add(agentId);
            if (agent is null || !CanBeOffered(agent.Value, contact.Channel, decision, now)) continue;
            var outlook = await waiting.LookAsync(directory.AccountId, cancellationToken);
            if (outlook.Directory.Version != directory.Version)
            {
                directory = outlook.Directory;
                continue;
            }
            var others = new OthersSeen(directory, presence, null);
            var first = await FirstAsync(outlook, others, agent.Value, entry.Place, look.IsChosen, now, cancellationToken);
            var (offered, _) = await OfferAsync(
                directory,
                first?.Contact ?? entry,
                first is null ? row : null,
                first?.Decision ?? decision,
                agent,
                look,
                cancellationToken
            );
            if (offered?.Id == contact.Id) return offered;
            if (offered is not null) turn--;
            if (await contacts.FindAsync(directory.AccountId, contact.Id, cancellationToken) is not { } current) return contact;
            if (current.Value.State != ContactState.Queued) return current.Value;
            row = current;

            bool IsNotWanted(int other) => look.IsChosen(other) || lapsed.Contains(other);
        }
        return row.Value;
    }

    /// <summary>Offers waiting contacts to an agent, the first of all its lines first, until it has no capacity left.</summary>
    /// <param name="whoLetItPass">It may be asked again for what it let pass where it has just come.</param>
    /// <returns>The agent as it is then.</returns>
    public Task<Row<AgentState>> PullAsync(
        int accountId,
        Row<AgentState> agent,
        CancellationToken cancellationToken,
        WhoLetItPass whoLetItPass = WhoLetItPass.IsLeftOut
    ) => AfterCommit.AsFarAsItGoesAsync(() => PullWhatWaitsAsync(accountId, agent, whoLetItPass, cancellationToken), agent);

    private async Task<Row<AgentState>> PullWhatWaitsAsync(
        int accountId,
        Row<AgentState> agent,
        WhoLetItPass whoLetItPass,
        CancellationToken cancellationToken
    )
    {
        for (var turn = 0; turn < MaxTurns && agent.Value.CanServe && !agent.Value.HasLapsed(time.GetUtcNow()); turn++)
        {
            using var look = choices.Begin(accountId);
            var outlook = await waiting.LookAsync(accountId, cancellationToken);
            if (outlook.First.Count == 0 || outlook.Directory.Agent(agent.Value.AgentId) is not { } configured) return agent;
            var others = new OthersSeen(outlook.Directory, presence, null);
            var (changed, skip, skipped) = (false, turn == 0 ? 0 : Random.Shared.Next(Math.Min(1 << turn, MaxSkipped)), false);
            await foreach (
                var contact in waiting.OfAsync(outlook, RoutingKernel.LinesOf(outlook.Directory, configured), cancellationToken)
            )
            {
                if (look.IsChosen(contact.ContactId)) continue;
                var now = time.GetUtcNow();
                if (await MayTakeAsync(others, agent.Value, contact, whoLetItPass, now, cancellationToken) is not { } decision) continue;
                if (skip-- > 0)
                {
                    skipped = true;
                    continue;
                }
                await look.WhenDoneAsync(agent.Value.AgentId, cancellationToken);
                var outcome = await OfferAsync(outlook.Directory, contact, null, decision, agent, look, cancellationToken);
                if (outcome.Agent is { } after) agent = after;
                else if (await contacts.FindAgentAsync(accountId, agent.Value.AgentId, cancellationToken) is { } current)
                {
                    changed = true;
                    agent = current;
                }
                else return agent;
                if (changed || !agent.Value.CanServe) break;
            }
            if (!changed && !skipped) return agent;
        }
        return agent;
    }

    public static TimeSpan? MaxWait(AccountDirectory directory, Line line) =>
        line.QueueIn(directory)?.MaxWaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <exception cref="DomainException">What the contact asks for does not exist.</exception>
    public static void Refuse(AccountDirectory directory, RoutingTarget target)
    {
        if (target.ServiceId is { } service && directory.Service(service) is null)
            throw DomainException.Invalid("serviceId", "is no service's.");
        if (target.QueueId is { } queue && directory.Queue(queue) is null) throw DomainException.Invalid("queueId", "is no queue's.");
        if (target.AgentId is { } agent && directory.Agent(agent) is null) throw DomainException.Invalid("agentId", "is no agent's.");
    }

    /// <param name="lapsed">Who was seen to have a lease that is over; grows.</param>
    private async Task<(AccountDirectory Directory, Row<Contact> Contact)> AttemptAsync(
        int accountId,
        string id,
        Arrival arrival,
        int turn,
        HashSet<int> lapsed,
        CancellationToken cancellationToken
    )
    {
        using var look = choices.Begin(accountId);
        var outlook = await waiting.LookAsync(accountId, cancellationToken);
        var directory = outlook.Directory;
        Refuse(directory, arrival.Target);
        var lines = RoutingKernel.LinesFor(directory, arrival.Target);
        var now = time.GetUtcNow();
        RoutingQuestion question;
        RoutingDecision decision;
        IDisposable? choice = null;
        for (var reads = 1; ; reads++)
        {
            var live = await presence.ReadAsync(directory, lines, arrival.Channel, cancellationToken, IsNotWanted);
            question = new RoutingQuestion(directory, live, now, turn) { IsBeingAsked = IsNotWanted };
            decision = RoutingKernel.Arrive(question, arrival.Target);
            if (decision is not { Outcome: RoutingOutcome.Offered, AgentId: { } first } || lapsed.Contains(first)) break;
            choice = look.TryChoose(first, id);
            if (choice is not null) break;
            if (reads < MaxReads) continue;
            await look.WhenDoneAsync(first, cancellationToken);
            throw new ConflictException();
        }
        using var chosen = choice;
        var agent = choice is null ? null : await contacts.FindAgentAsync(accountId, decision.AgentId, cancellationToken);
        if (agent?.Value.HasLapsed(now) == true) lapsed.Add(agent.Value.AgentId);
        if (choice is not null && (agent is null || !CanBeOffered(agent.Value, arrival.Channel, decision, now)))
            throw new ConflictException();
        (decision, var entrance) = await DecideAsync(outlook, arrival, question, decision, agent?.Value, cancellationToken);
        var contact = new Contact
        {
            Id = id,
            ServiceId = arrival.Target.ServiceId,
            LevelId = decision.LevelId,
            Level = decision.Level,
            QueueId = decision.QueueId ?? arrival.Target.QueueId,
            LineAgentId = decision.QueueId is null ? arrival.Target.AgentId ?? (decision.Unit is null ? decision.AgentId : null) : null,
            Channel = arrival.Channel,
            Priority = arrival.Priority,
            EnqueuedAt = now,
            WaitingSince = now,
            Decision = decision,
            Operations = arrival.Operation is { } operation ? [operation] : [],
        };
        switch (decision.Outcome)
        {
            case RoutingOutcome.Offered:
                var (asked, taken) = ContactLife.Offer(contact, agent!.Value, decision, contact.Line.QueueIn(directory), now);
                var row = await InsertAsync(accountId, asked, AgentChange.Of(agent, taken), null, arrival.Operation, cancellationToken);
                return await CheckAsync(directory, row, cancellationToken);
            case RoutingOutcome.Queued:
                var queued = ContactLife.Enqueue(contact, decision, MaxWait(directory, decision.Line), now);
                return (directory, await InsertAsync(accountId, queued, null, entrance, arrival.Operation, cancellationToken));
            default:
                var refused = ContactLife.End(contact, null, ContactState.Refused, now, contacts.Retention).Contact;
                return (directory, await InsertAsync(accountId, refused, null, null, arrival.Operation, cancellationToken));
        }

        bool IsNotWanted(int other) => look.IsChosen(other) || lapsed.Contains(other);
    }

    private async Task<Row<Contact>> InsertAsync(
        int accountId,
        Contact contact,
        AgentChange? agent,
        Entrance? entrance,
        string? operation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var committed = await contacts.CommitAsync(
                accountId,
                [new ContactChange(null, contact)],
                agent,
                cancellationToken,
                entrance
            );
            return committed.Contact ?? await contacts.GetAsync(accountId, contact.Id, cancellationToken);
        }
        catch (ConflictException)
        {
            if (await contacts.FindAsync(accountId, contact.Id, cancellationToken) is not { } taken) throw;
            if (operation is null || !taken.Value.Operations.Contains(operation))
                throw new DomainException(
                    ErrorKind.Conflict,
                    $"contactId {contact.Id} is another contact's, which is {ContactLife.StateName(taken.Value.State)}.",
                    "contactId"
                );
            return taken;
        }
    }

    /// <summary>The first contact in front of a place that an agent should serve, and the decision for it.</summary>
    private async Task<(WaitingContact Contact, RoutingDecision Decision)?> FirstAsync(
        Outlook outlook,
        OthersSeen others,
        AgentState agent,
        Place before,
        Func<string, bool> isChosen,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (outlook.First.Count == 0 || outlook.Directory.Agent(agent.AgentId) is not { } configured) return null;
        await foreach (
            var contact in waiting.OfAsync(outlook, RoutingKernel.LinesOf(outlook.Directory, configured), cancellationToken)
        )
        {
            if (contact.Place >= before) return null;
            if (isChosen(contact.ContactId)) continue;
            var decision = await MayTakeAsync(others, agent, contact, WhoLetItPass.IsLeftOut, now, cancellationToken);
            if (decision is not null) return (contact, decision);
        }
        return null;
    }

    /// <summary>Whether an agent may take a waiting contact now, as far as nobody else is wanted for it first.</summary>
    private static async Task<RoutingDecision?> MayTakeAsync(
        OthersSeen others,
        AgentState agent,
        WaitingContact contact,
        WhoLetItPass whoLetItPass,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var passed = contact.Passed.Contains(agent.AgentId);
        if (!agent.CanTake(contact.Channel) || (passed && whoLetItPass == WhoLetItPass.IsLeftOut)) return null;
        var live = await others.ForAsync(agent, contact, passed, cancellationToken);
        var decision = RoutingKernel.Assign(new RoutingQuestion(others.Directory, live, now), contact, whoLetItPass);
        return decision?.AgentId == agent.AgentId ? decision : null;
    }

    private static bool CanBeOffered(AgentState agent, string channel, RoutingDecision decision, DateTimeOffset now) =>
        agent.CanTake(channel) && !agent.HasLapsed(now) && (decision.Unit is not { } unit || agent.Units.Contains(unit));

    /// <summary>Offers a waiting contact to an agent whose state was just read.</summary>
    /// <param name="row">The contact where it was read already.</param>
    /// <returns>The contact where it was offered; the agent where its state is known then, null where it changed meanwhile.</returns>
    public async Task<(Contact? Contact, Row<AgentState>? Agent)> OfferAsync(
        AccountDirectory directory,
        WaitingContact entry,
        Row<Contact>? row,
        RoutingDecision decision,
        Row<AgentState> agent,
        Choices.Look look,
        CancellationToken cancellationToken
    )
    {
        using var choice = look.TryChoose(agent.Value.AgentId, entry.ContactId);
        if (choice is null) return (null, look.IsChosen(agent.Value.AgentId) ? null : agent);
        row ??= await contacts.FindAsync(directory.AccountId, entry.ContactId, cancellationToken);
        if (row is not { Value: { State: ContactState.Queued } contact } || contact.Line != entry.Line) return (null, agent);
        var now = time.GetUtcNow();
        if (!CanBeOffered(agent.Value, contact.Channel, decision, now)) return (null, null);
        var offered = ContactLife.Offer(contact, agent.Value, decision, contact.Line.QueueIn(directory), now);
        CommittedRows committed;
        try
        {
            committed = await contacts.CommitAsync(
                directory.AccountId,
                [new ContactChange(row, offered.Contact)],
                AgentChange.Of(agent, offered.Agent),
                cancellationToken
            );
        }
        catch (ConflictException)
        {
            return (null, null);
        }
        var standing = committed.Contact ?? await contacts.GetAsync(directory.AccountId, entry.ContactId, cancellationToken);
        var (_, kept) = await CheckAsync(directory, standing, cancellationToken);
        return kept.ETag == standing.ETag ? (kept.Value, committed.Agent) : (null, null);
    }

    /// <summary>Takes an offer back where the directory changed between the decision and its commit, and it holds no longer.</summary>
    private async Task<(AccountDirectory Directory, Row<Contact> Contact)> CheckAsync(
        AccountDirectory decidedOn,
        Row<Contact> row,
        CancellationToken cancellationToken
    )
    {
        var directory = await AfterCommit.AsFarAsItGoesAsync(() => directories.GetAsync(decidedOn.AccountId, cancellationToken), decidedOn);
        if (directory.Version == decidedOn.Version) return (directory, row);
        return await AfterCommit.AsFarAsItGoesAsync(() => CheckAgainAsync(directory, row, cancellationToken), (directory, row));
    }

    private async Task<(AccountDirectory Directory, Row<Contact> Contact)> CheckAgainAsync(
        AccountDirectory directory,
        Row<Contact> row,
        CancellationToken cancellationToken
    )
    {
        var stepped = await RevokeAsync(directory, row.Value.Id, cancellationToken);
        return (directory, stepped.Row ?? await contacts.GetAsync(directory.AccountId, row.Value.Id, cancellationToken));
    }

    /// <summary>Takes an offer back where it holds no longer.</summary>
    public Task<Stepped> RevokeAsync(AccountDirectory directory, string contactId, CancellationToken cancellationToken) =>
        contacts.StepAsync(
            directory.AccountId,
            contactId,
            (contact, agent) =>
                contact.State == ContactState.Offered
                && !ContactLife.Holds(directory, agent, contact.QueueId, contact.Unit, time.GetUtcNow())
                    ? ContactLife.Revoke(contact, agent, time.GetUtcNow())
                    : null,
            cancellationToken
        );

    /// <summary>The state of the units that an agent is not in: read where it matters, once for a look.</summary>
    /// <param name="known">Presence by channel, where all of it is known.</param>
    private sealed class OthersSeen(AccountDirectory directory, LivePresenceReader reader, Func<string, ILivePresence>? known)
    {
        private readonly Dictionary<(Line Line, string Channel), ILivePresence> seen = [];

        public AccountDirectory Directory => directory;

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

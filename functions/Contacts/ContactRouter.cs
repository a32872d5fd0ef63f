using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>A guest who arrives.</summary>
/// <param name="Operation">What its request is known by, so that it arrives once however often that is sent; null without a key.</param>
internal sealed record Arrival(RoutingTarget Target, string Channel, int Priority, string? ContactId, string? Operation = null)
{
    /// <summary>What is said of the guest: a JSON object, kept as it comes.</summary>
    public JsonElement? Attributes { get; init; }
}

/// <summary>Why a waiting contact does not stay where it waits.</summary>
internal enum OverflowCause
{
    /// <summary>Its time there is over.</summary>
    Waited,

    /// <summary>Nobody is there who could ever serve it.</summary>
    Unattended,
}

/// <summary>
/// Routes contacts: reads what the kernel has to know, asks it, and commits what it decides. Whoever has capacity gets the
/// first of all contacts that it may take, by priority and age over all its lines, whatever brought that about.
/// </summary>
internal sealed class ContactRouter(
    DirectoryStore directories,
    PresenceReader presence,
    WaitingRows waiting,
    ContactDecisions decisions,
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
        var (directory, row) = await Conflict.RetryAsync(
            turn => TryArriveAsync(accountId, id, arrival, turn, cancellationToken),
            time,
            cancellationToken
        );

        // Somebody may have become free since it was looked.
        return row.Value.State == ContactState.Queued ? await ServeAsync(directory, row, cancellationToken) : row.Value;
    }

    /// <summary>
    /// Offers a waiting contact to whoever may take it now. An agent who should serve somebody else first does that, and the
    /// next one is looked for.
    /// </summary>
    /// <returns>The contact as it is then.</returns>
    public Task<Contact> ServeAsync(AccountDirectory directory, Row<Contact> row, CancellationToken cancellationToken) =>
        AfterCommit.AsFarAsItGoesAsync(() => AssignAsync(directory, null, row, cancellationToken), row.Value);

    /// <summary>The same on the directory as it is now, in the same breath in which the contact came back into its line.</summary>
    public Task<Contact> ServeAsync(int accountId, Row<Contact> row, CancellationToken cancellationToken) =>
        AfterCommit.AsFarAsItGoesAsync(async () =>
        {
            var outlook = await waiting.LookAsync(accountId, cancellationToken);
            return await AssignAsync(outlook.Directory, outlook, row, cancellationToken);
        }, row.Value);

    /// <summary>Offers waiting contacts to an agent, the first of all its lines first, until it has no capacity left.</summary>
    /// <param name="whoLetItPass">It may be asked again for what it let pass where it has just come.</param>
    /// <returns>The agent as it is then.</returns>
    public Task<Row<AgentState>> PullAsync(
        int accountId,
        Row<AgentState> agent,
        CancellationToken cancellationToken,
        WhoLetItPass whoLetItPass = WhoLetItPass.IsLeftOut
    ) => AfterCommit.AsFarAsItGoesAsync(() => PullWhatWaitsAsync(accountId, agent, whoLetItPass, cancellationToken), agent);

    /// <summary>To another service, queue or agent: its agent is free, and it waits there as long as it has waited.</summary>
    /// <exception cref="DomainException">The target is unknown, nobody is there, or the contact is over.</exception>
    public async Task<Contact> TransferAsync(ContactCall call, RoutingTarget target, CancellationToken cancellationToken)
    {
        var stepped = await Conflict.RetryAsync(() => TryTransferAsync(call, target, cancellationToken), time, cancellationToken);
        return await FollowAsync(call.AccountId, stepped, cancellationToken);
    }

    /// <summary>Out of a line where a contact does not stay: into another, or refused; it stays where there is no other place.</summary>
    /// <param name="entry">The contact as it waited when that was found.</param>
    /// <param name="seen">Presence for its channel.</param>
    public async Task<Stepped> OverflowAsync(
        AccountDirectory directory,
        WaitingContact entry,
        OverflowCause cause,
        IPresence seen,
        CancellationToken cancellationToken
    )
    {
        var stepped = await Conflict.RetryAsync(
            () => TryOverflowAsync(directory, entry, cause, seen, cancellationToken),
            time,
            cancellationToken
        );
        var moved = stepped.After.State == ContactState.Queued && stepped.After.Line != stepped.Before.Line;
        if (moved && stepped.Row is { } row) await ServeAsync(directory, row, cancellationToken);
        return stepped;
    }

    /// <summary>
    /// What follows a step: a contact that waits again goes to somebody else, and an agent who is free of it gets another.
    /// </summary>
    /// <returns>The contact as it is then.</returns>
    public async Task<Contact> FollowAsync(int accountId, Stepped stepped, CancellationToken cancellationToken)
    {
        var contact = stepped.After;
        if (contact.State == ContactState.Queued)
        {
            var row = stepped.Row ?? await contacts.GetAsync(accountId, contact.Id, cancellationToken);
            contact = await ServeAsync(accountId, row, cancellationToken);
        }
        else if (!contact.IsOver) return contact;
        if (stepped.Before.AgentId is not { } agentId) return contact;
        var agent = stepped.Agent ?? await contacts.FindAgentAsync(accountId, agentId, cancellationToken);
        if (agent is not null) await PullAsync(accountId, agent, cancellationToken);
        return contact;
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

    private async Task<(AccountDirectory Directory, Row<Contact> Contact)> TryArriveAsync(
        int accountId,
        string id,
        Arrival arrival,
        int turn,
        CancellationToken cancellationToken
    )
    {
        using var look = choices.Begin(accountId);
        var outlook = await waiting.LookAsync(accountId, cancellationToken);
        var directory = outlook.Directory;
        ContactDecisions.RefuseUnknown(directory, arrival.Target);
        var (question, first, agent) = await AskAsync(directory, id, arrival, turn, look, cancellationToken);
        var (decision, entrance) = await decisions.ArriveAsync(outlook, arrival, question, first, agent?.Value, cancellationToken);
        var (line, now) = (decision.Line ?? arrival.Target.Line, question.Now);
        var contact = new Contact
        {
            Id = id,
            Sequence = 1,
            ServiceId = arrival.Target.ServiceId,
            LevelId = decision.LevelId,
            Level = decision.Level,
            Channel = arrival.Channel,
            Priority = arrival.Priority,
            EnqueuedAt = now,
            WaitingSince = now,
            Decision = decision,
            Attributes = arrival.Attributes,
            Operations = arrival.Operation is { } operation ? [operation] : [],
        }.In(line);
        var queue = line?.QueueIn(directory);
        var (after, taken) = decision.Outcome switch
        {
            RoutingOutcome.Offered => ContactLife.Offer(contact, agent!.Value, decision, queue, now),
            RoutingOutcome.Queued => new(ContactLife.Enqueue(contact, decision, queue, now), null),
            _ => ContactLife.End(contact, null, ContactState.Refused, now, contacts.Retention),
        };
        var change = AgentChange.Of(agent, taken);
        var row = await InsertAsync(accountId, after, change, entrance, arrival.Operation, cancellationToken);
        return decision.Outcome == RoutingOutcome.Offered ? await CheckAsync(directory, row, cancellationToken) : (directory, row);
    }

    /// <summary>
    /// Asks the kernel for an agent whom nobody else of this process is just choosing, and chooses it until the look ends.
    /// Those whose lease is over are taken only where there is nobody else, and then there is nobody.
    /// </summary>
    private async Task<(RoutingQuestion Question, RoutingDecision Decision, Row<AgentState>? Agent)> AskAsync(
        AccountDirectory directory,
        string contactId,
        Arrival arrival,
        int turn,
        Choices.Look look,
        CancellationToken cancellationToken
    )
    {
        var lines = RoutingKernel.LinesFor(directory, arrival.Target);
        var now = time.GetUtcNow();
        var lapsed = new HashSet<int>();
        for (var reads = 1; ; reads++)
        {
            var seen = await presence.ReadAsync(directory, lines, arrival.Channel, cancellationToken, IsNotWanted);
            var question = new RoutingQuestion(directory, seen, now, turn) { IsBeingAsked = IsNotWanted };
            var decision = RoutingKernel.Arrive(question, arrival.Target);
            if (
                decision is not { Outcome: RoutingOutcome.Offered, AgentId: { } agentId }
                || lapsed.Contains(agentId)
                || lapsed.Count == MaxTurns
            )
                return (question, decision, null);
            if (look.TryChoose(agentId, contactId) is not null)
            {
                var agent = await contacts.FindAgentAsync(directory.AccountId, agentId, cancellationToken);
                if (agent is not null && CanBeOffered(agent.Value, arrival.Channel, decision, now)) return (question, decision, agent);
                if (agent?.Value.HasLapsed(now) != true) throw new ConflictException();
                lapsed.Add(agentId);
            }
            else if (reads >= MaxReads)
            {
                await look.WhenDoneAsync(agentId, cancellationToken);
                throw new ConflictException();
            }
        }

        bool IsNotWanted(int agent) => look.IsChosen(agent) || lapsed.Contains(agent);
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
            var change = new ContactChange(null, contact);
            var committed = await contacts.CommitAsync(accountId, [change], agent, cancellationToken, entrance);
            return committed.Contact ?? await contacts.GetAsync(accountId, contact.Id, cancellationToken);
        }
        catch (ConflictException)
        {
            if (await contacts.FindAsync(accountId, contact.Id, cancellationToken) is not { } taken) throw;
            if (operation is not null && taken.Value.Operations.Contains(operation)) return taken;
            throw new DomainException(
                ErrorKind.Conflict,
                $"contactId {contact.Id} is another contact's, which is {ContactLife.StateName(taken.Value.State)}.",
                "contactId"
            );
        }
    }

    /// <param name="outlook">The account as it was when the directory was read, where that brought it.</param>
    private async Task<Contact> AssignAsync(
        AccountDirectory directory,
        Outlook? outlook,
        Row<Contact> row,
        CancellationToken cancellationToken
    )
    {
        var lapsed = new HashSet<int>();
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            using var look = choices.Begin(directory.AccountId);
            var contact = row.Value;
            var entry = contact.Waiting;
            var seen = await presence.ReadAsync(
                directory,
                [contact.Line],
                contact.Channel,
                cancellationToken,
                agent => IsNotWanted(agent) || contact.Passed.Contains(agent)
            );
            var now = time.GetUtcNow();
            var question = new RoutingQuestion(directory, seen, now, turn) { IsBeingAsked = IsNotWanted };
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
            outlook ??= await waiting.LookAsync(directory.AccountId, cancellationToken);
            if (outlook.Directory.Version != directory.Version)
            {
                directory = outlook.Directory;
                continue;
            }
            var before = decisions.TakeableAsync(outlook, () => agent.Value, now, look.IsChosen, cancellationToken, before: entry.Place);
            var first = await before.FirstOrDefaultAsync((Contact: entry, Decision: decision), cancellationToken);
            var known = first.Contact == entry ? row : null;
            var (offered, _) = await OfferAsync(directory, first.Contact, known, first.Decision, agent, look, cancellationToken);
            if (offered?.Id == contact.Id) return offered;
            if (offered is not null) turn--;
            if (await contacts.FindAsync(directory.AccountId, contact.Id, cancellationToken) is not { } current) return contact;
            if (current.Value.State != ContactState.Queued) return current.Value;
            (row, outlook) = (current, null);

            bool IsNotWanted(int other) => look.IsChosen(other) || lapsed.Contains(other);
        }
        return row.Value;
    }

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
            var (changed, skip, skipped) = (false, turn == 0 ? 0 : Random.Shared.Next(Math.Min(1 << turn, MaxSkipped)), false);
            var takeable = decisions.TakeableAsync(
                outlook,
                () => agent.Value,
                time.GetUtcNow(),
                look.IsChosen,
                cancellationToken,
                whoLetItPass
            );
            await foreach (var (contact, decision) in takeable)
            {
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

    private async Task<Stepped> TryTransferAsync(ContactCall call, RoutingTarget target, CancellationToken cancellationToken)
    {
        var accountId = call.AccountId;
        var directory = await directories.GetAsync(accountId, cancellationToken);
        ContactDecisions.RefuseUnknown(directory, target);
        var row = await contacts.GetAsync(accountId, call.ContactId, cancellationToken);
        var contact = row.Value;
        if (call.IsDone(contact)) return new Stepped(contact, contact, row, null);
        var agent = await contacts.FindAgentAsync(accountId, contact.AgentId, cancellationToken);
        var seen = await presence.ReadAsync(directory, RoutingKernel.LinesFor(directory, target), contact.Channel, cancellationToken);
        var now = time.GetUtcNow();
        var (decision, entrance) = await decisions.FindRoomAsync(
            new RoutingQuestion(directory, seen, now) { From = contact.State == ContactState.Queued ? contact.Line : null },
            question => RoutingKernel.Wait(question, target),
            cancellationToken
        );
        if (decision.Line is not { } line)
            throw new DomainException(
                ErrorKind.Conflict,
                decision.Lines.Any(reason => reason.Code == LineReason.Full) ? "There is no room to transfer to: the line is full."
                    : "Nobody is there to transfer to."
            );
        var after = ContactLife.Transfer(contact, agent?.Value, target, decision, line.QueueIn(directory), now);
        return await contacts.CommitStepAsync(
            accountId,
            row,
            agent,
            after with { Contact = call.Mark(after.Contact) },
            entrance,
            cancellationToken
        );
    }

    private async Task<Stepped> TryOverflowAsync(
        AccountDirectory directory,
        WaitingContact entry,
        OverflowCause cause,
        IPresence seen,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var overflow = entry.Line.QueueIn(directory) switch
        {
            // Who came for one agent alone has nowhere else to go, and is refused as on arrival.
            null => new Overflow(entry.ServiceId is null ? OverflowTo.Refuse : OverflowTo.NextLevel),
            var queue when cause == OverflowCause.Waited => queue.WhenWaited,
            var queue => queue.WhenUnattended,
        };
        var (decision, entrance) = await decisions.FindRoomAsync(
            new RoutingQuestion(directory, seen, now),
            question => RoutingKernel.MoveOn(question, entry, overflow, canStay: entry.Line.ExistsIn(directory)),
            cancellationToken
        );
        return await contacts.TryStepAsync(directory.AccountId, entry.ContactId, Step, entrance, cancellationToken);

        ContactAndAgent? Step(Contact contact, AgentState? _)
        {
            var isOver = contact.WaitUntil <= now;
            if (contact.State != ContactState.Queued || contact.Line != entry.Line) return null;
            if (cause == OverflowCause.Waited && !isOver) return null;
            if (decision.Line is not { } line)
                return ContactLife.End(contact with { Decision = decision }, null, ContactState.Refused, now, contacts.Retention);
            if (line != contact.Line) return new(ContactLife.MoveOn(contact, decision, line.QueueIn(directory), now), null);
            return isOver ? new(ContactLife.Stay(contact, decision), null) : null;
        }
    }

    private static bool CanBeOffered(AgentState agent, string channel, RoutingDecision decision, DateTimeOffset now) =>
        agent.CanTake(channel) && !agent.HasLapsed(now) && (decision.Unit is not { } unit || agent.Units.Contains(unit));

    /// <summary>Takes an offer back where the directory changed between the decision and its commit, and it holds no longer.</summary>
    private async Task<(AccountDirectory Directory, Row<Contact> Contact)> CheckAsync(
        AccountDirectory decidedOn,
        Row<Contact> row,
        CancellationToken cancellationToken
    )
    {
        var directory = await AfterCommit.AsFarAsItGoesAsync(() => directories.GetAsync(decidedOn.AccountId, cancellationToken), decidedOn);
        if (directory.Version == decidedOn.Version) return (directory, row);
        return await AfterCommit.AsFarAsItGoesAsync(async () =>
        {
            var stepped = await RevokeAsync(directory, row.Value.Id, cancellationToken);
            return (directory, stepped.Row ?? await contacts.GetAsync(directory.AccountId, row.Value.Id, cancellationToken));
        }, (directory, row));
    }
}

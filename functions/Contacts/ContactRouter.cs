using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>A guest who arrives.</summary>
/// <param name="Once">Whether a contact with this id is this very arrival, of a request that was not finished.</param>
internal sealed record Arrival(RoutingTarget Target, string Channel, int Priority, string? ContactId, bool Once = false);

/// <summary>Routes contacts: reads what the kernel has to know, asks it, and commits what it decides.</summary>
internal sealed class ContactRouter(DirectoryStore directories, LivePresenceReader presence, ContactStore contacts, TimeProvider time)
{
    /// <summary>How many waiting contacts of a line are looked at in one go.</summary>
    private const int Lookahead = 200;

    /// <exception cref="DomainException">The target is unknown, or the contact's id is taken.</exception>
    public async Task<Contact> ArriveAsync(int accountId, Arrival arrival, CancellationToken cancellationToken)
    {
        var id = arrival.ContactId ?? Guid.NewGuid().ToString("n");
        var turn = 0;
        var contact = await Conflict.RetryAsync(
            () => AttemptAsync(accountId, id, arrival, turn++, cancellationToken),
            time,
            cancellationToken
        );

        // Others may have left the line since it was looked at.
        if (contact.State == ContactState.Queued) await AssignAsync(accountId, contact.Line, cancellationToken);
        return contact.State == ContactState.Queued ? (await contacts.GetAsync(accountId, id, cancellationToken)).Value : contact;
    }

    /// <summary>Offers a line's waiting contacts, the oldest of the highest priority first, until nobody can take one.</summary>
    /// <param name="again">
    /// Whether an agent may be asked again for what it let pass last: only a sweep does, so that no decline is answered by the same offer.
    /// </param>
    public async Task AssignAsync(int accountId, Line line, CancellationToken cancellationToken, bool again = false)
    {
        for (var turn = 0; ;)
        {
            var waiting = (await contacts.WaitingAsync(accountId, line, cancellationToken, Lookahead))
                .Where(place => !place.Entry.External)
                .Select(place => place.Entry)
                .ToList();
            if (waiting.Count == 0) return;
            var directory = await directories.GetAsync(accountId, cancellationToken);
            var decided = await DecideAsync(directory, line, waiting, turn, again, cancellationToken);
            if (decided is not var (entry, decision)) return;
            try
            {
                if (!await OfferAsync(directory, entry.ContactId, line, decision, cancellationToken)) turn++;
            }
            catch (ConflictException)
            {
                turn++;
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 25) * Math.Min(turn, 10)), time, cancellationToken);
            }
            if (turn > 20) return;
        }
    }

    /// <summary>Pulls waiting contacts to an agent that has capacity again: from all lines that it serves.</summary>
    /// <param name="again">Also to one that let them pass last: it has just come.</param>
    public async Task PullAsync(int accountId, int agentId, CancellationToken cancellationToken, bool again = false)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        if (directory.Agent(agentId) is not { } agent) return;
        var queues = agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => assignment.QueueId)
            .Concat(
                directory.All<GroupRouting>().Where(routing => agent.Groups.Contains(routing.GroupId)).Select(routing => routing.QueueId)
            )
            .Distinct();
        var lines = queues.Select(Line.OfQueue).Append(Line.OfAgent(agentId));
        var heads = await contacts.LinesAsync(directory, lines, cancellationToken);
        foreach (
            var (line, _) in heads
                .Where(head => head.Value.FirstPlace is not null)
                .OrderBy(head => head.Value.FirstPlace![head.Key.Prefix.Length..], StringComparer.Ordinal)
        )
            await AssignAsync(accountId, line, cancellationToken, again);
    }

    private async Task<Contact> AttemptAsync(int accountId, string id, Arrival arrival, int turn, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        Refuse(directory, arrival.Target);
        var entrances = await contacts.EntrancesAsync(directory, RoutingKernel.LinesFor(directory, arrival.Target), cancellationToken);
        var (question, now) = await AskAsync(directory, arrival.Target, arrival.Channel, turn, cancellationToken);
        var decision = RoutingKernel.Arrive(question, arrival.Target, arrival.Priority);
        var contact = new Contact
        {
            Id = id,
            ServiceId = arrival.Target.ServiceId,
            LevelId = decision.LevelId,
            QueueId = decision.QueueId ?? arrival.Target.QueueId,
            LineAgentId = decision.QueueId is null
                ? arrival.Target.AgentId ?? (decision.Outcome == RoutingOutcome.Refused ? null : decision.AgentId)
                : null,
            Channel = arrival.Channel,
            Priority = arrival.Priority,
            EnqueuedAt = now,
            Decision = ContactStore.Text(decision),
        };
        if (decision.Outcome == RoutingOutcome.Offered)
        {
            var agent = await contacts.FindAgentAsync(accountId, decision.AgentId, cancellationToken);
            if (agent?.Value.CanTake(arrival.Channel) != true) throw new ConflictException();
            var offered = ContactLife.Offer(contact, agent.Value, directory.Queue(contact.Line.QueueId ?? 0), now);
            return await InsertAsync(accountId, offered.Contact, agent, offered.Agent, null, arrival.Once, cancellationToken);
        }
        var kept = decision.Outcome == RoutingOutcome.Queued
            ? ContactLife.Enqueue(contact, contact.Line, decision.LevelId, MaxWait(directory, contact.Line), now)
            : ContactLife.End(contact, null, ContactState.Refused, now, contacts.Retention).Contact;
        var entrance = kept.State == ContactState.Queued ? entrances.GetValueOrDefault(kept.Line) : null;
        return await InsertAsync(accountId, kept, null, null, entrance, arrival.Once, cancellationToken);
    }

    private async Task<Contact> InsertAsync(
        int accountId,
        Contact contact,
        Row<AgentState>? agent,
        AgentState? agentAfter,
        Entrance? entrance,
        bool once,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await contacts.CommitAsync(accountId, null, contact, agent, agentAfter, cancellationToken, entrance);
            return contact;
        }
        catch (ConflictException)
        {
            if (await contacts.FindAsync(accountId, contact.Id, cancellationToken) is not { } taken) throw;
            if (!once)
                throw new DomainException(
                    ErrorKind.Conflict,
                    $"contactId {contact.Id} is another contact's, which is {ContactLife.StateName(taken.Value.State)}.",
                    "contactId"
                );
            return taken.Value;
        }
    }

    /// <summary>The first waiting contact that somebody can take, and who.</summary>
    private async Task<(WaitingEntry Entry, RoutingDecision Decision)?> DecideAsync(
        AccountDirectory directory,
        Line line,
        List<WaitingEntry> waiting,
        int turn,
        bool again,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var seen = new Dictionary<string, ILivePresence>(StringComparer.Ordinal);
        foreach (var entry in waiting)
        {
            if (!seen.TryGetValue(entry.Channel, out var known))
                seen[entry.Channel] = known = await presence.ReadAsync(directory, [line], entry.Channel, cancellationToken);
            var question = new RoutingQuestion(directory, known, _ => LineState.Empty, now, turn);
            if (RoutingKernel.Assign(question, line, now - entry.EnqueuedAt, entry.DeclinedBy, again) is { } decision)
                return (entry, decision);
        }
        return null;
    }

    /// <summary>Offers a waiting contact; false where contact or agent are no longer as they were seen.</summary>
    private async Task<bool> OfferAsync(
        AccountDirectory directory,
        string contactId,
        Line line,
        RoutingDecision decision,
        CancellationToken cancellationToken
    )
    {
        var reading = contacts.FindAgentAsync(directory.AccountId, decision.AgentId, cancellationToken);
        var row = await contacts.FindAsync(directory.AccountId, contactId, cancellationToken);
        var agent = await reading;
        if (
            row is not { Value: { State: ContactState.Queued } contact }
            || contact.Line != line
            || agent?.Value.CanTake(contact.Channel) != true
        )
            return false;
        var level =
            contact.LevelId is { } levelId && contact.ServiceId is { } serviceId
                ? directory.Service(serviceId)?.Levels.ToList().IndexOf(levelId)
                : null;
        var explained = decision with { LevelId = contact.LevelId, Level = level is >= 0 ? level : null };
        var offered = ContactLife.Offer(
            contact with
            {
                Decision = ContactStore.Text(explained),
            },
            agent.Value,
            directory.Queue(line.QueueId ?? 0),
            time.GetUtcNow()
        );
        await contacts.CommitAsync(directory.AccountId, row, offered.Contact, agent, offered.Agent, cancellationToken);
        return true;
    }

    /// <summary>Reads everything that the kernel may look at for a target.</summary>
    /// <param name="also">A line that the contact is in, wherever it came for.</param>
    public async Task<(RoutingQuestion Question, DateTimeOffset Now)> AskAsync(
        AccountDirectory directory,
        RoutingTarget target,
        string channel,
        int turn,
        CancellationToken cancellationToken,
        Line? also = null
    )
    {
        var lines = RoutingKernel.LinesFor(directory, target, also);
        var reading = presence.ReadAsync(directory, lines, channel, cancellationToken);
        var states = await contacts.LinesAsync(directory, lines, cancellationToken);
        var now = time.GetUtcNow();
        return (new RoutingQuestion(directory, await reading, line => states.GetValueOrDefault(line, LineState.Empty), now, turn), now);
    }

    public static TimeSpan? MaxWait(AccountDirectory directory, Line line) =>
        directory.Queue(line.QueueId ?? 0)?.MaxWaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <exception cref="DomainException">What the contact asks for does not exist.</exception>
    public static void Refuse(AccountDirectory directory, RoutingTarget target)
    {
        if (target.ServiceId is { } service && directory.Service(service) is null)
            throw DomainException.Invalid("serviceId", "is no service's.");
        if (target.QueueId is { } queue && directory.Queue(queue) is null) throw DomainException.Invalid("queueId", "is no queue's.");
        if (target.AgentId is { } agent && directory.Agent(agent) is null) throw DomainException.Invalid("agentId", "is no agent's.");
    }
}

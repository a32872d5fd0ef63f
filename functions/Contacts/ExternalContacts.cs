using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

/// <summary>What another system tells of a contact.</summary>
/// <param name="State">What the contact is after the event.</param>
/// <param name="Queue">A queue's name or id.</param>
internal sealed record ExternalEvent(
    string ContactId,
    ContactState State,
    string? Queue,
    int? AgentId,
    string? Channel,
    DateTimeOffset? OccurredAt
)
{
    public bool IsEnd => State is ContactState.Ended or ContactState.Abandoned;
}

/// <summary>Contacts that another system assigns: an event is older or newer than what is known, in whatever order they come.</summary>
internal sealed class ExternalContacts(
    ContactStore contacts,
    ContactRouter router,
    DirectoryStore directories,
    IOptions<ContactsOptions> options,
    TimeProvider time
)
{
    public async Task<Contact> ApplyAsync(int accountId, ExternalEvent received, CancellationToken cancellationToken)
    {
        var (contact, freed) = await Conflict.RetryAsync(
            () => AttemptAsync(accountId, received, cancellationToken),
            time,
            cancellationToken
        );
        if (freed is not null) await router.PullAsync(accountId, freed, cancellationToken);
        return contact;
    }

    /// <summary>Ends a contact whose end was never told.</summary>
    /// <param name="key">The contact's, in its row key.</param>
    /// <returns>The agent who is free of it now; null where there is none, or its ETag is not known.</returns>
    public Task<Row<AgentState>?> EndAsync(int accountId, string key, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            var (now, row) = (time.GetUtcNow(), await contacts.FindByKeyAsync(accountId, key, cancellationToken));
            if (row is not { Value: { IsOver: false, EndsAt: { } endsAt } known } || endsAt > now) return null;
            var state = known.State == ContactState.Active ? ContactState.Ended : ContactState.Abandoned;
            var after = Ended(known, state, now, now).After(ContactLife.StepInto(state));
            return (await CommitAsync(accountId, row, after, now, cancellationToken)).Freed;
        }, time, cancellationToken);

    private async Task<(Contact Contact, Row<AgentState>? Freed)> AttemptAsync(
        int accountId,
        ExternalEvent received,
        CancellationToken cancellationToken
    )
    {
        var (now, row) = (time.GetUtcNow(), await contacts.FindAsync(accountId, received.ContactId, cancellationToken));
        var occurredAt = received.OccurredAt ?? EndBefore(received, row?.Value) ?? now;
        if (row is { Value.External: false })
            throw new DomainException(ErrorKind.Conflict, "contact_id is a contact's that is assigned here.", "contact_id");
        if (row is not null && IsOlder(received, occurredAt, row.Value))
        {
            var told = await WithLateAsync(accountId, row.Value, received, occurredAt, cancellationToken);
            return told == row.Value ? (told, null) : await CommitAsync(accountId, row, told, now, cancellationToken);
        }

        // What ends, ends, wherever its queue and its agent have gone; of what was not known before, the queue is told.
        Queue? queue = null;
        if (!received.IsEnd || (row is null && received.Queue is not null))
        {
            var directory = await directories.GetAsync(accountId, cancellationToken);
            queue = received.Queue is null ? null : FindQueue(directory, received.Queue);
            if (queue is null && received is { Queue: not null, IsEnd: false })
                throw DomainException.Invalid("queue", "is no queue's name or id.");
            if (received is { AgentId: { } agentId, IsEnd: false } && directory.Agent(agentId) is null)
                throw DomainException.Invalid("agent_id", "is no agent's.");
        }
        var after = Next(row?.Value, received, queue, occurredAt, now);
        return row is not null && after == row.Value ? (after, null) : await CommitAsync(accountId, row, after, now, cancellationToken);
    }

    /// <summary>The end that was told before an answer: one of no told time was then at the latest. Null where there was none.</summary>
    private static DateTimeOffset? EndBefore(ExternalEvent received, Contact? known) =>
        received.State == ContactState.Active && known is { IsOver: true } && known.EndedAt == known.OccurredAt ? known.EndedAt : null;

    /// <summary>Of two events of one time the later step counts: nothing that has ended begins anew by it.</summary>
    private static bool IsOlder(ExternalEvent received, DateTimeOffset occurredAt, Contact known)
    {
        return occurredAt < known.OccurredAt || (occurredAt == known.OccurredAt && Step(received.State) < Step(known.State));

        static int Step(ContactState state) => state switch { ContactState.Queued => 0, ContactState.Active => 1, _ => 2 };
    }

    /// <summary>
    /// A contact with what an event adds that came too late to change its state: when it began, where that was not told, and who
    /// answered it when.
    /// </summary>
    private async Task<Contact> WithLateAsync(
        int accountId,
        Contact known,
        ExternalEvent received,
        DateTimeOffset occurredAt,
        CancellationToken cancellationToken
    )
    {
        // Until its beginning is told, a contact begins with the first that was. What is older than a told one is another's, whose
        // id came again.
        var beginIsOpen = known.EnqueuedAt == (known.AnsweredAt ?? known.EndedAt);
        var isAnswer = received.State == ContactState.Active && known is { State: ContactState.Ended, AnsweredAt: null };
        if (received.IsEnd || (occurredAt < known.EnqueuedAt && !beginIsOpen) || !(isAnswer || beginIsOpen)) return known;
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var begin = occurredAt < known.EnqueuedAt ? occurredAt : known.EnqueuedAt;
        var told = known with
        {
            EnqueuedAt = begin,
            WaitingSince = begin,
            QueueId = known.QueueId ?? (received.Queue is null ? null : FindQueue(directory, received.Queue)?.Id),
        };
        if (isAnswer && received.AgentId is { } agentId && directory.Agent(agentId) is not null)
            told = told with { AnsweredAt = occurredAt, AnsweredBy = agentId, AgentId = agentId };
        return told == known ? known : told with { Sequence = known.Sequence + 1 };
    }

    private Contact Next(Contact? known, ExternalEvent received, Queue? queue, DateTimeOffset occurredAt, DateTimeOffset now)
    {
        var contact = (
            known
            ?? new Contact
            {
                Id = received.ContactId,
                External = true,
                Sequence = 1,
                EnqueuedAt = occurredAt,
                WaitingSince = occurredAt,
                Channel = received.Channel ?? Channels.Standard,
            }
        ) with
        {
            OccurredAt = occurredAt,
        };
        if (queue is not null) contact = contact with { QueueId = queue.Id };
        if (
            known is not null
            && known.State == received.State
            && (received.State != ContactState.Active || known.AgentId == received.AgentId)
        )
            return contact.QueueId == known.QueueId ? contact : contact.After(known.Step);
        contact = (contact with
        {
            State = received.State,
            Channel = received.Channel ?? contact.Channel,
            EndsAt = now.AddHours(options.Value.LongestExternalHours),
            EndedAt = null,
            EndedBy = null,
            RetainUntil = null,
        }).After(ContactLife.StepInto(received.State));
        return received.State switch
        {
            ContactState.Queued => contact with
            {
                EnqueuedAt = occurredAt,
                WaitingSince = occurredAt,
                AgentId = null,
                AcceptedAt = null,
                AnsweredAt = null,
                AnsweredBy = null,
            },
            ContactState.Active => contact with
            {
                AgentId = received.AgentId,
                AcceptedAt = now,
                AnsweredAt = contact.AnsweredAt ?? occurredAt,
                AnsweredBy = received.AgentId,
            },
            _ => Ended(contact, received.State, occurredAt, now),
        };
    }

    private Contact Ended(Contact contact, ContactState state, DateTimeOffset endedAt, DateTimeOffset now) =>
        contact with
        {
            State = state,
            EndsAt = null,
            EndedAt = endedAt,
            EndedBy = Party.OtherSystem,
            RetainUntil = now + contacts.Retention,
        };

    /// <summary>The agent who had the contact is free, and the one who has it takes it, also beyond its capacity.</summary>
    /// <returns>The contact, and the agent who is free of it now.</returns>
    private async Task<(Contact Contact, Row<AgentState>? Freed)> CommitAsync(
        int accountId,
        Row<Contact>? row,
        Contact after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (had, has) = (
            row?.Value is { State: ContactState.Active } active ? active.AgentId : null,
            after.State == ContactState.Active ? after.AgentId : null
        );
        var before = await contacts.FindAgentAsync(accountId, had ?? has, cancellationToken);
        var free = before is null ? null : ContactLife.Freed(before.Value, after.Id) with { IdleSince = now };
        if (had is not null && has is not null && had != has)
        {
            // One transaction changes one agent: the first is freed, then the second is taken.
            var between = (row!.Value with { State = ContactState.Queued, AgentId = null }).After(ContactStep.Transferred);
            var step = await contacts.CommitAsync(
                accountId,
                [new ContactChange(row, between)],
                AgentChange.Of(before, free),
                cancellationToken
            );
            if (step.Contact is not { } next) throw new ConflictException();
            after = after with { Sequence = next.Value.Sequence + 1 };
            return ((await CommitAsync(accountId, next, after, now, cancellationToken)).Contact, step.Agent);
        }
        var agent = had == has ? before?.Value
            : has is null ? free
            : Taken(before?.Value, after);
        var committed = await contacts.CommitAsync(
            accountId,
            [new ContactChange(row, after)],
            AgentChange.Of(before, agent),
            cancellationToken
        );
        return (after, had is not null && has is null ? committed.Agent : null);
    }

    private static AgentState? Taken(AgentState? agent, Contact contact)
    {
        if (agent?.Load.Count >= AgentState.MaxLoad)
            throw new DomainException(
                ErrorKind.Conflict,
                $"agent_id {agent.AgentId} has {AgentState.MaxLoad} contacts already, the most that are counted.",
                "agent_id"
            );
        return agent is null
            ? null
            : agent with { Load = [.. agent.Load, new Reservation(contact.Id, agent.CostOf(contact.Channel))] };
    }

    private static Queue? FindQueue(AccountDirectory directory, string text) =>
        directory.Named(text) as Queue
        ?? (WireId.Parse(text) is { } id ? directory.Queue(id) : null)
        ?? directory.Queue(text);
}

using ContactRouting.AgentEvents;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Contacts;

/// <summary>The webhook sink for systems that assign contacts themselves: what they tell counts, and is never offered to anybody.</summary>
internal sealed class ContactEventSink(SinkApi api, ExternalContacts contacts)
{
    [Function("ContactEventSink")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/{sinkToken}/contact-events")] HttpRequest request,
        string sinkToken,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = async accountId =>
            {
                var received = ExternalEvent.Read(await Fields.ReadAsync(request, cancellationToken));
                var contact = await contacts.ApplyAsync(accountId, received, cancellationToken);
                return Reply.Json(new { contact_id = received.ContactId, state = ContactLife.StateName(contact.State) });
            },
        }, cancellationToken);
}

/// <summary>What another system tells of a contact.</summary>
/// <param name="State">What the contact is after the event.</param>
/// <param name="Queue">A queue's name or id.</param>
internal sealed record ExternalEvent(string ContactId, ContactState State, string? Queue, int? AgentId, DateTimeOffset? OccurredAt)
{
    /// <exception cref="DomainException">A field is missing or wrong.</exception>
    public static ExternalEvent Read(Fields fields)
    {
        var state = fields.RequiredWord("event", "contact-queued", "contact-answered", "contact-ended", "contact-abandoned") switch
        {
            "contact-queued" => ContactState.Queued,
            "contact-answered" => ContactState.Active,
            "contact-ended" => ContactState.Ended,
            _ => ContactState.Abandoned,
        };
        var received = new ExternalEvent(
            fields.RequiredText("contact_id", Contact.IdProblem),
            state,
            fields.Text("queue", 200, orNumber: true),
            Id(fields, "agent_id"),
            fields.Time("occurred_at")
        );
        if (state == ContactState.Queued && received.Queue is null) throw DomainException.Invalid("queue", "is missing.");
        return state == ContactState.Active && received.AgentId is null
            ? throw DomainException.Invalid("agent_id", "is missing.")
            : received;
    }

    private static int? Id(Fields fields, string name) =>
        fields.Text(name, 20, orNumber: true) is not { } text
            ? null
            : WireId.Parse(text) ?? throw DomainException.Invalid(name, "must be a whole number.");
}

/// <summary>Contacts that another system assigns: an event is older or newer than what is known, in whatever order they come.</summary>
internal sealed class ExternalContacts(ContactStore contacts, DirectoryStore directories, TimeProvider time)
{
    private static readonly TimeSpan FutureTolerance = TimeSpan.FromSeconds(60);

    public Task<Contact> ApplyAsync(int accountId, ExternalEvent received, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            var directory = await directories.GetAsync(accountId, cancellationToken);
            var (now, row) = (time.GetUtcNow(), await contacts.FindAsync(accountId, received.ContactId, cancellationToken));
            var occurredAt = received.OccurredAt ?? now;
            if (occurredAt > now + FutureTolerance)
                throw DomainException.Invalid(
                    "occurred_at",
                    $"is more than {FutureTolerance.TotalSeconds} s ahead of the server's clock."
                );
            if (row is { Value.External: false })
                throw new DomainException(ErrorKind.Conflict, "contact_id is a contact's that is assigned here.", "contact_id");
            if (row is not null && occurredAt < row.Value.OccurredAt) return row.Value;
            var queue = received.Queue is null ? null : QueueOf(directory, received.Queue);
            if (received.AgentId is { } agentId && directory.Agent(agentId) is null)
                throw DomainException.Invalid("agent_id", "is no agent's.");

            var after = Next(row?.Value, received, queue, occurredAt, now);
            if (row is not null && after == row.Value) return after;
            await CommitAsync(accountId, row, after, now, cancellationToken);
            return after;
        }, time, cancellationToken);

    private Contact Next(Contact? known, ExternalEvent received, Queue? queue, DateTimeOffset occurredAt, DateTimeOffset now)
    {
        var contact = (
            known
            ?? new Contact
            {
                Id = received.ContactId,
                External = true,
                EnqueuedAt = occurredAt,
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
            return contact;
        contact = contact with { State = received.State, Sequence = contact.Sequence + 1 };
        return received.State switch
        {
            ContactState.Queued => contact with { EnqueuedAt = occurredAt, AgentId = null, RetainUntil = null },
            ContactState.Active => contact with { AgentId = received.AgentId, RetainUntil = null },
            _ => contact with { RetainUntil = now + contacts.Retention },
        };
    }

    /// <summary>The agent who had the contact is free, and the one who has it takes it, as far as there is room.</summary>
    private async Task CommitAsync(int accountId, Row<Contact>? row, Contact after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (had, has) = (
            row?.Value is { State: ContactState.Active } active ? active.AgentId : null,
            after.State == ContactState.Active ? after.AgentId : null
        );
        var before = await contacts.FindAgentAsync(accountId, had ?? has, cancellationToken);
        if (had is not null && has is not null && had != has)
        {
            // One transaction changes one agent: the first is freed, then the second is taken.
            await contacts.CommitAsync(
                accountId,
                row,
                row!.Value with
                {
                    State = ContactState.Queued,
                    AgentId = null,
                    Sequence = row.Value.Sequence + 1,
                },
                before,
                before is null ? null : ContactLife.Freed(before.Value, after.Id, now),
                cancellationToken
            );
            throw new ConflictException();
        }
        var agent = before?.Value;
        if (agent is not null && had is not null && has is null) agent = ContactLife.Freed(agent, after.Id, now);
        else if (agent is not null && has is not null && had is null)
            agent = agent with
            {
                Load = [.. agent.Load, new Reservation(after.Id, Math.Clamp(agent.CostOf(after.Channel), 0, Math.Max(0, agent.Free)))],
            };
        await contacts.CommitAsync(accountId, row, after, before, agent, cancellationToken);
    }

    private static Queue QueueOf(AccountDirectory directory, string text) =>
        directory.Named(text) as Queue
        ?? (WireId.Parse(text) is { } id ? directory.Queue(id) : null)
        ?? directory.Queue(text)
        ?? throw DomainException.Invalid("queue", "is no queue's name or id.");
}

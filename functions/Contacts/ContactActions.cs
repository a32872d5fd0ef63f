using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>Something that is done to a contact.</summary>
/// <param name="Operation">What it is known by, so that it is done once however often it is asked for; null where it is asked once.</param>
internal readonly record struct ContactCall(int AccountId, string ContactId, string? Operation = null)
{
    public bool IsDone(Contact contact) => Operation is not null && contact.Operations.Contains(Operation);

    /// <summary>The contact with the operation's mark.</summary>
    public Contact Mark(Contact contact) =>
        Operation is null ? contact : contact with { Operations = [.. contact.Operations.TakeLast(Contact.MaxOperations - 1), Operation] };
}

/// <summary>What agents and guests do with contacts. Whoever comes second gets a conflict with the state that won.</summary>
internal sealed class ContactActions(
    ContactStore contacts,
    ContactRouter router,
    WaitingRows waiting,
    LivePresenceReader presence,
    TimeProvider time
)
{
    /// <summary>One read and one transaction: the reservation stays as it is.</summary>
    public Task<Contact> AcceptAsync(ContactCall call, int agentId, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            var row = await contacts.GetAsync(call.AccountId, call.ContactId, cancellationToken);
            if (call.IsDone(row.Value)) return row.Value;
            var after = call.Mark(ContactLife.Accept(row.Value, agentId, time.GetUtcNow()));
            await contacts.CommitAsync(call.AccountId, [new ContactChange(row, after)], null, cancellationToken);
            return after;
        }, time, cancellationToken);

    public async Task<Contact> DeclineAsync(ContactCall call, int agentId, CancellationToken cancellationToken)
    {
        var stepped = await StepAsync(
            call,
            (contact, agent) => ContactLife.Decline(contact, agent!, agentId, time.GetUtcNow()),
            cancellationToken
        );
        return await ServeBothAsync(call.AccountId, stepped, cancellationToken);
    }

    public async Task<Contact> CompleteAsync(ContactCall call, int? agentId, CancellationToken cancellationToken)
    {
        var stepped = await StepAsync(
            call,
            (contact, agent) => ContactLife.Complete(contact, agent, agentId, time.GetUtcNow(), contacts.Retention),
            cancellationToken
        );
        if (stepped.After.IsOver) await ServeAgentAsync(call.AccountId, stepped, cancellationToken);
        return stepped.After;
    }

    public async Task<Contact> CancelAsync(ContactCall call, CancellationToken cancellationToken)
    {
        var stepped = await StepAsync(
            call,
            (contact, agent) => ContactLife.Cancel(contact, agent, time.GetUtcNow(), contacts.Retention),
            cancellationToken
        );
        await ServeAgentAsync(call.AccountId, stepped, cancellationToken);
        return stepped.After;
    }

    /// <summary>To another service, queue or agent: its agent is free, and it waits there as long as it has waited.</summary>
    /// <exception cref="DomainException">The target is unknown, nobody is there, or the contact is over.</exception>
    public async Task<Contact> TransferAsync(ContactCall call, RoutingTarget target, CancellationToken cancellationToken)
    {
        var accountId = call.AccountId;
        var stepped = await Conflict.RetryAsync(async () =>
        {
            var outlook = await waiting.LookAsync(accountId, cancellationToken);
            var directory = outlook.Directory;
            ContactRouter.Refuse(directory, target);
            var row = await contacts.GetAsync(accountId, call.ContactId, cancellationToken);
            if (call.IsDone(row.Value)) return new Stepped(row.Value, row.Value, row, null);
            var agent = await contacts.FindAgentAsync(accountId, row.Value.AgentId, cancellationToken);
            var lines = RoutingKernel.LinesFor(directory, target);
            var live = await presence.ReadAsync(directory, lines, row.Value.Channel, cancellationToken);
            var now = time.GetUtcNow();
            var (decision, entrance) = await router.FindRoomAsync(
                new RoutingQuestion(directory, live, now) { From = row.Value.State == ContactState.Queued ? row.Value.Line : null },
                target,
                cancellationToken
            );
            if (decision.Outcome == RoutingOutcome.Refused)
                throw new DomainException(
                    ErrorKind.Conflict,
                    decision.Lines.Any(line => line.Code == LineReason.Full) ? "There is no room to transfer to: the line is full."
                        : "Nobody is there to transfer to."
                );
            var maxWait = ContactRouter.MaxWait(directory, decision.Line);
            var (contact, freed) = ContactLife.Transfer(row.Value, agent?.Value, target, decision, maxWait, now);
            contact = call.Mark(contact);
            var committed = await contacts.CommitAsync(
                accountId,
                [new ContactChange(row, contact)],
                AgentChange.Of(agent, freed),
                cancellationToken,
                entrance
            );
            return new Stepped(row.Value, contact, committed.Contact, committed.Agent);
        }, time, cancellationToken);
        return await ServeBothAsync(accountId, stepped, cancellationToken);
    }

    private Task<Stepped> StepAsync(
        ContactCall call,
        Func<Contact, AgentState?, ContactAndAgent> step,
        CancellationToken cancellationToken
    ) =>
        contacts.StepAsync(
            call.AccountId,
            call.ContactId,
            (contact, agent) =>
                call.IsDone(contact) ? null
                : step(contact, agent) is var (after, agentAfter) ? new ContactAndAgent(call.Mark(after), agentAfter)
                : null,
            cancellationToken
        );

    /// <summary>The contact goes to somebody else, and its agent gets another.</summary>
    private async Task<Contact> ServeBothAsync(int accountId, Stepped stepped, CancellationToken cancellationToken)
    {
        if (stepped.After.State != ContactState.Queued) return stepped.After;
        var row = stepped.Row ?? await contacts.GetAsync(accountId, stepped.After.Id, cancellationToken);
        var contact = await router.ServeAsync(accountId, row, cancellationToken);
        await ServeAgentAsync(accountId, stepped, cancellationToken);
        return contact;
    }

    private async Task ServeAgentAsync(int accountId, Stepped stepped, CancellationToken cancellationToken)
    {
        if (stepped.Before.AgentId is not { } agentId) return;
        var agent = stepped.Agent ?? await contacts.FindAgentAsync(accountId, agentId, cancellationToken);
        if (agent is not null) await router.PullAsync(accountId, agent, cancellationToken);
    }
}

using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Routing;

namespace ContactRouting.Contacts;

/// <summary>What agents and guests do with contacts. Whoever comes second gets a conflict with the state that won.</summary>
internal sealed class ContactActions(ContactStore contacts, ContactRouter router, DirectoryStore directories, TimeProvider time)
{
    /// <summary>One read and one transaction: the reservation stays as it is.</summary>
    public Task<Contact> AcceptAsync(int accountId, string id, int agentId, CancellationToken cancellationToken) =>
        Storage.Conflict.RetryAsync(async () =>
        {
            var row = await contacts.GetAsync(accountId, id, cancellationToken);
            var after = ContactLife.Accept(row.Value, agentId);
            await contacts.CommitAsync(accountId, row, after, null, null, cancellationToken);
            return after;
        }, time, cancellationToken);

    public async Task<Contact> DeclineAsync(int accountId, string id, int agentId, CancellationToken cancellationToken)
    {
        var contact = await contacts.StepAsync(
            accountId,
            id,
            (contact, agent) => ContactLife.Decline(contact, agent!, agentId, time.GetUtcNow()),
            cancellationToken
        );
        await router.AssignAsync(accountId, contact.Line, cancellationToken);
        await router.PullAsync(accountId, agentId, cancellationToken);
        return (await contacts.GetAsync(accountId, id, cancellationToken)).Value;
    }

    public async Task<Contact> CompleteAsync(int accountId, string id, int? agentId, CancellationToken cancellationToken)
    {
        int? freed = null;
        var after = await contacts.StepAsync(accountId, id, (contact, agent) =>
        {
            freed = contact.AgentId;
            return ContactLife.Complete(contact, agent, agentId, time.GetUtcNow(), contacts.Retention);
        }, cancellationToken);
        if (after.IsOver && freed is { } agent) await router.PullAsync(accountId, agent, cancellationToken);
        return after;
    }

    public async Task<Contact> CancelAsync(int accountId, string id, CancellationToken cancellationToken)
    {
        int? freed = null;
        var after = await contacts.StepAsync(accountId, id, (contact, agent) =>
        {
            freed = contact.AgentId;
            return ContactLife.Cancel(contact, agent, time.GetUtcNow(), contacts.Retention);
        }, cancellationToken);
        if (freed is { } agent) await router.PullAsync(accountId, agent, cancellationToken);
        return after;
    }

    /// <summary>To another service, queue or agent: its agent is free, and it waits there as long as it has waited.</summary>
    /// <exception cref="DomainException">The target is unknown, nobody is there, or the contact is over.</exception>
    public async Task<Contact> TransferAsync(int accountId, string id, RoutingTarget target, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        ContactRouter.Refuse(directory, target);
        var current = (await contacts.GetAsync(accountId, id, cancellationToken)).Value;
        var (question, now) = await router.AskAsync(directory, target, current.Channel, 0, cancellationToken);
        var decision = RoutingKernel.Arrive(question, target, current.Priority);
        if (decision.Outcome == RoutingOutcome.Refused) throw new DomainException(ErrorKind.Conflict, "Nobody is there to transfer to.");
        var line = decision.QueueId is { } queueId ? Line.OfQueue(queueId) : Line.OfAgent(decision.AgentId!.Value);
        int? freed = null;
        await contacts.StepAsync(accountId, id, (contact, agent) =>
        {
            if (contact.IsOver || contact.State == ContactState.WrapUp || contact.External) throw ContactLife.Lost(contact);
            freed = contact.AgentId;
            var moved = ContactLife.Enqueue(
                contact with
                {
                    ServiceId = target.ServiceId,
                    Decision = ContactStore.Text(decision),
                },
                line,
                decision.LevelId,
                ContactRouter.MaxWait(directory, line),
                now
            );
            return new(moved, agent is null ? null : ContactLife.Freed(agent, id, now));
        }, cancellationToken);
        await router.AssignAsync(accountId, line, cancellationToken);
        if (freed is { } agentId) await router.PullAsync(accountId, agentId, cancellationToken);
        return (await contacts.GetAsync(accountId, id, cancellationToken)).Value;
    }
}

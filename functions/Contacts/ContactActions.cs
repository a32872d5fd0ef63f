using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>What agents and guests do with contacts. Whoever comes second gets a conflict with the state that won.</summary>
internal sealed class ContactActions(
    ContactStore contacts,
    ContactRouter router,
    DirectoryStore directories,
    WaitingRows waiting,
    LivePresenceReader presence,
    TimeProvider time
)
{
    /// <summary>One read and one transaction: the reservation stays as it is.</summary>
    public Task<Contact> AcceptAsync(int accountId, string id, int agentId, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            var row = await contacts.GetAsync(accountId, id, cancellationToken);
            var after = ContactLife.Accept(row.Value, agentId, time.GetUtcNow());
            await contacts.CommitAsync(accountId, [new ContactChange(row, after)], null, cancellationToken);
            return after;
        }, time, cancellationToken);

    public async Task<Contact> DeclineAsync(int accountId, string id, int agentId, CancellationToken cancellationToken)
    {
        var stepped = await contacts.StepAsync(
            accountId,
            id,
            (contact, agent) => ContactLife.Decline(contact, agent!, agentId, time.GetUtcNow()),
            cancellationToken
        );
        return await ServeBothAsync(accountId, stepped, cancellationToken);
    }

    public async Task<Contact> CompleteAsync(int accountId, string id, int? agentId, CancellationToken cancellationToken)
    {
        var stepped = await contacts.StepAsync(
            accountId,
            id,
            (contact, agent) => ContactLife.Complete(contact, agent, agentId, time.GetUtcNow(), contacts.Retention),
            cancellationToken
        );
        if (stepped.After.IsOver) await ServeAgentAsync(accountId, stepped, cancellationToken);
        return stepped.After;
    }

    public async Task<Contact> CancelAsync(int accountId, string id, CancellationToken cancellationToken)
    {
        var stepped = await contacts.StepAsync(
            accountId,
            id,
            (contact, agent) => ContactLife.Cancel(contact, agent, time.GetUtcNow(), contacts.Retention),
            cancellationToken
        );
        await ServeAgentAsync(accountId, stepped, cancellationToken);
        return stepped.After;
    }

    /// <summary>To another service, queue or agent: its agent is free, and it waits there as long as it has waited.</summary>
    /// <exception cref="DomainException">The target is unknown, nobody is there, or the contact is over.</exception>
    public async Task<Contact> TransferAsync(int accountId, string id, RoutingTarget target, CancellationToken cancellationToken)
    {
        var stepped = await Conflict.RetryAsync(async () =>
        {
            var outlook = await waiting.LookAsync(accountId, cancellationToken);
            var directory = outlook.Directory;
            ContactRouter.Refuse(directory, target);
            var row = await contacts.GetAsync(accountId, id, cancellationToken);
            var agent = await contacts.FindAgentAsync(accountId, row.Value.AgentId, cancellationToken);
            var lines = RoutingKernel.LinesFor(directory, target);
            var live = await presence.ReadAsync(directory, lines, row.Value.Channel, cancellationToken);
            var now = time.GetUtcNow();
            var (decision, entrance) = await router.FindRoomAsync(new RoutingQuestion(directory, live, now), target, cancellationToken);
            if (decision.Outcome == RoutingOutcome.Refused)
                throw new DomainException(ErrorKind.Conflict, "Nobody is there to transfer to.");
            var maxWait = ContactRouter.MaxWait(directory, decision.Line);
            var (contact, freed) = ContactLife.Transfer(row.Value, agent?.Value, target, decision, maxWait, now);
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

    /// <summary>The contact goes to somebody else, and its agent gets another.</summary>
    private async Task<Contact> ServeBothAsync(int accountId, Stepped stepped, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var row = stepped.Row ?? await contacts.GetAsync(accountId, stepped.After.Id, cancellationToken);
        var contact = await router.ServeAsync(directory, row, again: false, cancellationToken);
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

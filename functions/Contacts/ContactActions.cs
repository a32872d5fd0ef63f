using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>Something that is done to a contact.</summary>
/// <param name="Operation">What it is known by, so that it is done once however often it is asked for; null where it is asked once.</param>
internal readonly record struct ContactCall(int AccountId, string ContactId, string? Operation = null)
{
    /// <summary>Who alone may do it: the agent that is asked or has the contact; null for anybody.</summary>
    public int? AgentId { get; init; }

    /// <summary>Whether it was done before.</summary>
    /// <exception cref="DomainException">The contact is another's.</exception>
    public bool IsDone(Contact contact) =>
        Operation is not null && contact.Operations.Contains(Operation) ? true
        : contact.IsOf(AgentId) ? false
        : throw DomainException.NotFound($"Contact {ContactId}");

    /// <summary>The contact with the operation's mark.</summary>
    public Contact Mark(Contact contact) =>
        Operation is null ? contact : contact with { Operations = [.. contact.Operations.TakeLast(Contact.MaxOperations - 1), Operation] };
}

/// <summary>What agents and guests do with contacts. Whoever comes second gets a conflict with the state that won.</summary>
internal sealed class ContactActions(ContactStore contacts, ContactRouter router, TimeProvider time)
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

    public Task<Contact> DeclineAsync(ContactCall call, int agentId, CancellationToken cancellationToken) =>
        StepAsync(call, (contact, agent) => ContactLife.Decline(contact, agent!, agentId, time.GetUtcNow()), cancellationToken);

    public Task<Contact> CompleteAsync(ContactCall call, int? agentId, CancellationToken cancellationToken) =>
        StepAsync(
            call,
            (contact, agent) => ContactLife.Complete(contact, agent, agentId, time.GetUtcNow(), contacts.Retention),
            cancellationToken
        );

    public Task<Contact> CancelAsync(ContactCall call, CancellationToken cancellationToken) =>
        StepAsync(call, (contact, agent) => ContactLife.Cancel(contact, agent, time.GetUtcNow(), contacts.Retention), cancellationToken);

    private async Task<Contact> StepAsync(
        ContactCall call,
        Func<Contact, AgentState?, ContactAndAgent> step,
        CancellationToken cancellationToken
    )
    {
        var stepped = await contacts.StepAsync(
            call.AccountId,
            call.ContactId,
            (contact, agent) =>
                call.IsDone(contact) ? null
                : step(contact, agent) is var (after, agentAfter) ? new ContactAndAgent(call.Mark(after), agentAfter)
                : null,
            cancellationToken
        );
        return await router.FollowAsync(call.AccountId, stepped, cancellationToken);
    }
}

using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>What a change of presence left.</summary>
/// <param name="State">The agent in the end.</param>
/// <param name="After">The agent right after it, with its ETag where that is known.</param>
/// <param name="Freed">The contacts whose offers it took back.</param>
internal sealed record PresenceResult(
    PresenceOutcome Outcome,
    AgentState Before,
    AgentState State,
    Row<AgentState>? After,
    IReadOnlyList<Row<Contact>> Freed
);

/// <summary>
/// Logs agents in and out, whichever format says so: one read and, where something changes, one transaction. What an agent is
/// offered goes with its being able to take it; what waits comes with it.
/// </summary>
internal sealed class AgentPresence(
    ContactStore contacts,
    ContactRouter router,
    TimeProvider time
)
{
    /// <summary>Changes an agent's presence, and serves whoever that concerns.</summary>
    /// <param name="decide">The change that the agent's state calls for, or null for none.</param>
    /// <exception cref="DomainException">The agent is unknown, or the change is dated too far in the future.</exception>
    public async Task<PresenceResult> ApplyAsync(
        int accountId,
        int agentId,
        Func<AgentState, PresenceChange?> decide,
        CancellationToken cancellationToken
    )
    {
        var result = await ChangeAsync(accountId, agentId, decide, cancellationToken);
        return result with { State = await FollowAsync(accountId, result, cancellationToken) };
    }

    /// <summary>Changes an agent's presence and takes back what it is offered where it cannot take it any more.</summary>
    public async Task<PresenceResult> ChangeAsync(
        int accountId,
        int agentId,
        Func<AgentState, PresenceChange?> decide,
        CancellationToken cancellationToken
    )
    {
        var (result, offers) = await Conflict.RetryAsync(
            () => AttemptAsync(accountId, agentId, decide, cancellationToken),
            time,
            cancellationToken
        );
        return await TakeBackAsync(accountId, result, offers, cancellationToken);
    }

    /// <summary>What a change of presence asks for that was committed together with the directory.</summary>
    public async Task SettleAsync(int accountId, int agentId, CancellationToken cancellationToken)
    {
        if (await contacts.FindAgentAsync(accountId, agentId, cancellationToken) is not { } row) return;
        var result = new PresenceResult(PresenceOutcome.Changed, row.Value with { Status = PresenceStatus.LoggedOut }, row.Value, row, []);
        if (row.Value.Status != PresenceStatus.Available && row.Value.Load.Count > 0)
        {
            var offers = await contacts.OffersAsync(accountId, agentId, cancellationToken);
            result = await TakeBackAsync(accountId, result, offers, cancellationToken);
        }
        await FollowAsync(accountId, result, cancellationToken);
    }

    /// <returns>What the change left, and the offers that did not fit into its transaction.</returns>
    private async Task<(PresenceResult Result, IEnumerable<Row<Contact>> Offers)> AttemptAsync(
        int accountId,
        int agentId,
        Func<AgentState, PresenceChange?> decide,
        CancellationToken cancellationToken
    )
    {
        var row = await contacts.FindAgentAsync(accountId, agentId, cancellationToken)
            ?? throw DomainException.NotFound($"Agent {agentId}");
        if (decide(row.Value) is not { } change) return (new(PresenceOutcome.Unchanged, row.Value, row.Value, row, []), []);
        var now = time.GetUtcNow();
        var (outcome, after, happened) = PresenceChanges.Decide(row.Value, change, now);
        if (after == row.Value) return (new(outcome, row.Value, after, row, []), []);
        var isUnable = row.Value.Status == PresenceStatus.Available && after.Status != PresenceStatus.Available;
        var offers = isUnable && after.Load.Count > 0 ? await contacts.OffersAsync(accountId, agentId, cancellationToken) : [];
        for (var taken = offers.Count; ; taken /= 2)
        {
            var (agent, revoked) = (after, new List<ContactChange>());
            foreach (var offer in offers.Take(taken))
            {
                var (contact, freed) = ContactLife.Revoke(offer.Value, agent, now);
                revoked.Add(new ContactChange(offer, contact));
                agent = freed!;
            }
            try
            {
                var agentChange = new AgentChange(row, agent);
                var committed = await contacts.CommitAsync(accountId, revoked, agentChange, cancellationToken, step: happened);
                return (new(outcome, row.Value, agent, committed.Agent, committed.Contacts), offers.Skip(taken));
            }
            catch (BatchFullException) when (taken > 0)
            {
                // With half of them; the others follow one by one.
            }
        }
    }

    /// <summary>Takes back offers of an agent who is unable already, one after another.</summary>
    private async Task<PresenceResult> TakeBackAsync(
        int accountId,
        PresenceResult result,
        IEnumerable<Row<Contact>> offers,
        CancellationToken cancellationToken
    )
    {
        var freed = result.Freed.ToList();
        foreach (var offer in offers)
        {
            var stepped = await contacts.StepAsync(
                accountId,
                offer.Value.Id,
                (contact, agent) =>
                    contact.State == ContactState.Offered && agent is not null && agent.Status != PresenceStatus.Available
                        ? ContactLife.Revoke(contact, agent, time.GetUtcNow())
                        : null,
                cancellationToken
            );
            if (stepped.After.State == ContactState.Queued && stepped.Row is not null) freed.Add(stepped.Row);
        }
        return result with { Freed = freed };
    }

    /// <summary>Others are asked for what the agent does not take any more; one who has come is served.</summary>
    private async Task<AgentState> FollowAsync(int accountId, PresenceResult result, CancellationToken cancellationToken)
    {
        foreach (var contact in result.Freed) await router.ServeAsync(accountId, contact, cancellationToken);
        if (result.Before.CanServe || !result.State.CanServe) return result.State;
        var agent = result.After ?? await contacts.FindAgentAsync(accountId, result.State.AgentId, cancellationToken);
        return agent is null
            ? result.State
            : (await router.PullAsync(accountId, agent, cancellationToken, WhoLetItPass.MayBeAskedAgain)).Value;
    }
}

using System.Globalization;
using Azure;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Contacts;

/// <summary>
/// Moves what the clock moves: offers, leases, waiting and wrap-up times that are over, and waiting contacts that somebody
/// can take now. Every step is decided on what is stored then, so two sweeps at once do nothing twice.
/// </summary>
internal sealed partial class ContactSweep(
    ContactStore contacts,
    ContactRouter router,
    PresenceChanges presence,
    LiveTable live,
    TimeProvider time,
    ILogger<ContactSweep> logger
)
{
    public async Task SweepAsync(AccountDirectory directory, SweptRows swept, CancellationToken cancellationToken)
    {
        var accountId = directory.AccountId;
        foreach (var key in swept.Keys(Timers.Prefix))
        {
            try
            {
                await RunAsync(directory, swept, key, cancellationToken);
            }
#pragma warning disable CA1031 // One contact's failure must not hold up the others; its timer stays.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailure(error, accountId);
            }
        }
        var waiting = swept
            .Read<WaitingEntry>(Line.All)
            .Where(row => !row.Value.External)
            .ToLookup(row => Line.Parse(row.Key), row => row.Value);
        var agents = swept.Read<AgentState>(AgentState.Prefix).Select(row => row.Value).ToList();
        foreach (var line in waiting)
        {
            if (line.Key.QueueId is { } queue ? directory.Queue(queue) is null : directory.Agent(line.Key.AgentId!.Value) is null)
                foreach (var entry in line) await RefuseAsync(accountId, entry.ContactId, line.Key, cancellationToken);
            else if (line.Any(entry => SomebodyCanTake(directory, agents, line.Key, entry)))
                await router.AssignAsync(accountId, line.Key, cancellationToken, again: true);
        }
    }

    private Task RunAsync(AccountDirectory directory, SweptRows swept, string key, CancellationToken cancellationToken)
    {
        var (kind, id) = Timers.Parse(key);
        return kind switch
        {
            TimerKind.Lease => ExpireLeaseAsync(directory.AccountId, int.Parse(id, CultureInfo.InvariantCulture), cancellationToken),
            TimerKind.Offer => ExpireOfferAsync(directory.AccountId, swept, id, cancellationToken),
            TimerKind.WrapUp => EndWrapUpAsync(directory.AccountId, id, cancellationToken),
            TimerKind.Wait => OverflowAsync(directory, id, cancellationToken),
            _ => ForgetAsync(directory.AccountId, id, key, cancellationToken),
        };
    }

    private Task<PresenceOutcome> ExpireLeaseAsync(int accountId, int agentId, CancellationToken cancellationToken) =>
        presence.ApplyAsync(
            accountId,
            agentId,
            state => state.LeaseUntil <= time.GetUtcNow() ? new PresenceChange(PresenceStatus.LoggedOut, PresenceSource.Expired) : null,
            cancellationToken
        );

    private async Task ExpireOfferAsync(int accountId, SweptRows swept, string id, CancellationToken cancellationToken)
    {
        int? freed = null;
        var after = await contacts.StepAsync(accountId, id, (contact, agent) =>
        {
            var now = time.GetUtcNow();
            freed = null;
            if (contact.State != ContactState.Offered || contact.OfferExpiresAt > now || agent is null) return null;
            freed = agent.AgentId;
            var answered = swept
                .Read<HandlingEntry>(ContactRows.HandlingPrefix)
                .Any(row => row.Value.AgentId == agent.AgentId && row.Value.AcceptedAt > agent.LastUnansweredAt);
            return ContactLife.Expire(contact, agent, answered, now);
        }, cancellationToken);
        if (freed is not { } agentId) return;
        await router.AssignAsync(accountId, after.Line, cancellationToken, again: true);
        await router.PullAsync(accountId, agentId, cancellationToken);
    }

    private async Task EndWrapUpAsync(int accountId, string id, CancellationToken cancellationToken)
    {
        int? freed = null;
        await contacts.StepAsync(accountId, id, (contact, agent) =>
        {
            var now = time.GetUtcNow();
            freed = null;
            if (contact.State != ContactState.WrapUp || contact.WrapUpUntil > now) return null;
            freed = contact.AgentId;
            return ContactLife.End(contact, agent, ContactState.Ended, now, contacts.Retention);
        }, cancellationToken);
        if (freed is { } agentId) await router.PullAsync(accountId, agentId, cancellationToken);
    }

    private async Task OverflowAsync(AccountDirectory directory, string id, CancellationToken cancellationToken)
    {
        var row = await contacts.FindAsync(directory.AccountId, id, cancellationToken);
        if (row is not { Value: { State: ContactState.Queued } waiting } || waiting.WaitUntil > time.GetUtcNow()) return;
        var (question, now) = await router.AskAsync(directory, waiting.Target, waiting.Channel, 0, cancellationToken, waiting.Line);
        var decision = RoutingKernel.Overflow(question, waiting.Target, waiting.Line);
        var line = decision.QueueId is { } queue ? Line.OfQueue(queue) : decision.AgentId is { } agent ? Line.OfAgent(agent) : waiting.Line;
        var after = await contacts.StepAsync(directory.AccountId, id, (contact, _) =>
        {
            if (contact.State != ContactState.Queued || contact.WaitUntil != waiting.WaitUntil) return null;
            contact = contact with { Decision = ContactStore.Text(decision) };
            return decision.Outcome == RoutingOutcome.Refused
                ? ContactLife.End(contact, null, ContactState.Refused, now, contacts.Retention)
                : new(ContactLife.Enqueue(contact, line, decision.LevelId, ContactRouter.MaxWait(directory, line), now), null);
        }, cancellationToken);
        if (after.State == ContactState.Queued) await router.AssignAsync(directory.AccountId, line, cancellationToken);
    }

    private Task<Contact> RefuseAsync(int accountId, string id, Line line, CancellationToken cancellationToken) =>
        contacts.StepAsync(
            accountId,
            id,
            (contact, _) =>
                contact.State == ContactState.Queued && contact.Line == line
                    ? ContactLife.End(contact, null, ContactState.Refused, time.GetUtcNow(), contacts.Retention)
                    : null,
            cancellationToken
        );

    /// <summary>The contact's row goes with its timer.</summary>
    private async Task ForgetAsync(int accountId, string id, string timer, CancellationToken cancellationToken)
    {
        if (await contacts.FindAsync(accountId, id, cancellationToken) is not { } row || !row.Value.IsOver) return;
        var batch = new Batch(LiveTable.Partition(accountId));
        batch.Delete(row.Key, row.ETag);
        batch.Delete(timer, ETag.All);
        await live.TryCommitAsync(batch, cancellationToken);
    }

    /// <summary>A look at what the sweep has read already, which spares lines that nobody can serve their reads.</summary>
    private bool SomebodyCanTake(AccountDirectory directory, List<AgentState> agents, Line line, WaitingEntry entry)
    {
        var now = time.GetUtcNow();
        var question = new RoutingQuestion(directory, new KnownPresence(agents, entry.Channel), _ => LineState.Empty, now);
        return RoutingKernel.Assign(question, line, now - entry.EnqueuedAt, entry.DeclinedBy) is not null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A timer of account {accountId} failed")]
    private partial void LogFailure(Exception error, int accountId);
}

using System.Globalization;
using Azure;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Sweep;

/// <summary>
/// Moves what the clock moves: offers, leases, waiting and wrap-up times that are over; then offers what waits to whoever can
/// take it, and only then lets waiting times run out. It decides on the rows of one range read and what it changes itself;
/// every step is checked against what is stored then, so two sweeps at once do nothing twice.
/// </summary>
internal sealed partial class ContactSweep(
    ContactStore contacts,
    ContactRouter router,
    AgentPresence presence,
    ExternalContacts external,
    DirectoryStore directories,
    Choices choices,
    LiveTable live,
    TimeProvider time,
    ILogger<ContactSweep> logger
)
{
    /// <summary>How often a contact's offer is decided anew in one sweep.</summary>
    private const int MaxTurns = 3;

    public async Task SweepAsync(AccountDirectory directory, LiveRows rows, CancellationToken cancellationToken)
    {
        var sweep = new Sweep(directory, rows);
        var timers = rows.Timers.Select(Timers.Parse).ToLookup(timer => timer.Kind, timer => timer.Id);
        foreach (var id in timers[TimerKind.Lease])
            await GuardAsync(sweep, () => EndLeaseAsync(sweep, int.Parse(id, CultureInfo.InvariantCulture), cancellationToken));
        await GuardAsync(sweep, () => ReorderAsync(sweep, cancellationToken));
        foreach (var id in timers[TimerKind.Offer]) await GuardAsync(sweep, () => ExpireOfferAsync(sweep, id, cancellationToken));
        foreach (var id in timers[TimerKind.WrapUp]) await GuardAsync(sweep, () => EndWrapUpAsync(sweep, id, cancellationToken));
        foreach (var key in timers[TimerKind.External])
            await GuardAsync(sweep, () => EndExternalAsync(sweep, key, cancellationToken));
        foreach (var id in sweep.OffersThatHoldNoLonger(time.GetUtcNow()))
            await GuardAsync(sweep, () => RevokeAsync(sweep, id, cancellationToken));
        await GuardAsync(sweep, () => AssignAsync(sweep, cancellationToken));
        foreach (var contact in timers[TimerKind.Wait].Select(sweep.FindWaiting).OfType<WaitingContact>())
            await GuardAsync(sweep, () => OverflowAsync(sweep, contact, OverflowCause.Waited, cancellationToken));
        foreach (var contact in sweep.Unattended(time.GetUtcNow()))
            await GuardAsync(sweep, () => OverflowAsync(sweep, contact, OverflowCause.Unattended, cancellationToken));
    }

    /// <summary>Removes contacts that were kept long enough, each with its timer; where that is gone, the contact is in use.</summary>
    public async Task ForgetAsync(int accountId, IReadOnlyList<string> timers, CancellationToken cancellationToken)
    {
        foreach (var chunk in timers.Chunk(Batch.MaxActions / 3))
        {
            if (await TryForgetAsync(accountId, chunk, cancellationToken)) continue;
            foreach (var timer in chunk) await TryForgetAsync(accountId, [timer], cancellationToken);
        }
    }

    private async Task<bool> TryForgetAsync(int accountId, IEnumerable<string> timers, CancellationToken cancellationToken)
    {
        var batch = new Batch(LiveTable.Partition(accountId));
        foreach (var timer in timers)
        {
            batch.Delete(timer, ETag.All);
            foreach (var key in ContactRows.KeptKeys(Timers.Parse(timer).Id)) batch.Delete(key, ETag.All);
        }
        return await live.TryCommitAsync(batch, cancellationToken) is not null;
    }

    private async Task EndLeaseAsync(Sweep sweep, int agentId, CancellationToken cancellationToken)
    {
        var result = await presence.ChangeAsync(
            sweep.AccountId,
            agentId,
            state => state.HasLapsed(time.GetUtcNow()) ? new PresenceChange(PresenceStatus.LoggedOut, PresenceSource.Expired) : null,
            cancellationToken
        );
        sweep.Put(result.State, result.After);
        foreach (var contact in result.Freed) sweep.PutBack(contact.Value);
    }

    /// <summary>
    /// Gives agents the places in the index that their units' strategies call for, where whoever changed a strategy was stopped
    /// before it came to them.
    /// </summary>
    private async Task ReorderAsync(Sweep sweep, CancellationToken cancellationToken)
    {
        var left = new Queue<(Row<AgentState> Before, AgentState After)>(sweep.OrderedByOldStrategies());
        if (left.Count == 0) return;

        // The rows were read after this directory: they are behind it only if it is the newest still.
        var newest = await directories.GetAsync(sweep.AccountId, cancellationToken);
        if (newest.Version != sweep.Directory.Version) return;
        while (left.Count > 0)
        {
            var (batch, states) = (new Batch(LiveTable.Partition(sweep.AccountId)), new List<AgentState>());
            while (left.TryPeek(out var agent) && batch.TryAdd(rows => ServingIndex.Change(rows, agent.Before, agent.After)))
                states.Add(left.Dequeue().After);
            var committed = await live.TryCommitAsync(batch, cancellationToken);
            foreach (var state in states)
            {
                if (committed?.RowOf(AgentState.RowKey(state.AgentId), state) is { } row) sweep.Put(state, row);
            }
        }
    }

    private async Task ExpireOfferAsync(Sweep sweep, string id, CancellationToken cancellationToken)
    {
        var stepped = await contacts.StepAsync(
            sweep.AccountId,
            id,
            (contact, agent) =>
            {
                var now = time.GetUtcNow();
                return contact.State != ContactState.Offered || contact.OfferExpiresAt > now || agent is null
                    ? null
                    : ContactLife.Expire(contact, agent, sweep.HasAcceptedSince(agent), now);
            },
            cancellationToken
        );
        await FollowAsync(sweep, stepped, cancellationToken);
    }

    private async Task EndWrapUpAsync(Sweep sweep, string id, CancellationToken cancellationToken)
    {
        var stepped = await contacts.StepAsync(
            sweep.AccountId,
            id,
            (contact, agent) =>
                contact.State == ContactState.WrapUp && contact.WrapUpUntil <= time.GetUtcNow()
                    ? ContactLife.End(contact, agent, ContactState.Ended, time.GetUtcNow(), contacts.Retention)
                    : null,
            cancellationToken
        );
        await FollowAsync(sweep, stepped, cancellationToken);
    }

    private async Task EndExternalAsync(Sweep sweep, string key, CancellationToken cancellationToken)
    {
        if (await external.EndAsync(sweep.AccountId, key, cancellationToken) is { } freed) sweep.Put(freed.Value, freed);
    }

    private async Task RevokeAsync(Sweep sweep, string id, CancellationToken cancellationToken) =>
        await FollowAsync(sweep, await router.RevokeAsync(sweep.Directory, id, cancellationToken), cancellationToken);

    /// <summary>The sweep goes on with what a step left.</summary>
    private async Task FollowAsync(Sweep sweep, Stepped stepped, CancellationToken cancellationToken)
    {
        if (stepped.After == stepped.Before) return;
        if (stepped.After.State == ContactState.Queued) sweep.PutBack(stepped.After);
        if (stepped.Before.AgentId is not { } agentId) return;
        if ((stepped.Agent ?? await contacts.FindAgentAsync(sweep.AccountId, agentId, cancellationToken)) is { } agent)
            sweep.Put(agent.Value, agent);
    }

    /// <summary>Everybody who waits, in order, as long as anybody has capacity left.</summary>
    private async Task AssignAsync(Sweep sweep, CancellationToken cancellationToken)
    {
        using var look = choices.Begin(sweep.AccountId);
        var exhausted = new HashSet<(Line Line, string Channel, bool Waited)>();
        foreach (var contact in sweep.InOrder())
        {
            if (sweep.Agents.AreAllTaken) return;
            var now = time.GetUtcNow();
            var waited = contact.Line.QueueIn(sweep.Directory) is { AdvanceWhen: AdvanceWhen.WaitedSeconds } queue
                && now - contact.Since >= TimeSpan.FromSeconds(queue.AdvanceAfterSeconds);
            var kind = (contact.Line, contact.Channel, waited);
            if (exhausted.Contains(kind)) continue;
            for (var turn = 0; turn < MaxTurns; turn++)
            {
                var question = new RoutingQuestion(sweep.Directory, sweep.Agents.For(contact.Channel), now);
                var whoLetItPass = sweep.IsPutBack(contact) ? WhoLetItPass.IsLeftOut : WhoLetItPass.MayBeAskedAgain;
                if (RoutingKernel.Assign(question, contact, whoLetItPass) is not { } decision)
                {
                    if (contact.Passed.Count == 0) exhausted.Add(kind);
                    break;
                }
                if (await OfferAsync(sweep, contact, decision, look, cancellationToken)) break;
            }
        }
    }

    /// <summary>Whether the contact is done with: offered, or not there any more.</summary>
    private async Task<bool> OfferAsync(
        Sweep sweep,
        WaitingContact contact,
        RoutingDecision decision,
        Choices.Look look,
        CancellationToken cancellationToken
    )
    {
        var agentId = decision.AgentId!.Value;
        if ((sweep.RowOf(agentId) ?? await contacts.FindAgentAsync(sweep.AccountId, agentId, cancellationToken)) is { } agent)
        {
            var (offered, after) = await router.OfferAsync(sweep.Directory, contact, null, decision, agent, look, cancellationToken);
            if (offered is not null) sweep.Remove(contact);
            if (after is not null)
            {
                sweep.Put(after.Value, after);
                return true;
            }
        }
        if (await contacts.FindAgentAsync(sweep.AccountId, agentId, cancellationToken) is { } current) sweep.Put(current.Value, current);
        else sweep.Put(sweep.Agents.Find(agentId)! with { Status = PresenceStatus.LoggedOut }, null);
        return sweep.FindWaiting(contact.ContactId) is null;
    }

    private async Task OverflowAsync(Sweep sweep, WaitingContact contact, OverflowCause cause, CancellationToken cancellationToken)
    {
        var seen = sweep.Agents.For(contact.Channel);
        var after = (await router.OverflowAsync(sweep.Directory, contact, cause, seen, cancellationToken)).After;
        if (after.State != ContactState.Queued || after.Line != contact.Line) sweep.Remove(contact);
    }

    private async Task GuardAsync(Sweep sweep, Func<Task> step)
    {
        try
        {
            await step();
        }
#pragma warning disable CA1031 // One contact's failure must not hold up the others; the next sweep tries again.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailure(error, sweep.AccountId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of account {accountId}'s sweep failed")]
    private partial void LogFailure(Exception error, int accountId);

    /// <summary>An account's live state as the sweep read it, with what it changed since.</summary>
    private sealed class Sweep
    {
        private readonly Dictionary<int, Row<AgentState>> rows;
        private readonly Dictionary<string, WaitingContact> waiting;
        private readonly HashSet<string> putBack = new(StringComparer.Ordinal);
        private readonly List<(string ContactId, HandlingEntry Entry)> handled;
        private readonly Dictionary<int, DateTimeOffset> lastAccepted = [];

        public Sweep(AccountDirectory directory, LiveRows read)
        {
            Directory = directory;
            rows = read.Agents.ToDictionary(row => row.Value.AgentId);
            Agents = new PresenceOfAll(rows.Values.Select(row => row.Value));
            waiting = read.Waiting.ToDictionary(contact => contact.ContactId, StringComparer.Ordinal);
            handled = [.. read.Handling.Select(row => (ContactRows.ContactOfHandling(row.Key), row.Value))];
            foreach (var (_, entry) in handled)
            {
                if (entry.AcceptedAt is { } at && at > lastAccepted.GetValueOrDefault(entry.AgentId)) lastAccepted[entry.AgentId] = at;
            }
        }

        public AccountDirectory Directory { get; }

        public int AccountId => Directory.AccountId;

        public PresenceOfAll Agents { get; }

        public Row<AgentState>? RowOf(int agentId) => rows.GetValueOrDefault(agentId);

        public bool HasAcceptedSince(AgentState agent) => lastAccepted.GetValueOrDefault(agent.AgentId) > agent.LastUnansweredAt;

        public IEnumerable<(Row<AgentState> Before, AgentState After)> OrderedByOldStrategies()
        {
            var strategies = Directory.All<Queue>().Select(queue => (Unit: ServingUnit.OwnAgents(queue.Id), queue.Strategy))
                .Concat(Directory.All<Group>().Select(group => (Unit: ServingUnit.Group(group.Id), group.Strategy)))
                .Where(unit => unit.Strategy != AgentStrategy.LongestIdle)
                .ToDictionary(unit => unit.Unit, unit => unit.Strategy);
            return rows.Values.Where(row => IsBehind(row.Value))
                .Select(row => (Row: row, Agent: Directory.Agent(row.Value.AgentId)))
                .Where(agent => agent.Agent is not null)
                .Select(agent => (agent.Row, agent.Row.Value.Follow(Directory, agent.Agent!)));

            bool IsBehind(AgentState agent) =>
                (strategies.Count > 0 || agent.Strategies.Count > 0)
                && agent.Units.Any(unit => strategies.GetValueOrDefault(unit) != agent.Strategies.GetValueOrDefault(unit));
        }

        public IReadOnlyList<WaitingContact> InOrder() => [.. waiting.Values.OrderBy(contact => contact.Place)];

        public WaitingContact? FindWaiting(string contactId) => waiting.GetValueOrDefault(contactId);

        /// <summary>Whether this sweep itself put the contact back: whoever let it pass is not asked again in the same breath.</summary>
        public bool IsPutBack(WaitingContact contact) => putBack.Contains(contact.ContactId);

        public void Put(AgentState agent, Row<AgentState>? row)
        {
            Agents.Put(agent);
            if (row is null) rows.Remove(agent.AgentId);
            else rows[agent.AgentId] = row;
        }

        public void PutBack(Contact contact)
        {
            waiting[contact.Id] = contact.Waiting;
            putBack.Add(contact.Id);
        }

        public void Remove(WaitingContact contact) => waiting.Remove(contact.ContactId);

        public IReadOnlyList<string> OffersThatHoldNoLonger(DateTimeOffset now) =>
            [
                .. handled
                    .Where(handling =>
                        handling.Entry.State == ContactState.Offered
                        && !putBack.Contains(handling.ContactId)
                        && !ContactLife.Holds(
                            Directory,
                            Agents.Find(handling.Entry.AgentId),
                            handling.Entry.QueueId,
                            handling.Entry.Unit,
                            now
                        )
                    )
                    .Select(handling => handling.ContactId),
            ];

        /// <summary>The contacts of lines where nobody is who could ever serve them.</summary>
        public IReadOnlyList<WaitingContact> Unattended(DateTimeOffset now) =>
            [
                .. InOrder().GroupBy(contact => (contact.Line, contact.Channel))
                    .Where(line =>
                        Resolution.Judge(Directory, line.Key.Line, Agents.For(line.Key.Channel), new Moment(now)).Availability
                        == Availability.Closed
                    )
                    .SelectMany(line => line),
            ];
    }
}

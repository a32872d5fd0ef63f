using System.Text.Json;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

/// <summary>A contact's step.</summary>
/// <param name="Before">Null for a new one.</param>
internal readonly record struct ContactChange(Row<Contact>? Before, Contact After);

/// <summary>What a contact's step means for its agent.</summary>
internal readonly record struct AgentChange(Row<AgentState> Before, AgentState After)
{
    public static AgentChange? Of(Row<AgentState>? before, AgentState? after) =>
        before is not null && after is not null && after != before.Value ? new AgentChange(before, after) : null;
}

/// <summary>What a commit left.</summary>
/// <param name="Contacts">The contacts whose ETags are known.</param>
/// <param name="Agent">The agent, with its ETag where that is known.</param>
internal readonly record struct CommittedRows(IReadOnlyList<Row<Contact>> Contacts, Row<AgentState>? Agent)
{
    public Row<Contact>? Contact => Contacts.Count == 0 ? null : Contacts[0];
}

/// <summary>Reads contacts and commits their steps: contact, agent and everything derived from both in one transaction.</summary>
internal sealed class ContactStore(
    LiveTable live,
    DirectoryStore directories,
    WaitingRows waiting,
    DeliveryQueue deliveries,
    IOptions<ContactsOptions> options,
    TimeProvider time
)
{
    /// <summary>How old the subscriptions may be that are told, so that a step need not read them.</summary>
    private static readonly TimeSpan MostOld = TimeSpan.FromSeconds(5);

    // A column holds 32 Ki characters.
    private const int MaxDecisionLength = 30_000;

    public TimeSpan Retention => TimeSpan.FromHours(options.Value.RetentionHours);

    public Task<Row<Contact>?> FindAsync(int accountId, string id, CancellationToken cancellationToken) =>
        FindByKeyAsync(accountId, Contact.KeyOf(id), cancellationToken);

    /// <param name="key">The contact's, in its row key.</param>
    public Task<Row<Contact>?> FindByKeyAsync(int accountId, string key, CancellationToken cancellationToken) =>
        live.FindAsync<Contact>(accountId, LiveKeys.Contacts + key, cancellationToken);

    /// <exception cref="DomainException">There is no such contact.</exception>
    public async Task<Row<Contact>> GetAsync(int accountId, string id, CancellationToken cancellationToken) =>
        await FindAsync(accountId, id, cancellationToken) ?? throw DomainException.NotFound($"Contact {id}");

    public Task<Row<AgentState>?> FindAgentAsync(int accountId, int? agentId, CancellationToken cancellationToken) =>
        agentId is { } id
            ? live.FindAsync<AgentState>(accountId, AgentState.RowKey(id), cancellationToken)
            : Task.FromResult<Row<AgentState>?>(null);

    /// <summary>Reads a contact with its agent, takes a step, and commits it; anew where somebody else was faster.</summary>
    /// <param name="step">Throws where the contact is not in a state for it; null to leave everything as it is.</param>
    public Task<Stepped> StepAsync(
        int accountId,
        string id,
        Func<Contact, AgentState?, ContactAndAgent?> step,
        CancellationToken cancellationToken
    ) => Conflict.RetryAsync(() => TryStepAsync(accountId, id, step, null, cancellationToken), time, cancellationToken);

    /// <summary>A step that is decided anew by its caller where somebody else was faster.</summary>
    /// <param name="entrance">Of the line that it leads into, where that has a limit.</param>
    /// <exception cref="ConflictException">Contact, agent or line changed since they were read; nothing was written.</exception>
    public async Task<Stepped> TryStepAsync(
        int accountId,
        string id,
        Func<Contact, AgentState?, ContactAndAgent?> step,
        Entrance? entrance,
        CancellationToken cancellationToken
    )
    {
        var row = await GetAsync(accountId, id, cancellationToken);
        var agent = await FindAgentAsync(accountId, row.Value.AgentId, cancellationToken);
        return step(row.Value, agent?.Value) is { } after
            ? await CommitStepAsync(accountId, row, agent, after, entrance, cancellationToken)
            : new Stepped(row.Value, row.Value, row, null);
    }

    /// <summary>Commits what a step makes of a contact and its agent.</summary>
    /// <exception cref="ConflictException">Contact, agent or line changed since they were read; nothing was written.</exception>
    public async Task<Stepped> CommitStepAsync(
        int accountId,
        Row<Contact> row,
        Row<AgentState>? agent,
        ContactAndAgent after,
        Entrance? entrance,
        CancellationToken cancellationToken
    )
    {
        var change = new ContactChange(row, after.Contact);
        var committed = await CommitAsync(accountId, [change], AgentChange.Of(agent, after.Agent), cancellationToken, entrance);
        return new Stepped(row.Value, after.Contact, committed.Contact, committed.Agent);
    }

    /// <param name="entrance">Of a line with a limit, as it was before the line was counted.</param>
    /// <param name="step">The agent's change of status, or null.</param>
    /// <exception cref="ConflictException">Contact, agent or line changed since they were read; nothing was written.</exception>
    public async Task<CommittedRows> CommitAsync(
        int accountId,
        IReadOnlyList<ContactChange> changes,
        AgentChange? agent,
        CancellationToken cancellationToken,
        Entrance? entrance = null,
        PresenceStep? step = null
    )
    {
        var now = time.GetUtcNow();
        var batch = new Batch(LiveTable.Partition(accountId));
        entrance?.Pass(batch, now);
        changes = [.. changes.Select(change => change with { After = Fitting(Counted(Numbered(change, now))) })];
        foreach (var (before, after) in changes) ContactRows.Change(batch, before, after);
        var events = changes.SelectMany(change => ContactFacts.Events(change, now)).ToList();
        var callbacks = Enumerable.Empty<Receiver>();
        AgentState? state = null;
        if (agent is var (agentBefore, agentAfter))
        {
            (state, var absent) = Settled(agentAfter, now);
            state = ServingIndex.Change(batch, agentBefore, state)!;
            if ((step ?? absent) is { } change) events.Add(AgentFacts.Event(change, agentBefore.Value, state));
            callbacks = AgentFacts.CallbacksFor(agentBefore.Value, state);
        }
        var told = events.Count == 0
            ? null
            : Outbox.Add(batch, await directories.GetRecentAsync(accountId, cancellationToken, MostOld), events, callbacks, now);
        var committed = await live.CommitAsync(accountId, batch, EventData.Row(events), cancellationToken);
        foreach (var (before, after) in changes) ContactMeasures.Count(before?.Value, after);
        if (told is not null) deliveries.Announce(accountId, told);
        return new CommittedRows(
            [.. changes.Select(change => committed.RowOf(Contact.RowKey(change.After.Id), change.After)).OfType<Row<Contact>>()],
            state is null ? null : committed.RowOf(AgentState.RowKey(state.AgentId), state)
        );
    }

    /// <summary>The contacts that are offered to an agent: a range read, and one a contact.</summary>
    public async Task<List<Row<Contact>>> OffersAsync(int accountId, int agentId, CancellationToken cancellationToken)
    {
        var ids = await live.RangeAsync<HandlingEntry>(accountId, ContactRows.HandlingPrefixOf(agentId), cancellationToken)
            .Where(row => row.Value.State == ContactState.Offered)
            .Select(row => ContactRows.ContactOfHandling(row.Key))
            .ToListAsync(cancellationToken);
        var rows = await Task.WhenAll(ids.Select(id => FindAsync(accountId, id, cancellationToken)));
        return [.. rows.OfType<Row<Contact>>().Where(row => row.Value.State == ContactState.Offered && row.Value.AgentId == agentId)];
    }

    /// <summary>How many wait in a line with a limit, and its entrance as it was before they were counted: two reads.</summary>
    public async Task<LimitedLine> LookAtAsync(int accountId, Line line, CancellationToken cancellationToken)
    {
        var last = await live.FindAsync<LastEntry>(accountId, Entrance.RowKey(line), cancellationToken);
        return new LimitedLine(new Entrance(line, last?.ETag), await waiting.CountAsync(accountId, line, cancellationToken));
    }

    /// <summary>What a step leaves of an agent: who lets too many offers pass is taken for absent.</summary>
    private static (AgentState State, PresenceStep? Happened) Settled(AgentState agent, DateTimeOffset now)
    {
        if (agent.Unanswered < ContactLife.UnansweredToBusy || agent.Status != PresenceStatus.Available) return (agent, null);
        var (_, after, happened) = PresenceChanges.Decide(agent, new PresenceChange(PresenceStatus.Busy, PresenceSource.Expired), now);
        return (after, happened);
    }

    /// <summary>A new contact's events begin above all of one that had its id before.</summary>
    private static Contact Numbered(ContactChange change, DateTimeOffset now) =>
        change.Before is null
            ? change.After with { Sequence = change.After.Sequence + ContactFacts.SequenceBefore(now) }
            : change.After;

    private static Contact Counted(Contact contact) =>
        contact.IsCounted || ContactEnding.Of(contact) is null ? contact : contact with { IsCounted = true };

    private static Contact Fitting(Contact contact) =>
        contact with
        {
            Decision = contact.Decision?.Fitting(MaxDecisionLength, decision => JsonSerializer.Serialize(decision, EventData.Json).Length),
        };
}

/// <summary>A contact before and after a step.</summary>
/// <param name="Row">The contact after it, where its ETag is known.</param>
/// <param name="Agent">Its agent after the step; null where that was left alone, or its ETag is not known.</param>
internal sealed record Stepped(Contact Before, Contact After, Row<Contact>? Row, Row<AgentState>? Agent);

/// <summary>A line with a limit, as far as whoever wants to come in has to know it.</summary>
internal sealed record LimitedLine(Entrance Entrance, int Length);

using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

/// <summary>Reads contacts and commits their steps: contact, agent and everything derived from both in one transaction.</summary>
internal sealed class ContactStore(LiveTable live, DeliveryQueue deliveries, IOptions<ContactsOptions> options, TimeProvider time)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    // A column holds 32 Ki characters.
    private const int MaxDecisionLength = 30_000;

    public TimeSpan Retention => TimeSpan.FromHours(options.Value.RetentionHours);

    public Task<Row<Contact>?> FindAsync(int accountId, string id, CancellationToken cancellationToken) =>
        Contact.IdProblem(id) is null
            ? live.FindAsync<Contact>(accountId, Contact.RowKey(id), cancellationToken)
            : Task.FromResult<Row<Contact>?>(null);

    /// <exception cref="DomainException">There is no such contact.</exception>
    public async Task<Row<Contact>> GetAsync(int accountId, string id, CancellationToken cancellationToken) =>
        await FindAsync(accountId, id, cancellationToken) ?? throw DomainException.NotFound($"Contact {id}");

    public Task<Row<AgentState>?> FindAgentAsync(int accountId, int? agentId, CancellationToken cancellationToken) =>
        agentId is { } id
            ? live.FindAsync<AgentState>(accountId, AgentState.RowKey(id), cancellationToken)
            : Task.FromResult<Row<AgentState>?>(null);

    /// <summary>Reads a contact with its agent, takes a step, and commits it; anew where somebody else was faster.</summary>
    /// <param name="step">Throws where the contact is not in a state for it; null to leave everything as it is.</param>
    /// <returns>The contact after the step.</returns>
    public Task<Contact> StepAsync(
        int accountId,
        string id,
        Func<Contact, AgentState?, ContactAndAgent?> step,
        CancellationToken cancellationToken
    ) =>
        Conflict.RetryAsync(async () =>
        {
            var row = await GetAsync(accountId, id, cancellationToken);
            var agent = await FindAgentAsync(accountId, row.Value.AgentId, cancellationToken);
            if (step(row.Value, agent?.Value) is not { } after) return row.Value;
            await CommitAsync(accountId, row, after.Contact, agent, after.Agent, cancellationToken);
            return after.Contact;
        }, time, cancellationToken);

    /// <param name="entrance">Of a line with a limit, as it was before the line was counted.</param>
    /// <exception cref="ConflictException">Contact, agent or line changed since they were read; nothing was written.</exception>
    public async Task CommitAsync(
        int accountId,
        Row<Contact>? before,
        Contact after,
        Row<AgentState>? agentBefore,
        AgentState? agentAfter,
        CancellationToken cancellationToken,
        Entrance? entrance = null
    )
    {
        var now = time.GetUtcNow();
        var batch = new Batch(LiveTable.Partition(accountId));
        entrance?.Pass(batch, now);
        ContactRows.Change(batch, before, after, now);
        PresenceEvent? happened = null;
        if (agentBefore is not null && agentAfter is not null && agentAfter != agentBefore.Value)
        {
            if (agentAfter.Unanswered >= ContactLife.UnansweredToBusy && agentAfter.Status == PresenceStatus.Available)
                (_, agentAfter, happened) = PresenceChanges.Decide(
                    agentAfter,
                    new PresenceChange(PresenceStatus.Busy, PresenceSource.Expired, Lease: agentAfter.LeaseUntil - now),
                    now
                );
            ServingIndex.Change(batch, agentBefore, agentAfter);
            Outbox.Add(batch, happened);
        }
        var contactEvent = new ContactEvent
        {
            ContactId = after.Id,
            Sequence = after.Sequence,
            Before = before?.Value.State,
            After = after.State,
            AgentId = after.AgentId,
            At = now,
        };
        await live.CommitAsync(accountId, batch, contactEvent, cancellationToken);
        deliveries.Announce(accountId, happened);
    }

    /// <summary>A page of contacts by their ids.</summary>
    public async Task<(List<Contact> Items, string? Next)> ListAsync(
        int accountId,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var items = new List<Contact>();
        await foreach (
            var entity in live.RangeFromAsync(
                accountId,
                Contact.Prefix,
                after is null ? null : Contact.RowKey(after),
                limit + 1,
                cancellationToken
            )
        )
        {
            items.Add(RowCodec.Read<Contact>(entity).Value);
            if (items.Count > limit) break;
        }
        return items.Count > limit ? (items[..limit], items[limit - 1].Id) : (items, null);
    }

    /// <summary>The waiting contacts of a line, first come first, a thousand at most.</summary>
    public async Task<List<(string Place, WaitingEntry Entry)>> WaitingAsync(
        int accountId,
        Line line,
        CancellationToken cancellationToken,
        int limit = 1000
    )
    {
        var waiting = new List<(string, WaitingEntry)>();
        await foreach (var entity in live.RangeAsync(accountId, line.Prefix, cancellationToken, limit))
        {
            waiting.Add((entity.RowKey, RowCodec.Read<WaitingEntry>(entity).Value));
            if (waiting.Count == limit) break;
        }
        return waiting;
    }

    /// <summary>Who waits in lines, as far as an arrival has to know: one read a line.</summary>
    public async Task<IReadOnlyDictionary<Line, LineState>> LinesAsync(
        AccountDirectory directory,
        IEnumerable<Line> lines,
        CancellationToken cancellationToken
    )
    {
        var reads = lines.Distinct().Select(async line =>
        {
            var limit = directory.Queue(line.QueueId ?? 0)?.MaxLength ?? 0;
            var waiting = await WaitingAsync(directory.AccountId, line, cancellationToken, Math.Clamp(limit, 1, 1000));
            return (
                line,
                new LineState(
                    waiting.Where(place => !place.Entry.External).Select(place => place.Place).FirstOrDefault(),
                    waiting.Count
                )
            );
        });
        return (await Task.WhenAll(reads)).ToDictionary(read => read.line, read => read.Item2);
    }

    /// <summary>The entrances of the lines that have a limit: one read each.</summary>
    public async Task<IReadOnlyDictionary<Line, Entrance>> EntrancesAsync(
        AccountDirectory directory,
        IEnumerable<Line> lines,
        CancellationToken cancellationToken
    )
    {
        var limited = lines.Where(line => directory.Queue(line.QueueId ?? 0)?.MaxLength is not null).Distinct();
        var entrances = await Task.WhenAll(
            limited.Select(async line => new Entrance(
                line,
                (await live.FindAsync<LastEntry>(directory.AccountId, Entrance.RowKey(line), cancellationToken))?.ETag
            ))
        );
        return entrances.ToDictionary(entrance => entrance.Line);
    }

    public static string Text(RoutingDecision decision)
    {
        var text = JsonSerializer.Serialize(decision, Json);
        return text.Length <= MaxDecisionLength
            ? text
            : JsonSerializer.Serialize(
                decision with
                {
                    Lines = [.. decision.Lines.Select(line => line with { Units = [], Reasons = [] }).Take(200)],
                },
                Json
            );
    }
}

using System.Text;
using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Status;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Agents: presence with its lease, load, and the contacts they are asked to take.</summary>
internal sealed class AgentResource(
    ContactStore contacts,
    ContactView view,
    AgentPresence presence,
    DirectoryStore directories,
    PresenceReader reader,
    FiguresStore figures,
    LongPoll longPoll,
    Paging paging,
    TimeProvider time
)
{
    private const int MaxLeaseSeconds = 86_400;

    /// <summary>
    /// One read of live rows, a thousand of them at most. Of a name or a queue it reads the directory's version, and the agents as
    /// <see cref="PresenceReader"/> says.
    /// </summary>
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var (page, query) = (paging.Read(request, LiveTable.Partition(accountId)), Fields.FromQuery(request));
        var (name, queueId) = (query.Text("name"), query.Integer("queueId"));
        PresenceStatus? status = query.Has("status") ? StatusWords.Read(query) : null;
        var (items, last) = name is null && queueId is null
            ? await reader.PageAsync(accountId, status, page.After, page.Limit, cancellationToken)
            : await ListAsync(await directories.GetAsync(accountId, cancellationToken));
        return Reply.Json(new { items = items.Select(View), nextCursor = page.Next(last) });

        Task<(List<AgentState> Items, string? Last)> ListAsync(AccountDirectory directory)
        {
            if (queueId is { } id && directory.Queue(id) is null) throw DomainException.Invalid("queueId", "is no queue's.");
            var agents = queueId is { } known ? directory.AgentsOf(known) : directory.All<Agent>();
            if (name is not null && Names.Normal(name) is var normal) agents = agents.Where(agent => agent.Name == normal);
            var ids = agents.Select(agent => agent.Id).Order();
            return reader.PageAsync(directory, ids, status, page.After, page.Limit, cancellationToken);
        }
    }

    /// <summary>One read; one more for the figures of the day, and one for each of its contacts where they are asked for.</summary>
    public async Task<Reply> GetAsync(int accountId, string agentId, HttpRequest request, CancellationToken cancellationToken)
    {
        var parts = Fields.FromQuery(request).WordList("include", "today", "contacts");
        var agent = await FindAsync(accountId, agentId, cancellationToken);
        if (parts.Count == 0) return Show(agent);
        var shown = JsonSerializer.SerializeToNode(View(agent), JsonSerializerOptions.Web)!.AsObject();
        if (parts.Contains("today"))
        {
            var today = TodayFigures.Of(await figures.TodayOfAsync(accountId, agent.AgentId, cancellationToken));
            shown["today"] = JsonSerializer.SerializeToNode(new { handled = today.Answered, today.AverageHandleSeconds }, EventData.Json);
        }
        if (parts.Contains("contacts"))
        {
            var own = await ContactsOfAsync(accountId, agent, cancellationToken);
            var contacts = await view.ShowAsync(accountId, own, default, cancellationToken);
            shown["contacts"] = JsonSerializer.SerializeToNode(contacts, EventData.Json);
        }
        return Reply.Json(shown, EventData.Json).With("ETag", ETag(agent));
    }

    public async Task<Reply> SetPresenceAsync(int accountId, string agentId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("status", "leaseSeconds", "occurredAt");
        var status = StatusWords.Read(fields);
        LeaseWish? lease = fields.Names.Contains("leaseSeconds") ? new LeaseWish(LeaseSeconds(fields)) : null;
        var change = new PresenceChange(status, PresenceSource.Api, fields.PastTime("occurredAt", time.GetUtcNow()), Lease: lease);
        return await ChangeAsync(accountId, agentId, state =>
        {
            Match(request, state);
            return change;
        }, cancellationToken);
    }

    public async Task<Reply> RenewLeaseAsync(int accountId, string agentId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RefuseOthers("leaseSeconds");
        var change = new PresenceChange(null, PresenceSource.Api, Lease: new LeaseWish(LeaseSeconds(fields), Renews: true));
        return await ChangeAsync(
            accountId,
            agentId,
            state => state.IsLoggedIn ? change : throw new DomainException(ErrorKind.Conflict, "The agent is logged_out.", "status"),
            cancellationToken
        );
    }

    /// <summary>What the agent is asked to take. The contacts are read anew where its load is another.</summary>
    public Task<Reply> ListOffersAsync(RoutingCaller caller, string agentId, HttpRequest request, CancellationToken cancellationToken)
    {
        var (accountId, parts) = (caller.AccountId, ContactParts.Read(request, caller));
        IReadOnlyList<Reservation>? seen = null;
        return longPoll.AnswerAsync(request, LookAsync, cancellationToken);

        async Task<Look> LookAsync(Look? before)
        {
            var agent = await FindAsync(accountId, agentId, cancellationToken);

            // An offer comes with a reservation; it may go while its reservation stays.
            if (before is { IsNothing: true } && agent.Load.SequenceEqual(seen!)) return before;
            seen = agent.Load;
            var own = await ContactsOfAsync(accountId, agent, cancellationToken);
            var offered = own.FindAll(contact => contact.State == ContactState.Offered);
            var offers = string.Join('|', offered.Select(contact => $"{contact.Id} {contact.OfferedAt:O}"));
            return new Look(EntityTag.Of(Encoding.UTF8.GetBytes(offers)), offered.Count == 0, async () =>
            {
                var items = await view.ShowAsync(accountId, offered, parts, cancellationToken);
                return Reply.Json(new { items, nextCursor = (string?)null }, EventData.Json);
            });
        }
    }

    private async Task<Reply> ChangeAsync(
        int accountId,
        string agentId,
        Func<AgentState, PresenceChange?> decide,
        CancellationToken cancellationToken
    )
    {
        var id = WireId.Parse(agentId) ?? throw DomainException.NotFound($"Agent {agentId}");
        return Show((await presence.ApplyAsync(accountId, id, decide, cancellationToken)).State);
    }

    private static Reply Show(AgentState agent) => Reply.Json(View(agent)).With("ETag", ETag(agent));

    private static object View(AgentState agent) =>
        new
        {
            id = agent.AgentId,
            agent.Name,
            agent.DisplayName,
            status = AgentFacts.StatusName(agent.Status),
            agent.StatusSince,
            agent.OnlineSince,
            agent.LeaseUntil,
            agent.IdleSince,
            agent.CapacityUnits,
            usedUnits = agent.CapacityUnits - agent.Free,
            freeUnits = agent.Free,
            contactCount = agent.Load.Count,
            load = agent.Load.Select(reservation => new { reservation.ContactId, reservation.Cost, reservation.WrapUpUntil }),
            queueIds = agent.Units.Select(unit => unit.QueueId).OfType<int>(),
            groupIds = agent.Units.Select(unit => unit.GroupId).OfType<string>(),
        };

    /// <summary>What it has a reservation for, as it stands now: one may have gone to another agent since the agent was read.</summary>
    private async Task<List<Contact>> ContactsOfAsync(int accountId, AgentState agent, CancellationToken cancellationToken)
    {
        var rows = agent.Load.Select(reservation => contacts.FindAsync(accountId, reservation.ContactId, cancellationToken));
        var found = (await Task.WhenAll(rows)).OfType<Row<Contact>>().Select(row => row.Value);
        return [.. found.Where(contact => contact.IsOf(agent.AgentId))];
    }

    private async Task<AgentState> FindAsync(int accountId, string agentId, CancellationToken cancellationToken) =>
        (await contacts.FindAgentAsync(accountId, WireId.Parse(agentId), cancellationToken))?.Value
        ?? throw DomainException.NotFound($"Agent {agentId}");

    private static int? LeaseSeconds(Fields fields) => fields.Integer("leaseSeconds", 1, MaxLeaseSeconds);

    private void Match(HttpRequest request, AgentState state)
    {
        var expected = request.Headers.IfMatch.ToString();
        if (expected.Length > 0 && expected != "*" && expected != ETag(state))
            throw new DomainException(
                ErrorKind.PreconditionFailed,
                $"The agent is {AgentFacts.StatusName(state.Status)} since {state.StatusSince ?? time.GetUtcNow():O}; nothing was changed.",
                "If-Match"
            );
    }

    /// <summary>Of presence: it changes with the status and the lease, not with the load.</summary>
    private static string ETag(AgentState state) =>
        EntityTag.Of(Encoding.UTF8.GetBytes($"{state.AgentId}|{state.Sequence}|{state.LeaseUntil:O}|{state.OccurredAt:O}"));
}

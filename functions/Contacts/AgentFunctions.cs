using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Contacts;

/// <summary>Agents live: presence with its lease, load, and the contacts they are asked to take.</summary>
internal sealed class AgentFunctions(
    RoutingApi api,
    DirectoryStore directories,
    ContactStore contacts,
    ContactView view,
    ContactRouter router,
    PresenceChanges presence,
    TimeProvider time
)
{
    private const int MaxLeaseSeconds = 86_400;
    private const int HeartbeatSeconds = 60;

    [Function("Agent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => ShowAsync(accountId, agentId, cancellationToken) }, cancellationToken);

    [Function("AgentPresence")]
    public Task<IResult> SetPresence(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/presence")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Put = async accountId =>
            {
                var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
                fields.RefuseOthers("status", "leaseSeconds", "occurredAt");
                var status = StatusWords.Read(fields);
                var change = new PresenceChange(status, PresenceSource.Api, fields.Time("occurredAt"), Lease: Seconds(fields, null));
                var id = (await FindAsync(accountId, agentId, cancellationToken)).Id;
                await presence.ApplyAsync(accountId, id, change, state => Match(request, state), cancellationToken);
                if (status == PresenceStatus.Available) await router.PullAsync(accountId, id, cancellationToken, again: true);
                return await ShowAsync(accountId, agentId, cancellationToken);
            },
        }, cancellationToken);

    [Function("AgentHeartbeat")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/heartbeat")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = async accountId =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.RefuseOthers("leaseSeconds");
                var lease = Seconds(fields, HeartbeatSeconds);
                await presence.ApplyAsync(accountId, (await FindAsync(accountId, agentId, cancellationToken)).Id, state =>
                    state.IsLoggedIn
                        ? new PresenceChange(state.Status, PresenceSource.Api, Lease: lease)
                        : throw new DomainException(ErrorKind.Conflict, "The agent is logged_out.", "status"),
                cancellationToken
            );
                return await ShowAsync(accountId, agentId, cancellationToken);
            },
        }, cancellationToken);

    [Function("AgentOffers")]
    public Task<IResult> Offers(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/offers")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var agent = await contacts.FindAgentAsync(
                    accountId,
                    (await FindAsync(accountId, agentId, cancellationToken)).Id,
                    cancellationToken
                );
                var rows = await Task.WhenAll(
                    (agent?.Value.Load ?? []).Select(reservation =>
                        contacts.FindAsync(accountId, reservation.ContactId, cancellationToken)
                    )
                );
                var offered = rows.OfType<Row<Contact>>()
                    .Select(row => row.Value)
                    .Where(contact => contact.State == ContactState.Offered)
                    .ToList();
                return Reply.Json(new { items = await view.ShowAsync(accountId, offered, cancellationToken), nextCursor = (string?)null });
            },
        }, cancellationToken);

    private async Task<Reply> ShowAsync(int accountId, string agentId, CancellationToken cancellationToken)
    {
        var agent = await FindAsync(accountId, agentId, cancellationToken);
        var state = (await contacts.FindAgentAsync(accountId, agent.Id, cancellationToken))?.Value ?? new AgentState();
        return Reply.Json(new
        {
            agent.Id,
            agent.Name,
            agent.DisplayName,
            status = StatusWords.Of(state.Status),
            state.StatusSince,
            state.OnlineSince,
            state.LeaseUntil,
            state.IdleSince,
            agent.CapacityUnits,
            freeUnits = state.Free,
            load = state.Load.Select(reservation => new { reservation.ContactId, reservation.Cost, reservation.WrapUpUntil }),
        }).With("ETag", ETag(state));
    }

    private async Task<Agent> FindAsync(int accountId, string agentId, CancellationToken cancellationToken) =>
        (WireId.Parse(agentId) is { } id ? (await directories.GetAsync(accountId, cancellationToken)).Agent(id) : null)
        ?? throw DomainException.NotFound($"Agent {agentId}");

    private static TimeSpan? Seconds(Fields fields, int? standard) =>
        (fields.Integer("leaseSeconds", 1, MaxLeaseSeconds) ?? standard) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private void Match(HttpRequest request, AgentState state)
    {
        var expected = request.Headers.IfMatch.ToString();
        if (expected.Length > 0 && expected != "*" && expected != ETag(state))
            throw new DomainException(
                ErrorKind.PreconditionFailed,
                $"The agent is {StatusWords.Of(state.Status)} since {state.StatusSince ?? time.GetUtcNow():O}; nothing was changed.",
                "If-Match"
            );
    }

    /// <summary>Of presence: it changes with the status and the lease, not with the load.</summary>
    private static string ETag(AgentState state) =>
        EntityTag.Of(System.Text.Encoding.UTF8.GetBytes($"{state.AgentId}|{state.Sequence}|{state.LeaseUntil:O}|{state.OccurredAt:O}"));
}

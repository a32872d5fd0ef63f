using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class AgentFunctions(RoutingApi api, AgentResource agents)
{
    [Function("Agents")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["limit", "cursor", "name", "status", "queueId"],
            Get = caller => agents.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Agent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            GetOpenTo = [TokenKind.Agent],
            Get = caller => agents.GetAsync(caller.AccountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentPresence")]
    public Task<IResult> SetPresence(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/presence")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            PutOpenTo = [TokenKind.Agent],
            Put = caller => agents.SetPresenceAsync(caller.AccountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentHeartbeat")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/heartbeat")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            PostOpenTo = [TokenKind.Agent],
            Post = caller => agents.RenewLeaseAsync(caller.AccountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentOffers")]
    public Task<IResult> Offers(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/offers")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include", LongPoll.Parameter],
            GetOpenTo = [TokenKind.Agent],
            Get = caller => agents.ListOffersAsync(caller, agentId, request, cancellationToken),
        }, cancellationToken);
}

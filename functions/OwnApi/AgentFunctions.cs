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
            Get = accountId => agents.ListAsync(accountId, request, cancellationToken),
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
            Get = accountId => agents.GetAsync(accountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentPresence")]
    public Task<IResult> SetPresence(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/presence")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Put = accountId => agents.SetPresenceAsync(accountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentHeartbeat")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/heartbeat")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => agents.RenewLeaseAsync(accountId, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("AgentOffers")]
    public Task<IResult> Offers(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/agents/{agentId}/offers")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include", "wait"],
            Get = accountId => agents.ListOffersAsync(accountId, agentId, request, cancellationToken),
        }, cancellationToken);
}

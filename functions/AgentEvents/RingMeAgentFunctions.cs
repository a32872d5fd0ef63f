using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

/// <summary>RingMe's queue agents, each under both forms of its path.</summary>
internal sealed class RingMeAgentFunctions(RingMeApi api, RingMeAgents agents)
{
    [Function("RingMeAgents")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/agent/{kind}")] HttpRequest request,
        string kind,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = RingMeAgents.FieldNames(kind),
            Get = accountId => agents.ListAsync(accountId, kind, request, cancellationToken),
            Post = accountId => agents.CreateAsync(accountId, kind, request, cancellationToken),
        }, cancellationToken);

    [Function("RingMeAgentsDeployed")]
    public Task<IResult> ListDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}")] HttpRequest request,
        string kind,
        CancellationToken cancellationToken
    ) => List(request, kind, cancellationToken);

    [Function("RingMeAgent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/agent/{kind}/{agentId}")] HttpRequest request,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = RingMeAgents.FieldNames(kind),
            Get = accountId => agents.GetAsync(accountId, kind, agentId, cancellationToken),
            Put = accountId => agents.ChangeAsync(accountId, kind, agentId, request, cancellationToken),
            Delete = accountId => agents.RemoveAsync(accountId, kind, agentId, cancellationToken),
        }, cancellationToken);

    [Function("RingMeAgentDeployed")]
    public Task<IResult> OneDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}/{agentId}")] HttpRequest request,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) => One(request, kind, agentId, cancellationToken);
}

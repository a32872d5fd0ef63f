using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

/// <summary>
/// Agents and queues by their extensions, to read, each under both forms of its path. A queue's extension is the queue's id.
/// Source: RingMe, "Queue", and the fields that its clients decode.
/// </summary>
internal sealed class RingMeExtensionFunctions(RingMeApi api, RingMeAgents agents, RingMeQueues queues)
{
    [Function("RingMeExtensionAgents")]
    public Task<IResult> Agents(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => agents.ListOfExtensionAsync(accountId, extension, cancellationToken),
        }, cancellationToken);

    [Function("RingMeExtensionAgentsDeployed")]
    public Task<IResult> AgentsDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => Agents(request, extension, cancellationToken);

    [Function("RingMeClientExtensionAgents")]
    public Task<IResult> AgentsOfClient(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => Agents(request, extension, cancellationToken);

    [Function("RingMeClientExtensionAgentsDeployed")]
    public Task<IResult> AgentsOfClientDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/extension/{extension}/agent")]
            HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => AgentsOfClient(request, extension, cancellationToken);

    [Function("RingMeExtensionQueue")]
    public Task<IResult> Queue(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "extension/{queueId}/queue")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => queues.GetAsync(accountId, queueId, cancellationToken) }, cancellationToken);

    [Function("RingMeExtensionQueueDeployed")]
    public Task<IResult> QueueDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/extension/{queueId}/queue")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) => Queue(request, queueId, cancellationToken);
}

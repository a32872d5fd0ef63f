using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

/// <summary>RingMe's queue agent events, each under both forms of its path.</summary>
internal sealed class RingMeEventFunctions(RingMeApi api, RingMeEvents events)
{
    [Function("RingMeEvents")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/agent/{kind}/{agentId}/event")] HttpRequest request,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = RingMeEvent.FieldNames,
            Get = accountId => events.ListAsync(accountId, kind, agentId, cancellationToken),
            Post = accountId => events.CreateAsync(accountId, kind, agentId, request, cancellationToken),
        }, cancellationToken);

    [Function("RingMeEventsDeployed")]
    public Task<IResult> ListDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}/{agentId}/event")]
            HttpRequest request,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) => List(request, kind, agentId, cancellationToken);

    [Function("RingMeEvent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/agent/{kind}/{agentId}/event/{eventId}")] HttpRequest request,
        string kind,
        string agentId,
        string eventId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = RingMeEvent.FieldNames,
            Get = accountId => events.GetAsync(accountId, kind, agentId, eventId, cancellationToken),
            Put = accountId => events.ChangeAsync(accountId, kind, agentId, eventId, request, cancellationToken),
            Delete = accountId => events.RemoveAsync(accountId, kind, agentId, eventId, cancellationToken),
        }, cancellationToken);

    [Function("RingMeEventDeployed")]
    public Task<IResult> OneDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}/{agentId}/event/{eventId}")]
            HttpRequest request,
        string kind,
        string agentId,
        string eventId,
        CancellationToken cancellationToken
    ) => One(request, kind, agentId, eventId, cancellationToken);
}

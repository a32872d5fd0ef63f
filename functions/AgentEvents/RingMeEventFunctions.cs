using ContactRouting.Http;
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
            Get = async accountId => Reply.Json(await events.ListAsync(accountId, RingMeAgents.TypeOf(kind), agentId, cancellationToken)),
            Post = async accountId =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                return Reply.Json(
                    await events.CreateAsync(accountId, RingMeAgents.TypeOf(kind), agentId, fields, cancellationToken),
                    status: StatusCodes.Status201Created
                );
            },
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
            Get = async accountId =>
                Reply.Json(await events.GetAsync(accountId, RingMeAgents.TypeOf(kind), agentId, eventId, cancellationToken)),
            Put = async accountId =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                return Reply.Json(
                    await events.ChangeAsync(accountId, RingMeAgents.TypeOf(kind), agentId, eventId, fields, cancellationToken)
                );
            },
            Delete = async accountId =>
            {
                await events.RemoveAsync(accountId, RingMeAgents.TypeOf(kind), agentId, eventId, cancellationToken);
                return Reply.Empty(StatusCodes.Status204NoContent);
            },
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

using ContactRouting.Http;
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
            Get = async accountId =>
            {
                var type = RingMeAgents.TypeOf(kind);
                var extensions = RingMeFilter.Read(request, "extension_id");
                return Reply.LargeJson(await agents.ListAsync(accountId, type, extensions, cancellationToken));
            },
            Post = async accountId =>
            {
                var type = RingMeAgents.TypeOf(kind);
                var wish = RingMeAgentWish.Read(await Fields.ReadBodyAsync(request, cancellationToken), type);
                return Reply.Json(await agents.CreateAsync(accountId, type, wish, cancellationToken), status: StatusCodes.Status201Created);
            },
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
            Get = async accountId => Reply.Json(await agents.GetAsync(accountId, RingMeAgents.TypeOf(kind), agentId, cancellationToken)),
            Put = async accountId =>
            {
                var type = RingMeAgents.TypeOf(kind);
                var wish = RingMeAgentWish.Read(await Fields.ReadBodyAsync(request, cancellationToken), type);
                return Reply.Json(await agents.ChangeAsync(accountId, type, agentId, wish, cancellationToken));
            },
            Delete = async accountId =>
            {
                await agents.RemoveAsync(accountId, RingMeAgents.TypeOf(kind), agentId, cancellationToken);
                return Reply.Empty(StatusCodes.Status204NoContent);
            },
        }, cancellationToken);

    [Function("RingMeAgentDeployed")]
    public Task<IResult> OneDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}/{agentId}")] HttpRequest request,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) => One(request, kind, agentId, cancellationToken);
}

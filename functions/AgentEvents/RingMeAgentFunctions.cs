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
        string clientId,
        string kind,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, clientId, new Verbs<int>
        {
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
        }.Naming(RingMeAgents.FieldNames(kind)), cancellationToken);

    [Function("RingMeAgentsDeployed")]
    public Task<IResult> ListDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}")] HttpRequest request,
        string clientId,
        string kind,
        CancellationToken cancellationToken
    ) => List(request, clientId, kind, cancellationToken);

    [Function("RingMeAgent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/agent/{kind}/{agentId}")] HttpRequest request,
        string clientId,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, clientId, new Verbs<int>
        {
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
        }.Naming(RingMeAgents.FieldNames(kind)), cancellationToken);

    [Function("RingMeAgentDeployed")]
    public Task<IResult> OneDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/agent/{kind}/{agentId}")] HttpRequest request,
        string clientId,
        string kind,
        string agentId,
        CancellationToken cancellationToken
    ) => One(request, clientId, kind, agentId, cancellationToken);
}

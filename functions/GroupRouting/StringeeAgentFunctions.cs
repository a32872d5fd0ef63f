using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

internal sealed class StringeeAgentFunctions(StringeeApi api, StringeeAgents agents)
{
    [Function("StringeeAgents")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/agent")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeAgents.FieldNames,
            Get = accountId => agents.ListAsync(accountId, request, cancellationToken),
            Post = accountId => agents.CreateAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("StringeeAgent")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/agent/{agentId}")] HttpRequest request,
        string agentId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeAgents.FieldNames,
            Get = accountId => agents.GetAsync(accountId, agentId, cancellationToken),
            Put = accountId => agents.ChangeAsync(accountId, agentId, request, cancellationToken),
            Delete = accountId => agents.RemoveAsync(accountId, agentId, cancellationToken),
        }, cancellationToken);
}

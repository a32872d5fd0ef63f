using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

internal sealed class GroupRoutingFunctions(StringeeApi api, StringeeGroupRoutings routings)
{
    [Function("StringeeGroupRoutings")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/routing-call-to-groups")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => routings.ListAsync(accountId, request, cancellationToken),
            Post = accountId => routings.CreateAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("StringeeGroupRouting")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/routing-call-to-groups/{routingId}")] HttpRequest request,
        string routingId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => routings.GetAsync(accountId, routingId, cancellationToken),
            Put = accountId => routings.ChangeAsync(accountId, routingId, request, cancellationToken),
            Delete = accountId => routings.RemoveAsync(accountId, routingId, cancellationToken),
        }, cancellationToken);
}

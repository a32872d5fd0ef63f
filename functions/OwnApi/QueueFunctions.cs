using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class QueueFunctions(RoutingApi api, QueueResource queues)
{
    [Function("Queues")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/queues")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["limit", "cursor", "name"],
            GetOpenTo = [TokenKind.Read],
            Get = caller => queues.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Queue")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/queues/{queueId}")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read],
            Get = caller => queues.GetAsync(caller.AccountId, queueId, cancellationToken),
        }, cancellationToken);
}

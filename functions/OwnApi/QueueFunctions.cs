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
            Get = accountId => queues.ListAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Queue")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/queues/{queueId}")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => queues.GetAsync(accountId, queueId, cancellationToken) }, cancellationToken);
}

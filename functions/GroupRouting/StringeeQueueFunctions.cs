using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

internal sealed class StringeeQueueFunctions(StringeeApi api, StringeeQueues queues)
{
    [Function("StringeeQueues")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/queue")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeQueues.FieldNames,
            Get = accountId => queues.ListAsync(accountId, request, cancellationToken),
            Post = accountId => queues.CreateAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("StringeeQueue")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/queue/{queueId}")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeQueues.FieldNames,
            Get = accountId => queues.GetAsync(accountId, queueId, cancellationToken),
            Put = accountId => queues.ChangeAsync(accountId, queueId, request, cancellationToken),
            Delete = accountId => queues.RemoveAsync(accountId, queueId, cancellationToken),
        }, cancellationToken);
}

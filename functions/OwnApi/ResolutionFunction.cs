using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class ResolutionFunction(RoutingApi api, ResolutionResource resolutions)
{
    [Function("ServiceResolution")]
    public Task<IResult> Resolve(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/services/{serviceId}/resolution")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read, TokenKind.Guest],
            Get = caller => resolutions.ResolveAsync(caller.AccountId, serviceId, cancellationToken),
        }, cancellationToken);

    [Function("QueueAvailability")]
    public Task<IResult> OfQueue(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/queues/{queueId}/availability")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read],
            Get = caller => resolutions.JudgeQueueAsync(caller.AccountId, queueId, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class ServiceFunctions(RoutingApi api, ServiceResource services)
{
    [Function("Services")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/services")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["limit", "cursor", "name"],
            Get = accountId => services.ListAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Service")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/services/{serviceId}")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => services.GetAsync(accountId, serviceId, cancellationToken),
        }, cancellationToken);
}

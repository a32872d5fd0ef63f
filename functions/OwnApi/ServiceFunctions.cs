using ContactRouting.Accounts;
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
            GetOpenTo = [TokenKind.Read],
            Get = caller => services.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Service")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/services/{serviceId}")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read],
            Get = caller => services.GetAsync(caller.AccountId, serviceId, cancellationToken),
        }, cancellationToken);
}

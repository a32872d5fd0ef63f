using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class StatusFunctions(RoutingApi api, StatusResource status)
{
    [Function("Status")]
    public Task<IResult> Status(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/status")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read],
            Get = caller => status.ShowAsync(caller.AccountId, request),
        }, cancellationToken);

    [Function("StatusMetrics")]
    public Task<IResult> Metrics(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/status/metrics")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetOpenTo = [TokenKind.Read],
            Get = caller => status.ShowMetricsAsync(caller.AccountId, request),
        }, cancellationToken);
}

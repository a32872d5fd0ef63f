using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class ConfigurationFunction(RoutingApi api, ConfigurationResource configuration)
{
    [Function("Configuration")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/configuration")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["dryRun"],
            Get = caller => configuration.GetAsync(caller.AccountId, cancellationToken),
            Put = caller => configuration.PutAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);
}

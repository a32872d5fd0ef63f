using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class SettingsFunction(RoutingApi api, SettingsResource settings)
{
    [Function("Settings")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/settings")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => settings.GetAsync(caller.AccountId, cancellationToken),
            Patch = caller => settings.ChangeAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);
}

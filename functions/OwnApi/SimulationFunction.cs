using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class SimulationFunction(RoutingApi api, SimulationResource simulations)
{
    [Function("Simulations")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/simulations")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            PostReads = true,
            Post = caller => simulations.DecideAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);
}

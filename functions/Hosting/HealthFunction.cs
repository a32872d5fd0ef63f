using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Hosting;

internal sealed class HealthFunction(HealthApi api, Readiness readiness)
{
    [Function("Health")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "healthz")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Task.FromResult(HealthApi.Live()) }, cancellationToken);

    [Function("Ready")]
    public Task<IResult> Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "readyz")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => readiness.ShowAsync() }, cancellationToken);
}

using System.Reflection;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Hosting;

internal sealed class HealthApi(ILogger<HealthApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

internal sealed class HealthFunction(HealthApi api)
{
    public static readonly string Version =
        typeof(HealthFunction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The process answers, and with which version; this says nothing of the storage.</summary>
    [Function("Health")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "healthz")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            new() { Get = _ => Task.FromResult(Reply.Json(new { status = "ok", version = Version })) },
            cancellationToken
        );
}

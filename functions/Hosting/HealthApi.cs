using System.Reflection;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Hosting;

internal sealed class HealthApi(ILogger<HealthApi> logger) : PublicApi(logger)
{
    public static readonly string Version =
        typeof(HealthApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The process answers, and with which version; this says nothing of the storage.</summary>
    public static Reply Live() => Reply.Json(new { status = "ok", version = Version });

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

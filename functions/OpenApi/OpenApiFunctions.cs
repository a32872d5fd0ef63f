using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OpenApi;

/// <summary>What the app tells of its APIs, to everybody.</summary>
internal sealed class DescriptionApi(ILogger<DescriptionApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

/// <summary>The description of all APIs. It is made of the YAML files beside this one, by tests/openapi.</summary>
internal sealed class OpenApiFunctions(DescriptionApi api)
{
    private static readonly EmbeddedFile Description = new("openapi.json", Reply.JsonType);

    /// <summary>Viewers on other origins may load it.</summary>
    [Function("OpenApi")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "openapi.json")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            new() { Get = _ => Task.FromResult(Description.Answer(request).With("Access-Control-Allow-Origin", "*")) },
            cancellationToken
        );
}

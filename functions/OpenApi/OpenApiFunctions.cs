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
    private static readonly EmbeddedFile Configuration = new("configuration.json", "application/schema+json; charset=utf-8");

    [Function("OpenApi")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "openapi.json")] HttpRequest request,
        CancellationToken cancellationToken
    ) => ServeAsync(request, Description, cancellationToken);

    /// <summary>What the configuration document can be. It says nothing of an account, and editors load it without a token.</summary>
    [Function("ConfigurationSchema")]
    public Task<IResult> OfConfiguration(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/configuration/schema")] HttpRequest request,
        CancellationToken cancellationToken
    ) => ServeAsync(request, Configuration, cancellationToken);

    /// <summary>Pages of other origins may load it.</summary>
    private Task<IResult> ServeAsync(HttpRequest request, EmbeddedFile file, CancellationToken cancellationToken) =>
        api.ServeAsync(
            request,
            new() { Get = _ => Task.FromResult(file.Answer(request).With("Access-Control-Allow-Origin", "*")) },
            cancellationToken
        );
}

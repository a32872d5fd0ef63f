using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OpenApi;

/// <summary>What the app tells of its APIs, to everybody.</summary>
internal sealed class DescriptionApi(ILogger<DescriptionApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

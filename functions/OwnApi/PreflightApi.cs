using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>What browsers ask before a request of another origin's page: they send no credential along.</summary>
internal sealed class PreflightApi(ILogger<PreflightApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

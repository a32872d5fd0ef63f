using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Pages;

/// <summary>The pages, for everybody: what they show they ask the own API for, with the credentials of whoever looks at them.</summary>
internal sealed class PagesApi(ILogger<PagesApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

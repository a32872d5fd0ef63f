using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>Where somebody signs in, who has no token yet.</summary>
internal sealed class LoginApi(ILogger<LoginApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => Problem.From(error);
}

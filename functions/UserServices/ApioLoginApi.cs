using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.UserServices;

/// <summary>APIO's login, which needs no session.</summary>
internal sealed class ApioLoginApi(ILogger<ApioLoginApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => ApioApi.Refusal(error);
}

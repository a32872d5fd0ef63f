using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>What pages may ask without authentication, refused in LibraryH3lp's shape.</summary>
internal sealed class LibraryH3lpPublicApi(ILogger<LibraryH3lpPublicApi> logger) : PublicApi(logger)
{
    public static Reply Refusal(DomainException error) => LibraryH3lpRequest.Refusal(error).With("Access-Control-Allow-Origin", "*");

    protected override Reply Failure(DomainException error) => Refusal(error);
}

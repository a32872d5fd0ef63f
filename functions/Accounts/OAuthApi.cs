using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Accounts;

/// <summary>The token endpoint's errors: RFC 6749, section 5.2, with the <c>message</c> that RingMe's clients read.</summary>
internal sealed class OAuthApi(ILogger<OAuthApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error)
    {
        var code = error switch
        {
            { Kind: ErrorKind.Unauthenticated } => "invalid_client",
            { Field: "grant_type", Message: OAuthTokens.UnsupportedGrant } => "unsupported_grant_type",
            { Kind: ErrorKind.Internal or ErrorKind.Unavailable } => "server_error",
            _ => "invalid_request",
        };
        return Reply.Json(
            new
            {
                error = code,
                error_description = error.Message,
                message = error.Message,
            },
            status: (int)error.Kind
        );
    }
}

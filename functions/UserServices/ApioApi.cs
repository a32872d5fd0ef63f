using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.UserServices;

/// <summary>APIO's API: the caller holds a session cookie or sends an access token, which counts as the administrator.</summary>
internal sealed class ApioApi(
    Credentials credentials,
    TokenAuthentication tokens,
    RequestOrigin origin,
    IAfterAnswer afterAnswer,
    TimeProvider time,
    ILogger<ApioApi> logger
) : SessionApi("sessionid", credentials, origin, afterAnswer, time, logger)
{
    protected override async ValueTask<Principal> AuthenticateOtherwiseAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await tokens.FindAccessAsync(BearerToken.Read(request)) is { } accountId
            ? new Principal(accountId, null) { IsClient = true }
            : throw DomainException.Unauthenticated();

    protected override Reply Failure(DomainException error) => Refusal(error);

    public static Reply Refusal(DomainException error) => Reply.Json(new { error = error.Message }, status: (int)error.Kind);
}

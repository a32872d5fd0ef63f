using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.AgentEvents;

/// <summary>RingMe's API: the caller is the account whose access token it sends, within its requests of the hour.</summary>
internal sealed class RingMeApi(TokenAuthentication tokens, RateLimit rateLimit, IAfterAnswer afterAnswer, ILogger<RingMeApi> logger)
    : Api<int>(logger, afterAnswer)
{
    private const string Self = "@me";

    protected override string? Challenge => "Bearer";

    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var accountId = await tokens.FindAccessAsync(BearerToken.Read(request)) ?? throw DomainException.Unauthenticated();
        var quota = await rateLimit.TakeAsync(accountId, cancellationToken);
        var headers = request.HttpContext.Response.Headers;
        headers["X-RateLimit-Limit"] = quota.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = (quota.Remaining ?? 0).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = quota.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        if (quota.Remaining is null)
            throw new DomainException(ErrorKind.TooManyRequests, "rate_limit_exceeded") { RetryAfter = quota.ResetSeconds };
        return accountId;
    }

    /// <summary>A path may name its client; whether another client exists is nobody's business either.</summary>
    protected override void Authorize(HttpRequest request, int accountId, Verbs<int> verbs)
    {
        if (request.RouteValues.GetValueOrDefault("clientId") is string client && client != Self && WireId.Parse(client) != accountId)
            throw DomainException.Forbidden("access_denied");
    }

    protected override Reply Failure(DomainException error) => Refusal(error);

    public static Reply Refusal(DomainException error) => error.Kind switch
    {
        // Clients compare these as a whole, and renew their token on the second.
        ErrorKind.NotFound => Numbered(error.Kind, "Not found"),
        ErrorKind.Unauthenticated => Numbered(error.Kind, "Unauthorized"),
        ErrorKind.Forbidden or ErrorKind.TooManyRequests => Reply.Json(
            new { status = error.Message, message = error.Message },
            status: (int)error.Kind
        ),
        _ => Numbered(error.Kind, error.Message),
    };

    private static Reply Numbered(ErrorKind kind, string message) => Reply.Json(new { message, status = (int)kind }, status: (int)kind);
}

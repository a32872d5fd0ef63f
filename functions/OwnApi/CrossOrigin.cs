using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>
/// What browsers ask and are told of pages of other origins. Such a page gets to read answers to the token of a guest or a
/// contact, from an origin that the token's account allows, and to nothing else.
/// </summary>
internal sealed class CrossOrigin(RememberedAccounts accounts, OriginIndex origins)
{
    private static readonly TimeSpan PreflightLife = TimeSpan.FromMinutes(10);

    public static bool IsPreflight(HttpRequest request) => HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0;

    /// <summary>Lets the page read whatever is answered, a refusal too. What is remembered of the account is good enough.</summary>
    public async Task AllowAsync(HttpRequest request, TokenText token)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || token.Kind is not (TokenKind.Guest or TokenKind.Contact)) return;
        if ((await accounts.FindAsync(token.AccountId))?.Settings.AllowedOrigins.Contains(origin) != true) return;
        var headers = request.HttpContext.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.Vary = "Origin";
        headers.AccessControlExposeHeaders = "ETag, Location, Retry-After";
    }

    /// <summary>A preflight tells no token; so it is enough that some account allows the origin.</summary>
    /// <param name="methods">Of the path.</param>
    /// <exception cref="DomainException">No account allows it.</exception>
    public async Task<Reply> AnswerAsync(HttpRequest request, IEnumerable<string> methods)
    {
        var origin = request.Headers.Origin.ToString();
        if (!await origins.IsAllowedAsync(origin)) throw DomainException.Forbidden("No account allows pages of this origin.");
        return Reply.Empty(StatusCodes.Status204NoContent)
            .With("Access-Control-Allow-Origin", origin)
            .With("Vary", "Origin")
            .With("Access-Control-Allow-Methods", string.Join(", ", methods))
            .With("Access-Control-Allow-Headers", $"Authorization, Content-Type, If-None-Match, {Idempotency.Header}")
            .With("Access-Control-Max-Age", PreflightLife.TotalSeconds.ToString(CultureInfo.InvariantCulture));
    }
}

using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's API: the caller holds a session cookie, or sends name and password with each request.</summary>
internal sealed class LibraryH3lpApi(
    Credentials credentials,
    Login login,
    RequestOrigin origin,
    IAfterAnswer afterAnswer,
    TimeProvider time,
    ILogger<LibraryH3lpApi> logger
) : SessionApi("libraryh3lp-session", credentials, origin, afterAnswer, time, logger)
{
    protected override string MethodOf(HttpRequest request) => LibraryH3lpRequest.MethodOf(request);

    protected override async ValueTask<Principal> AuthenticateOtherwiseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (BasicCredentials.Read(request) is not var (user, password)) throw DomainException.Unauthenticated();
        if (!IsReading(MethodOf(request))) RefuseForeign(request);
        var outcome = await login.VerifyAsync(user, password, RequestOrigin.AddressOf(request), cancellationToken);
        return outcome.Principal ?? throw DomainException.Unauthenticated(outcome.RetryAfter);
    }

    protected override Reply Failure(DomainException error) => LibraryH3lpRequest.Refusal(error);

    public async Task<Reply> LogInAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RefuseForeign(request);
        var fields = await Fields.ReadAsync(request, cancellationToken);
        var username = fields.RequiredText("username", 200);
        var password = fields.RequiredText("password", Credentials.MaxPasswordLength);
        LoginOutcome outcome;
        try
        {
            outcome = await login.OpenSessionAsync(
                username,
                password,
                RequestOrigin.AddressOf(request),
                () => SignedInAsync(request),
                cancellationToken
            );
        }
        catch (DomainException busy) when (busy.Kind == ErrorKind.Unavailable)
        {
            // Its clients know one way in which a login fails.
            outcome = new LoginOutcome(null, RetryAfter: busy.RetryAfter);
        }
        if (outcome.Token is { } token)
            return SignedIn(
                request,
                token,
                new
                {
                    success = true,
                    username,
                    account_id = outcome.Principal!.IsAdministrator ? outcome.Principal.AccountId : (int?)null,
                }
            );

        const string Message = "Login failed.";
        var failure = Reply.Json(new { success = (bool?)null, message = Message, error = Message });
        return outcome.RetryAfter is { } pause ? failure.With("Retry-After", pause.ToString(CultureInfo.InvariantCulture)) : failure;
    }
}

/// <summary>LibraryH3lp's login and logout, which need no session.</summary>
internal sealed class LibraryH3lpLoginApi(ILogger<LibraryH3lpLoginApi> logger) : PublicApi(logger)
{
    protected override string MethodOf(HttpRequest request) => LibraryH3lpRequest.MethodOf(request);

    protected override Reply Failure(DomainException error) => LibraryH3lpRequest.Refusal(error);
}

/// <summary>What every LibraryH3lp request has in common, with a session or without.</summary>
internal static class LibraryH3lpRequest
{
    /// <summary>Before every path: one of the versions that clients ask for, which all are served alike.</summary>
    public const string Root = "{version:regex(^(" + FirstVersion + "|2013-07-21|2016-02-10|" + Unversioned + ")$)}";

    private const string FirstVersion = "2011-12-03";
    private const string Unversioned = "api";

    /// <summary>The method, which a POST may override with <c>_method</c>.</summary>
    /// <exception cref="DomainException">The header names another version than the path.</exception>
    public static string MethodOf(HttpRequest request)
    {
        var version = request.Path.Value!.Split('/')[1];
        var header = request.Headers["X-API-Version"].ToString();
        if (header.Length > 0 && header != version && !version.Equals(Unversioned, StringComparison.OrdinalIgnoreCase))
            throw DomainException.Invalid("X-API-Version", $"must be {version}, the version in the path.");
        if (!HttpMethods.IsPost(request.Method)) return request.Method;
        return request.Query["_method"].ToString().ToUpperInvariant() switch
        {
            "" or "POST" => HttpMethods.Post,
            "PUT" => HttpMethods.Put,
            "PATCH" => HttpMethods.Patch,
            "DELETE" => HttpMethods.Delete,
            _ => throw DomainException.Invalid("_method", "must be PUT, PATCH or DELETE."),
        };
    }

    /// <summary>Whether the path is of the version whose clients know a single record in a list of its own.</summary>
    public static bool IsFirstVersion(HttpRequest request) => request.Path.Value!.Split('/')[1] == FirstVersion;

    public static Reply Done() => Reply.Json(new { success = true });

    public static Reply Refusal(DomainException error) =>
        Reply.Json(new { success = (bool?)null, message = error.Message }, status: (int)error.Kind);
}

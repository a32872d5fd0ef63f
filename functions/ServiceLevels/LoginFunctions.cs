using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's login and logout, which need no session.</summary>
internal sealed class LibraryH3lpLoginApi(ILogger<LibraryH3lpLoginApi> logger) : PublicApi(logger)
{
    protected override string MethodOf(HttpRequest request) => LibraryH3lpRequest.MethodOf(request);

    protected override Reply Failure(DomainException error) => LibraryH3lpRequest.Refusal(error);
}

internal sealed class LoginFunctions(LibraryH3lpLoginApi api, Login login, Credentials credentials, RequestOrigin origin)
{
    [Function("LibraryH3lpLogin")]
    public Task<IResult> Login(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{version}/auth/login")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new() { Post = _ => LogInAsync(request, cancellationToken) }, cancellationToken);

    [Function("LibraryH3lpLogout")]
    public Task<IResult> Logout(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{version}/auth/logout")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new()
        {
            Get = _ => LogOutAsync(request, cancellationToken),
            Post = _ => LogOutAsync(request, cancellationToken),
            GetWrites = true,
        }, cancellationToken);

    private async Task<Reply> LogInAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadAsync(request, cancellationToken);
        var (username, password) = (fields.RequiredText("username", 200), fields.RequiredText("password", Credentials.MaxPasswordLength));
        var outcome = await login.OpenSessionAsync(username, password, origin.ClientAddress(request), cancellationToken);
        if (outcome.Token is not { } token)
        {
            const string Message = "Login failed.";
            var failure = Reply.Json(new { success = (bool?)null, message = Message, error = Message });
            return outcome.RetryAfter is { } pause ? failure.With("Retry-After", pause.ToString(CultureInfo.InvariantCulture)) : failure;
        }
        return Reply.Json(new { success = true, username, account_id = outcome.Principal!.IsAdministrator ? outcome.Principal.AccountId : (int?)null })
            .With("Set-Cookie", SessionCookie(request, token, Credentials.SessionLife)).With("Cache-Control", "no-store");
    }

    private async Task<Reply> LogOutAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        LibraryH3lpRequest.RefuseForeign(origin, request);
        if (request.Cookies[LibraryH3lpApi.SessionCookie] is { Length: > 0 } cookie) await credentials.CloseSessionAsync(cookie, cancellationToken);
        return Reply.Json(new { success = true }).With("Set-Cookie", SessionCookie(request, "", TimeSpan.Zero));
    }

    private string SessionCookie(HttpRequest request, string value, TimeSpan life) =>
        $"{LibraryH3lpApi.SessionCookie}={value}; Path=/; Max-Age={(int)life.TotalSeconds}; HttpOnly; SameSite=Lax{(origin.IsHttps(request) ? "; Secure" : "")}";
}

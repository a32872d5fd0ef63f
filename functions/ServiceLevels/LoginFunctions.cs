using ContactRouting.Accounts;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's login and logout, which need no session.</summary>
internal sealed class LibraryH3lpLoginApi(ILogger<LibraryH3lpLoginApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => LibraryH3lpApi.Refusal(error);
}

internal sealed class LoginFunctions(LibraryH3lpLoginApi api, Login login, Credentials credentials, RequestOrigin origin)
{
    [Function("LibraryH3lpLogin")]
    public Task<IResult> Login(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "2011-12-03/auth/login")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new() { Post = _ => LogInAsync(request, cancellationToken) }, cancellationToken);

    [Function("LibraryH3lpLogin2013")]
    public Task<IResult> Login2013(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "2013-07-21/auth/login")] HttpRequest request, CancellationToken cancellationToken) => Login(request, cancellationToken);

    [Function("LibraryH3lpLogout")]
    public Task<IResult> Logout(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "2011-12-03/auth/logout")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new()
        {
            Get = _ => LogOutAsync(request, cancellationToken),
            Post = _ => LogOutAsync(request, cancellationToken),
            GetWrites = true,
        }, cancellationToken);

    private async Task<Reply> LogInAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadAsync(request, cancellationToken);
        var username = fields.RequiredText("username", 200);
        var attempt = await login.TryAsync(username, fields.RequiredText("password", 1000), cancellationToken);
        if (attempt is not { } opened)
        {
            const string Message = "Login failed.";
            return Reply.Json(new { success = (bool?)null, message = Message, error = Message });
        }
        return Reply.Json(new { success = true, username, account_id = opened.Principal.IsAdministrator ? opened.Principal.AccountId : (int?)null })
            .With("Set-Cookie", SessionCookie(request, opened.Token, Credentials.SessionLife));
    }

    private async Task<Reply> LogOutAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Cookies[LibraryH3lpApi.SessionCookie] is { Length: > 0 } cookie) await credentials.CloseSessionAsync(cookie, cancellationToken);
        return Reply.Json(new { success = true }).With("Set-Cookie", SessionCookie(request, "", TimeSpan.Zero));
    }

    private string SessionCookie(HttpRequest request, string value, TimeSpan life) =>
        $"{LibraryH3lpApi.SessionCookie}={value}; Path=/; Max-Age={(int)life.TotalSeconds}; HttpOnly; SameSite=Lax{(origin.IsHttps(request) ? "; Secure" : "")}";
}

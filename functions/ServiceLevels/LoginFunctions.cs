using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's login and logout, which need no session.</summary>
internal sealed class LibraryH3lpLoginApi(ILogger<LibraryH3lpLoginApi> logger) : PublicApi(logger)
{
    protected override string MethodOf(HttpRequest request) => LibraryH3lpRequest.MethodOf(request);

    protected override Reply Failure(DomainException error) => LibraryH3lpRequest.Refusal(error);
}

internal sealed class LoginFunctions(LibraryH3lpLoginApi api, LibraryH3lpApi sessions, Login login)
{
    [Function("LibraryH3lpLogin")]
    public Task<IResult> Login(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/login")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Post = _ => LogInAsync(request, cancellationToken) }, cancellationToken);

    [Function("LibraryH3lpLogout")]
    public Task<IResult> Logout(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/logout")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new() { Get = LogOutAsync, Post = LogOutAsync, GetWrites = true }, cancellationToken);

        Task<Reply> LogOutAsync(Anyone caller) => sessions.SignOutAsync(request, new { success = true }, cancellationToken);
    }

    [Function("LibraryH3lpSessions")]
    public Task<IResult> Sessions(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/sessions")] HttpRequest request,
        CancellationToken cancellationToken
    ) => sessions.ServeAsync(request, new() { Get = caller => sessions.ShowSessionsAsync(request, caller) }, cancellationToken);

    [Function("LibraryH3lpSession")]
    public Task<IResult> Session(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/sessions/{sessionId}")] HttpRequest request,
        string sessionId,
        CancellationToken cancellationToken
    ) =>
        sessions.ServeAsync(request, new()
        {
            Delete = caller => sessions.EndSessionAsync(caller, sessionId, new { success = true }, cancellationToken),
            OpenToUsers = true,
        }, cancellationToken);

    private async Task<Reply> LogInAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        sessions.RefuseForeign(request);
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
                () => sessions.SignedInAsync(request),
                cancellationToken
            );
        }
        catch (DomainException busy) when (busy.Kind == ErrorKind.Unavailable)
        {
            // Its clients know one way in which a login fails.
            outcome = new LoginOutcome(null, RetryAfter: busy.RetryAfter);
        }
        if (outcome.Token is { } token)
            return sessions.SignedIn(
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

using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class LoginFunctions(LibraryH3lpLoginApi api, LibraryH3lpApi sessions)
{
    [Function("LibraryH3lpLogin")]
    public Task<IResult> Login(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/login")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Post = _ => sessions.LogInAsync(request, cancellationToken) }, cancellationToken);

    [Function("LibraryH3lpLogout")]
    public Task<IResult> Logout(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/auth/logout")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = _ => LogOutAsync(request, cancellationToken),
            Post = _ => LogOutAsync(request, cancellationToken),
            GetWrites = true,
        }, cancellationToken);

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

    private Task<Reply> LogOutAsync(HttpRequest request, CancellationToken cancellationToken) =>
        sessions.SignOutAsync(request, new { success = true }, cancellationToken);
}

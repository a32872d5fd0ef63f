using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class SessionFunctions(LoginApi logins, RoutingApi api, SessionResource sessions)
{
    [Function("Sessions")]
    public Task<IResult> Open(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/sessions")] HttpRequest request,
        CancellationToken cancellationToken
    ) => logins.ServeAsync(request, new() { Post = _ => sessions.OpenAsync(request, cancellationToken) }, cancellationToken);

    [Function("CurrentSession")]
    public Task<IResult> Current(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/sessions/current")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            DeleteOpenTo = [TokenKind.Agent],
            Delete = caller => sessions.CloseAsync(caller, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.UserServices;

/// <summary>The caller's own sessions.</summary>
internal sealed class ApioSessionFunctions(ApioApi api)
{
    [Function("ApioSessions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/sessions")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = caller => api.ShowSessionsAsync(request, caller) }, cancellationToken);

    [Function("ApioSession")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/sessions/{sessionId}")] HttpRequest request,
        string sessionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Delete = caller => api.EndSessionAsync(caller, sessionId, null, cancellationToken),
            OpenToUsers = true,
        }, cancellationToken);
}

internal sealed class ApioLoginFunction(ApioLoginApi api, ApioLogin login)
{
    [Function("ApioLogin")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/login")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Post = _ => login.OpenSessionAsync(request, cancellationToken) }, cancellationToken);
}

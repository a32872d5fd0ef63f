using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.UserServices;

/// <summary>APIO's login, which needs no session.</summary>
internal sealed class ApioLoginApi(ILogger<ApioLoginApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error) => ApioApi.Refusal(error);
}

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

internal sealed class ApioLoginFunction(ApioLoginApi api, ApioApi sessions, Login login)
{
    private const int AdministratorLevel = 16;
    private const int UserLevel = 1;

    [Function("ApioLogin")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/login")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = async _ =>
            {
                sessions.RefuseForeign(request);
                var fields = await Fields.ReadAsync(request, cancellationToken);
                var (username, password) = (
                    fields.RequiredText("username", 200),
                    fields.RequiredText("password", Credentials.MaxPasswordLength)
                );
                var outcome = await login.OpenSessionAsync(
                    username,
                    password,
                    RequestOrigin.AddressOf(request),
                    () => sessions.SignedInAsync(request),
                    cancellationToken
                );
                if (outcome.Token is not { } token) throw DomainException.Unauthenticated(outcome.RetryAfter);
                var principal = outcome.Principal!;
                return sessions.SignedIn(request, token, new
                {
                    ids = new { account_id = principal.AccountId, user_id = principal.AgentId },
                    profile = new { user_level = principal.IsAdministrator ? AdministratorLevel : UserLevel, is_first_login = false },
                });
            },
        }, cancellationToken);
}

using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.UserServices;

/// <summary>A login as APIO has it.</summary>
internal sealed class ApioLogin(ApioApi sessions, Login login)
{
    private const int AdministratorLevel = 16;
    private const int UserLevel = 1;

    public async Task<Reply> OpenSessionAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        sessions.RefuseForeign(request);
        var fields = await Fields.ReadAsync(request, cancellationToken);
        var outcome = await login.OpenSessionAsync(
            fields.RequiredText("username", 200),
            fields.RequiredText("password", Credentials.MaxPasswordLength),
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
    }
}

using ContactRouting.Accounts;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>People who sign in with name and password, and get a token for it.</summary>
internal sealed class SessionResource(
    Login login,
    Credentials credentials,
    AccountStore accounts,
    DirectoryStore directories,
    TimeProvider time
)
{
    public async Task<Reply> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("username", "password");
        var outcome = await login.OpenSessionAsync(
            fields.RequiredText("username", 200),
            fields.RequiredText("password", Credentials.MaxPasswordLength),
            RequestOrigin.AddressOf(request),
            () => Task.FromResult<Principal?>(null),
            cancellationToken,
            SessionUse.Bearer
        );
        if (outcome is not { Token: { } token, Principal: { } principal }) throw DomainException.Unauthenticated(outcome.RetryAfter);
        var (name, displayName) = await NamesAsync(principal, cancellationToken);
        var shown = new
        {
            token,
            kind = principal.IsAdministrator ? "administrator" : "agent",
            principal.AccountId,
            principal.AgentId,
            name,
            displayName,
            expiresAt = time.GetUtcNow() + credentials.SessionLife,
        };
        return Reply.Json(shown, EventData.Json, StatusCodes.Status201Created);
    }

    public async Task<Reply> CloseAsync(RoutingCaller caller, CancellationToken cancellationToken)
    {
        if (caller.SessionId is not { } id) throw DomainException.NotFound("A session of this token");
        await credentials.CloseSessionAsync(new Principal(caller.AccountId, caller.AgentId), id, cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    private async Task<(string Name, string DisplayName)> NamesAsync(Principal principal, CancellationToken cancellationToken)
    {
        if (principal.AgentId is not { } agentId)
        {
            var account = await accounts.GetAsync(principal.AccountId, cancellationToken);
            return (account.Username, account.Name);
        }
        var agent = (await directories.GetAsync(principal.AccountId, cancellationToken)).Agent(agentId);
        return agent is null ? throw DomainException.Unauthenticated() : (agent.Name, agent.DisplayName);
    }
}

using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>Signs administrators and agents in by name and password; names are unique over all accounts.</summary>
internal sealed class Login(Claims claims, DirectoryStore directories, Credentials credentials)
{
    /// <returns>Whose session was opened, and its token; null where name or password is wrong.</returns>
    public async Task<(Principal Principal, string Token)?> TryAsync(string username, string password, CancellationToken cancellationToken)
    {
        var principal = await FindAsync(username, cancellationToken);
        return await credentials.OpenSessionAsync(principal, password, cancellationToken) is { } token ? (principal!, token) : null;
    }

    private async Task<Principal?> FindAsync(string username, CancellationToken cancellationToken)
    {
        if (Names.Problem(username) is not null || await claims.FindAsync(ClaimKey.Name(username), cancellationToken) is not { Value: var claim }) return null;
        if (claim.Holder == ClaimHolder.Administrator) return new Principal(claim.AccountId, null);
        var directory = await directories.GetAsync(claim.AccountId, cancellationToken);
        return directory.Named(username) is Agent agent ? new Principal(claim.AccountId, agent.Id) : null;
    }
}

using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;

namespace ContactRouting.ServiceLevels;

/// <summary>What a request says of a user; null where it leaves a property alone.</summary>
internal sealed record UserWish(string? Name, string? Email, PresenceStatus? Show, string? Status, string? Password)
{
    public PresenceChange? Presence => Show is null && Status is null ? null : new(Show, PresenceSource.Api, StatusText: Status);

    public static UserWish Read(Fields fields)
    {
        var password = fields.Text("password", Credentials.MaxPasswordLength);
        if (password is "") throw DomainException.Invalid("password", "must not be empty.");
        return new UserWish(
            fields.Text("name", Names.Problem),
            fields.Text("email", Names.DisplayProblem),
            ServiceLevels.Show.Read(fields),
            fields.Text("status", Names.DisplayProblem),
            password
        );
    }

    public Agent ApplyTo(Agent agent) => agent with { Name = Name ?? agent.Name, Email = Email ?? agent.Email };
}

/// <summary>Creates and changes users: directory and presence in one transaction, then the password.</summary>
internal sealed class UserChanges(DirectoryStore directories, AgentChanges agents, Credentials credentials)
{
    public async Task<Agent> CreateAsync(int accountId, UserWish wish, CancellationToken cancellationToken) =>
        await SetPasswordAsync(
            accountId,
            await agents.CreateAsync(accountId, wish.ApplyTo(new Agent()), wish.Presence, cancellationToken),
            wish,
            cancellationToken
        );

    /// <summary>A user may change its own presence and password, the administrator everything of everybody.</summary>
    /// <param name="find">Throws where there is no such user.</param>
    public async Task<Agent> ChangeAsync(
        Principal caller,
        Func<AccountDirectory, Agent> find,
        UserWish wish,
        CancellationToken cancellationToken
    )
    {
        if (!caller.IsAdministrator)
        {
            var stored = find(await directories.GetAsync(caller.AccountId, cancellationToken));
            if (caller.AgentId != stored.Id || wish.ApplyTo(stored) != stored)
                throw DomainException.Forbidden("Users can change only their own show, status and password.");
        }
        var changed = await agents.ChangeAsync(caller.AccountId, find, wish.ApplyTo, wish.Presence, cancellationToken);
        return await SetPasswordAsync(caller.AccountId, changed, wish, cancellationToken);
    }

    private async Task<Agent> SetPasswordAsync(int accountId, Agent agent, UserWish wish, CancellationToken cancellationToken)
    {
        if (wish.Password is { } password)
            await credentials.SetPasswordAsync(new Principal(accountId, agent.Id), password, cancellationToken);
        return agent;
    }
}

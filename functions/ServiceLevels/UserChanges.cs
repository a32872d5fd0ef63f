using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;

namespace ContactRouting.ServiceLevels;

/// <summary>What a request says of a user; null where it leaves a property alone.</summary>
/// <param name="CurrentPassword">For the user's own change of its password.</param>
internal sealed record UserWish(
    string? Name,
    string? Email,
    PresenceStatus? Show,
    string? Status,
    string? Password,
    string? CurrentPassword
)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Agent.Name)] = "name",
        [nameof(Agent.Email)] = "email",
    };

    public PresenceChange? Presence => Show is null && Status is null ? null : new(Show, PresenceSource.Api, StatusText: Status);

    public static UserWish Read(Fields fields)
    {
        var password = fields.Text("password", Credentials.MaxPasswordLength);
        return new UserWish(
            fields.Text("name"),
            fields.Text("email"),
            ServiceLevels.Show.Read(fields),
            fields.Text("status", Names.DisplayFault),
            password,
            fields.Text("current_password", Credentials.MaxPasswordLength)
        );
    }

    public Agent ApplyTo(Agent agent) => agent with { Name = Name ?? agent.Name, Email = Email ?? agent.Email };
}

/// <summary>Creates and changes users: directory and presence in one transaction, then the password.</summary>
internal sealed class UserChanges(
    DirectoryStore directories,
    AgentChanges agents,
    Credentials credentials,
    NewPasswords newPasswords,
    Login login
)
{
    public async Task<Agent> CreateAsync(int accountId, UserWish wish, CancellationToken cancellationToken)
    {
        if (wish.Password is { } password) newPasswords.Refuse(password, wish.Name!);
        var hashed = await HashAsync(wish, cancellationToken);
        var created = await agents.CreateAsync(accountId, wish.ApplyTo(new Agent()), wish.Presence, cancellationToken);
        return await SetPasswordAsync(accountId, created, hashed, cancellationToken);
    }

    /// <summary>A user may change its own presence and password, the administrator everything of everybody.</summary>
    /// <param name="hasShownPassword">Whether the caller need not show its present password for a new one.</param>
    /// <param name="address">The client's; null where it cannot be told.</param>
    /// <param name="find">Throws where there is no such user.</param>
    public async Task<Agent> ChangeAsync(
        Principal caller,
        bool hasShownPassword,
        string? address,
        Func<AccountDirectory, Agent> find,
        UserWish wish,
        CancellationToken cancellationToken
    )
    {
        if (!caller.IsAdministrator || wish.Password is not null)
            await RefuseAsync(
                caller,
                hasShownPassword,
                address,
                find(await directories.GetAsync(caller.AccountId, cancellationToken)),
                wish,
                cancellationToken
            );
        var hashed = await HashAsync(wish, cancellationToken);
        var changed = await agents.ChangeAsync(caller.AccountId, find, wish.ApplyTo, wish.Presence, cancellationToken);
        return await SetPasswordAsync(caller.AccountId, changed, hashed, cancellationToken);
    }

    private async Task RefuseAsync(
        Principal caller,
        bool hasShownPassword,
        string? address,
        Agent stored,
        UserWish wish,
        CancellationToken cancellationToken
    )
    {
        if (!caller.IsAdministrator)
        {
            if (caller.AgentId != stored.Id || wish.ApplyTo(stored) != stored)
                throw DomainException.Forbidden("Users can change only their own show, status and password.");
            if (wish.Password is not null && !hasShownPassword && !await IsCurrentAsync(stored, caller, wish, address, cancellationToken))
                throw DomainException.Invalid("current_password", "must be the present password: the session is older than 10 minutes.");
        }
        if (wish.Password is { } password) newPasswords.Refuse(password, wish.Name ?? stored.Name);
    }

    private async Task<bool> IsCurrentAsync(
        Agent stored,
        Principal caller,
        UserWish wish,
        string? address,
        CancellationToken cancellationToken
    ) =>
        wish.CurrentPassword is { } current
        && (await login.VerifyAsync(stored.Name, current, address, cancellationToken)).Principal == caller;

    /// <summary>Before anything is changed, since it may be refused.</summary>
    private async Task<HashedPassword?> HashAsync(UserWish wish, CancellationToken cancellationToken) =>
        wish.Password is { } password ? await credentials.HashAsync(password, cancellationToken) : null;

    private async Task<Agent> SetPasswordAsync(
        int accountId,
        Agent agent,
        HashedPassword? hashed,
        CancellationToken cancellationToken
    )
    {
        if (hashed is { } password)
            await credentials.SetPasswordAsync(new Principal(accountId, agent.Id), password, cancellationToken);
        return agent;
    }
}

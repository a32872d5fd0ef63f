using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using Microsoft.AspNetCore.Http;

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

/// <summary>
/// Agents as LibraryH3lp's users: directory and presence in one transaction, then the password. Source: LibraryH3lp, "Users".
/// </summary>
internal sealed class LibraryH3lpUsers(
    LibraryH3lpApi sessions,
    DirectoryStore directories,
    AgentChanges agents,
    PresenceReader presence,
    Credentials credentials,
    NewPasswords newPasswords,
    Login login
)
{
    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.LargeJson(await ShowAsync(directory, [.. directory.All<Agent>().OrderBy(agent => agent.Id)], cancellationToken));
    }

    public async Task<Reply> GetAsync(int accountId, string userId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.Json((await ShowAsync(directory, [directory.AgentOf(userId)], cancellationToken))[0]);
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var name = fields.RequiredText("name");
        var wish = UserWish.Read(fields);
        if (wish.Password is { } password) newPasswords.Refuse(password, name);
        var hashed = await HashAsync(wish, cancellationToken);
        var created = await agents.CreateAsync(accountId, wish.ApplyTo(new Agent()), wish.Presence, cancellationToken);
        await SetPasswordAsync(accountId, created, hashed, cancellationToken);
        var shown = await ShowAsync(await directories.GetAsync(accountId, cancellationToken), [created], cancellationToken);
        return LibraryH3lpRequest.IsFirstVersion(request) ? Reply.Json(shown) : Reply.Json(shown[0]);
    }

    /// <summary>A user may change its own presence and password, the administrator everything of everybody.</summary>
    public async Task<Reply> ChangeAsync(Principal caller, string userId, HttpRequest request, CancellationToken cancellationToken)
    {
        var wish = UserWish.Read(await Fields.ReadBodyAsync(request, cancellationToken));
        if (!caller.IsAdministrator || wish.Password is not null)
        {
            var stored = (await directories.GetAsync(caller.AccountId, cancellationToken)).AgentOf(userId);
            await RefuseAsync(caller, stored, wish, request, cancellationToken);
        }
        var hashed = await HashAsync(wish, cancellationToken);
        var changed = await agents.ChangeAsync(
            caller.AccountId,
            directory => directory.AgentOf(userId),
            wish.ApplyTo,
            wish.Presence,
            cancellationToken
        );
        await SetPasswordAsync(caller.AccountId, changed, hashed, cancellationToken);
        var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
        return Reply.Json((await ShowAsync(directory, [changed], cancellationToken))[0]);
    }

    public async Task<Reply> DeleteAsync(Principal caller, string userId, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator) throw DomainException.Forbidden("Only the account's administrator can delete users.");
        await directories.ChangeAsync(caller.AccountId, edit =>
        {
            var agent = edit.Directory.AgentOf(userId);
            edit.RemoveUnused(agent, $"user {agent.Name}");
            return agent;
        }, cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    private async Task RefuseAsync(
        Principal caller,
        Agent stored,
        UserWish wish,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!caller.IsAdministrator)
        {
            if (caller.AgentId != stored.Id || wish.ApplyTo(stored) != stored)
                throw DomainException.Forbidden("Users can change only their own show, status and password.");
            if (wish.Password is not null && !await HasShownPasswordAsync(caller, stored, wish, request, cancellationToken))
                throw DomainException.Invalid("current_password", "must be the present password: the session is older than 10 minutes.");
        }
        if (wish.Password is { } password) newPasswords.Refuse(password, wish.Name ?? stored.Name);
    }

    private async Task<bool> HasShownPasswordAsync(
        Principal caller,
        Agent stored,
        UserWish wish,
        HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        await sessions.HasShownPasswordAsync(request)
        || (wish.CurrentPassword is { } current
            && (await login.VerifyAsync(stored.Name, current, RequestOrigin.AddressOf(request), cancellationToken)).Principal == caller);

    /// <summary>Before anything is changed, since it may be refused.</summary>
    private async Task<HashedPassword?> HashAsync(UserWish wish, CancellationToken cancellationToken) =>
        wish.Password is { } password ? await credentials.HashAsync(password, cancellationToken) : null;

    private async Task SetPasswordAsync(int accountId, Agent agent, HashedPassword? hashed, CancellationToken cancellationToken)
    {
        if (hashed is { } password)
            await credentials.SetPasswordAsync(new Principal(accountId, agent.Id), password, cancellationToken);
    }

    private async Task<IReadOnlyList<object>> ShowAsync(
        AccountDirectory directory,
        IReadOnlyList<Agent> agents,
        CancellationToken cancellationToken
    )
    {
        var states = await presence.AgentsAsync(directory, [.. agents.Select(agent => agent.Id)], cancellationToken);
        return
        [
            .. agents.Select(agent => (agent, state: states.GetValueOrDefault(agent.Id))).Select(user => new
            {
                user.agent.Id,
                type = "user",
                user.agent.Name,
                user.agent.Email,
                show = Show.Of(user.state?.Status ?? PresenceStatus.LoggedOut),
                status = user.state?.StatusText ?? "",
            }),
        ];
    }
}

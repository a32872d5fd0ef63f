using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>Agents as LibraryH3lp's users. Source: LibraryH3lp, "Users".</summary>
internal sealed class UserFunctions(LibraryH3lpApi api, DirectoryStore directories, UserChanges changes, LivePresenceReader presence)
{
    [Function("LibraryH3lpUsers")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = UserWish.FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.LargeJson(
                    await ShowAsync(directory, [.. directory.All<Agent>().OrderBy(agent => agent.Id)], cancellationToken)
                );
            },
            Post = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.RequiredText("name");
                var created = await changes.CreateAsync(caller.AccountId, UserWish.Read(fields), cancellationToken);
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                var shown = await ShowAsync(directory, [created], cancellationToken);
                return LibraryH3lpRequest.IsFirstVersion(request) ? Reply.Json(shown) : Reply.Json(shown[0]);
            },
        }, cancellationToken);

    [Function("LibraryH3lpUser")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users/{userId}")] HttpRequest request,
        string userId,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            FieldNames = UserWish.FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.Json((await ShowAsync(directory, [directory.AgentOf(userId)], cancellationToken))[0]);
            },
            Put = ChangeAsync,
            Patch = ChangeAsync,
            Delete = async caller =>
            {
                if (!caller.IsAdministrator) throw DomainException.Forbidden("Only the account's administrator can delete users.");
                await directories.ChangeAsync(caller.AccountId, edit =>
                {
                    var agent = edit.Directory.AgentOf(userId);
                    edit.RemoveUnused(agent, $"user {agent.Name}");
                    return agent;
                }, cancellationToken);
                return LibraryH3lpRequest.Done();
            },
            OpenToUsers = true,
        }, cancellationToken);

        async Task<Reply> ChangeAsync(Principal caller)
        {
            var wish = UserWish.Read(await Fields.ReadBodyAsync(request, cancellationToken));
            var changed = await changes.ChangeAsync(
                caller,
                await api.HasShownPasswordAsync(request),
                RequestOrigin.AddressOf(request),
                directory => directory.AgentOf(userId),
                wish,
                cancellationToken
            );
            return await AnswerAsync(caller.AccountId, changed, cancellationToken);
        }
    }

    private async Task<Reply> AnswerAsync(int accountId, Agent agent, CancellationToken cancellationToken) =>
        Reply.Json((await ShowAsync(await directories.GetAsync(accountId, cancellationToken), [agent], cancellationToken))[0]);

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

using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

/// <summary>Groups of agents. Source: Stringee, "Group management".</summary>
internal sealed class StringeeGroupFunctions(StringeeApi api, DirectoryStore directories, DirectoryRemoval removal)
{
    private const string Loaded = "Load group(s) success";

    private static readonly Dictionary<string, string> FieldNames = new() { [nameof(Group.DisplayName)] = "name" };

    [Function("StringeeGroups")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/group")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async accountId =>
            {
                var page = StringeePage.Read(request);
                var directory = await directories.GetAsync(accountId, cancellationToken);
                var groups = directory.All<Group>().OrderBy(group => group.Id, StringComparer.Ordinal).ToList();
                return StringeeApi.Success(
                    accountId,
                    Loaded,
                    ("data", page.Of(groups, "groups", group => Show(directory, group), "totalGroups"))
                );
            },
            Post = async accountId =>
            {
                var name = (await Fields.ReadBodyAsync(request, cancellationToken)).RequiredName();
                var added = await directories.ChangeAsync(
                    accountId,
                    edit => edit.Put(new Group { Id = Names.NewId(Group.IdPrefix), DisplayName = name }),
                    cancellationToken
                );
                return StringeeApi.Success(accountId, "Create group success", ("groupID", added.Id));
            },
        }, cancellationToken);

    [Function("StringeeGroup")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/group/{groupId}")] HttpRequest request,
        string groupId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async accountId =>
            {
                var directory = await directories.GetAsync(accountId, cancellationToken);
                return StringeeApi.Success(accountId, Loaded, ("data", Show(directory, directory.GroupOf(groupId))));
            },
            Put = async accountId =>
            {
                var name = (await Fields.ReadBodyAsync(request, cancellationToken)).RequiredName();
                await directories.ChangeAsync(
                    accountId,
                    edit => edit.Put(edit.Directory.GroupOf(groupId) with { DisplayName = name }),
                    cancellationToken
                );
                return StringeeApi.Success(accountId, "Update group success");
            },
            Delete = async accountId =>
            {
                await removal.RemoveGroupAsync(accountId, directory => directory.GroupOf(groupId), cancellationToken);
                return StringeeApi.Success(accountId, "Delete group success");
            },
        }, cancellationToken);

    private static JsonObject Show(AccountDirectory directory, Group group) => new()
    {
        ["id"] = group.Id,
        ["account"] = directory.AccountId,
        ["project"] = directory.AccountId,
        ["name"] = group.DisplayName,
        ["number_of_agent"] = directory.MembersOf(group.Id).Count(),
    };
}

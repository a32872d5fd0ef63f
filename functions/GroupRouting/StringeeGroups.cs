using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Groups of agents. Source: Stringee, "Group management".</summary>
internal sealed class StringeeGroups(DirectoryStore directories, DirectoryRemoval removal)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames =
        new Dictionary<string, string> { [nameof(Group.DisplayName)] = "name" };

    private const string Loaded = "Load group(s) success";

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = StringeePage.Read(request);
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var groups = directory.All<Group>().OrderBy(group => group.Id, StringComparer.Ordinal).ToList();
        var data = page.Of(groups, "groups", group => Show(directory, group), "totalGroups");
        return StringeeApi.Success(accountId, Loaded, ("data", data));
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var name = (await Fields.ReadBodyAsync(request, cancellationToken)).RequiredName();
        var added = await directories.ChangeAsync(
            accountId,
            edit => edit.Put(new Group { Id = Names.NewId(Group.IdPrefix), DisplayName = name }),
            cancellationToken
        );
        return StringeeApi.Success(accountId, "Create group success", ("groupID", added.Id));
    }

    public async Task<Reply> GetAsync(int accountId, string groupId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return StringeeApi.Success(accountId, Loaded, ("data", Show(directory, directory.GroupOf(groupId))));
    }

    public async Task<Reply> ChangeAsync(int accountId, string groupId, HttpRequest request, CancellationToken cancellationToken)
    {
        var name = (await Fields.ReadBodyAsync(request, cancellationToken)).RequiredName();
        await directories.ChangeAsync(
            accountId,
            edit => edit.Put(edit.Directory.GroupOf(groupId) with { DisplayName = name }),
            cancellationToken
        );
        return StringeeApi.Success(accountId, "Update group success");
    }

    public async Task<Reply> RemoveAsync(int accountId, string groupId, CancellationToken cancellationToken)
    {
        await removal.RemoveGroupAsync(accountId, directory => directory.GroupOf(groupId), cancellationToken);
        return StringeeApi.Success(accountId, "Delete group success");
    }

    private static JsonObject Show(AccountDirectory directory, Group group) => new()
    {
        ["id"] = group.Id,
        ["account"] = directory.AccountId,
        ["project"] = directory.AccountId,
        ["name"] = group.DisplayName,
        ["number_of_agent"] = directory.MembersOf(group.Id).Count(),
    };
}

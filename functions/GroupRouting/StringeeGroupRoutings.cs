using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Which groups serve a queue, primary groups first. Source: Stringee, "Group routing".</summary>
internal sealed class StringeeGroupRoutings(DirectoryStore directories)
{
    private const string Loaded = "Load group routing success";

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = StringeePage.Read(request);
        var id = request.Query["queue"].ToString();
        if (id.Length == 0) throw DomainException.Invalid("queue", "is missing.");
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var routings = directory.RoutingsOf(directory.QueueOf(id).Id).ToList();
        return StringeeApi.Success(accountId, Loaded, ("data", page.Of(routings, "groupRoutings", routing => Show(directory, routing))));
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var (queueId, groupId) = (fields.RequiredId("queue_id"), fields.RequiredId("group_id"));
        var primary = IsPrimary(fields);
        var added = await directories.ChangeAsync(accountId, edit => Add(edit, queueId, groupId, primary), cancellationToken);
        return StringeeApi.Success(accountId, "Create group routing success", ("groupRoutingID", added.Id));
    }

    public async Task<Reply> GetAsync(int accountId, string routingId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return StringeeApi.Success(accountId, Loaded, ("data", Show(directory, directory.RoutingOf(routingId))));
    }

    public async Task<Reply> ChangeAsync(int accountId, string routingId, HttpRequest request, CancellationToken cancellationToken)
    {
        var primary = IsPrimary(await Fields.ReadBodyAsync(request, cancellationToken));
        await directories.ChangeAsync(
            accountId,
            edit => edit.Put(edit.Directory.RoutingOf(routingId) with { Primary = primary }),
            cancellationToken
        );

        // The original's answer to a change has no project.
        return Reply.Json(new { r = 0, message = "Group routing update success" });
    }

    public async Task<Reply> RemoveAsync(int accountId, string routingId, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit => edit.Remove(edit.Directory.RoutingOf(routingId)), cancellationToken);
        return StringeeApi.Success(accountId, "Delete group routing success");
    }

    private static bool IsPrimary(Fields fields) =>
        fields.Switch("primary_group") ?? throw DomainException.Invalid("primary_group", "is missing.");

    private static QueueGroup Add(DirectoryEdit edit, string queueId, string groupId, bool primary)
    {
        var (queue, group) = (edit.Directory.QueueOf(queueId), edit.Directory.GroupOf(groupId));
        if (edit.Directory.RoutingsOf(queue.Id).FirstOrDefault(routing => routing.GroupId == group.Id) is { } first)
            throw new DomainException(ErrorKind.Conflict, $"The group is routed to the queue already, by {first.Id}.", "group_id");
        var id = Names.NewId(QueueGroup.IdPrefix);
        return edit.Put(new QueueGroup { Id = id, QueueId = queue.Id, GroupId = group.Id, Primary = primary });
    }

    private static JsonObject Show(AccountDirectory directory, QueueGroup routing) => new()
    {
        ["id"] = routing.Id,
        ["account"] = directory.AccountId,
        ["project"] = directory.AccountId,
        ["queue_id"] = directory.Queue(routing.QueueId)!.ExternalId,
        ["group_id"] = routing.GroupId,
        ["primary_group"] = routing.Primary ? 1 : 0,
    };
}

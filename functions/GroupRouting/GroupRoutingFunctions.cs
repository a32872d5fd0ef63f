using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

/// <summary>Which groups serve a queue, primary groups first. Source: Stringee, "Group routing".</summary>
internal sealed class GroupRoutingFunctions(StringeeApi api, DirectoryStore directories)
{
    private const string Loaded = "Load group routing success";

    [Function("StringeeGroupRoutings")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/routing-call-to-groups")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var page = StringeePage.Read(request);
                var id = request.Query["queue"].ToString();
                if (id.Length == 0) throw DomainException.Invalid("queue", "is missing.");
                var directory = await directories.GetAsync(accountId, cancellationToken);
                var routings = directory.RoutingsOf(directory.QueueOf(id).Id).ToList();
                return StringeeApi.Success(
                    accountId,
                    Loaded,
                    ("data", page.Of(routings, "groupRoutings", routing => Show(directory, routing)))
                );
            },
            Post = async accountId =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                var (queueId, groupId) = (fields.RequiredId("queue_id"), fields.RequiredId("group_id"));
                var primary = fields.Switch("primary_group") ?? throw DomainException.Invalid("primary_group", "is missing.");
                var added = await directories.ChangeAsync(accountId, edit => Add(edit, queueId, groupId, primary), cancellationToken);
                return StringeeApi.Success(accountId, "Create group routing success", ("groupRoutingID", added.Id));
            },
        }, cancellationToken);

    [Function("StringeeGroupRouting")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/routing-call-to-groups/{routingId}")] HttpRequest request,
        string routingId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var directory = await directories.GetAsync(accountId, cancellationToken);
                return StringeeApi.Success(accountId, Loaded, ("data", Show(directory, directory.RoutingOf(routingId))));
            },
            Put = async accountId =>
            {
                var primary =
                    (await Fields.ReadBodyAsync(request, cancellationToken)).Switch("primary_group")
                    ?? throw DomainException.Invalid("primary_group", "is missing.");
                await directories.ChangeAsync(
                    accountId,
                    edit => edit.Put(edit.Directory.RoutingOf(routingId) with { Primary = primary }),
                    cancellationToken
                );

                // The original's answer to a change has no project.
                return Reply.Json(new { r = 0, message = "Group routing update success" });
            },
            Delete = async accountId =>
            {
                await directories.ChangeAsync(accountId, edit =>
                {
                    edit.Remove(edit.Directory.RoutingOf(routingId));
                    return true;
                }, cancellationToken);
                return StringeeApi.Success(accountId, "Delete group routing success");
            },
        }, cancellationToken);

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

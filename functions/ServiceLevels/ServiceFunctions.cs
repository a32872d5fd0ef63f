using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>Services, whose levels are resources of their own. Source: LibraryH3lp, "Services".</summary>
internal sealed class ServiceFunctions(LibraryH3lpApi api, DirectoryStore directories, DirectoryRemoval removal)
{
    private static readonly Dictionary<string, string> FieldNames = new()
    {
        [nameof(Service.Name)] = "name",
        [nameof(Service.OfflineHtml)] = "offline-html",
    };

    [Function("LibraryH3lpServices")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.LargeJson(directory.All<Service>().OrderBy(service => service.Id).Select(Show));
            },
            Post = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.Require("name");
                return Reply.Json(
                    Show(
                        await directories.ChangeAsync(
                            caller.AccountId,
                            edit => edit.Put(Read(fields, new Service { Id = edit.NewServiceId() })),
                            cancellationToken
                        )
                    )
                );
            },
        }, cancellationToken);

    [Function("LibraryH3lpService")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller => Reply.Json(Show((await directories.GetAsync(caller.AccountId, cancellationToken)).ServiceOf(serviceId))),
            Put = caller => ChangeAsync(caller.AccountId),
            Patch = caller => ChangeAsync(caller.AccountId),
            Delete = async caller =>
            {
                await removal.RemoveServiceAsync(caller.AccountId, directory => directory.ServiceOf(serviceId), cancellationToken);
                return LibraryH3lpRequest.Done();
            },
        }, cancellationToken);

        async Task<Reply> ChangeAsync(int accountId)
        {
            var fields = await Fields.ReadBodyAsync(request, cancellationToken);
            return Reply.Json(
                Show(
                    await directories.ChangeAsync(
                        accountId,
                        edit => edit.Put(Read(fields, edit.Directory.ServiceOf(serviceId))),
                        cancellationToken
                    )
                )
            );
        }
    }

    private static Service Read(Fields fields, Service service) => service with
    {
        Name = fields.Text("name") ?? service.Name,
        OfflineHtml = fields.Text("offline-html") ?? service.OfflineHtml,
    };

    private static Dictionary<string, object> Show(Service service) =>
        new()
        {
            ["id"] = service.Id,
            ["name"] = service.Name,
            ["offline-html"] = service.OfflineHtml,
        };
}

using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>Services, whose levels are resources of their own. Source: LibraryH3lp, "Services".</summary>
internal sealed class LibraryH3lpServices(DirectoryStore directories, DirectoryRemoval removal)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Service.Name)] = "name",
        [nameof(Service.OfflineHtml)] = "offline-html",
    };

    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.LargeJson(directory.All<Service>().OrderBy(service => service.Id).Select(Show));
    }

    public async Task<Reply> GetAsync(int accountId, string serviceId, CancellationToken cancellationToken) =>
        Reply.Json(Show((await directories.GetAsync(accountId, cancellationToken)).ServiceOf(serviceId)));

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.Require("name");
        return await PutAsync(accountId, fields, edit => new Service { Id = edit.NewServiceId() }, cancellationToken);
    }

    public async Task<Reply> ChangeAsync(int accountId, string serviceId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        return await PutAsync(accountId, fields, edit => edit.Directory.ServiceOf(serviceId), cancellationToken);
    }

    public async Task<Reply> DeleteAsync(int accountId, string serviceId, CancellationToken cancellationToken)
    {
        await removal.RemoveServiceAsync(accountId, directory => directory.ServiceOf(serviceId), cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    private async Task<Reply> PutAsync(
        int accountId,
        Fields fields,
        Func<DirectoryEdit, Service> stored,
        CancellationToken cancellationToken
    ) => Reply.Json(Show(await directories.ChangeAsync(accountId, edit => edit.Put(Read(fields, stored(edit))), cancellationToken)));

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

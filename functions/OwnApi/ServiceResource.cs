using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Status;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Services live: their levels, and which of them takes a guest now.</summary>
internal sealed class ServiceResource(DirectoryStore directories, PresenceReader presence, Paging paging, TimeProvider time)
{
    /// <summary>A read of the directory's version, and reads of agents as <see cref="PresenceReader.AllAsync"/> says.</summary>
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var (page, name) = (paging.Read(request, LiveTable.Partition(accountId)), Fields.FromQuery(request).Text("name"));
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var wanted = directory.All<Service>();
        if (name is not null && Names.Normal(name) is var normal)
            wanted = wanted.Where(service => Names.Normal(service.Name) == normal);
        var (services, last) = DirectoryPage.Of(page, wanted, service => service.Id);
        var items = await ShowAsync(directory, services, cancellationToken);
        return Reply.LargeJson(new { items, nextCursor = page.Next(last) }, EventData.Json);
    }

    public async Task<Reply> GetAsync(int accountId, string serviceId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var service = (WireId.Parse(serviceId) is { } id ? directory.Service(id) : null)
            ?? throw DomainException.NotFound($"Service {serviceId}");
        return Reply.Json((await ShowAsync(directory, [service], cancellationToken)).Single(), EventData.Json);
    }

    private async Task<IEnumerable<LiveService>> ShowAsync(
        AccountDirectory directory,
        IReadOnlyList<Service> services,
        CancellationToken cancellationToken
    )
    {
        if (services.Count == 0) return [];
        var lines = services.SelectMany(service => Resolution.LinesOf(directory, RoutingTarget.OfService(service.Id)));
        var seen = await presence.AllAsync(directory, lines.Select(entry => entry.Line), cancellationToken);
        var now = time.GetUtcNow();
        return services.Select(service => LiveService.Of(directory, service, seen.For(Channels.Standard), now));
    }
}

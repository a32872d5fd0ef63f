using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.ServiceLevels;
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

/// <summary>A service as a list and an answer of its own show it.</summary>
/// <param name="OpenLevel">The level that takes a guest now; null where none is open.</param>
internal sealed record LiveService(int Id, string Name, Availability Availability, int? OpenLevel, IEnumerable<LiveLevel> Levels)
{
    public static LiveService Of(AccountDirectory directory, Service service, IPresence presence, DateTimeOffset now)
    {
        var resolution = Resolution.Of(directory, RoutingTarget.OfService(service.Id), presence, new Moment(now));
        return new(
            service.Id,
            service.Name,
            resolution.Availability,
            resolution.Open?.Index,
            resolution.Lines.Select(line => LiveLevel.Of(directory, line))
        );
    }
}

/// <param name="Type">What it leads to, by the words of a resolution.</param>
internal sealed record LiveLevel(int Level, string Type, string Name, int? QueueId, int? AgentId, Availability Availability)
{
    public static LiveLevel Of(AccountDirectory directory, JudgedLine line)
    {
        var level = ServiceLevel.Of(directory, line.Level!, line.Index!.Value);
        return new(level.Level, level.Type, level.Name, line.Line.QueueId, line.Line.AgentId, line.Verdict.Availability);
    }
}

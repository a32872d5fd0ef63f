using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>What a page shows of a service.</summary>
/// <param name="Level">The level that takes guests now; null while none does, and the page keeps its offline text.</param>
/// <param name="Html">The level's, as stored; where it is empty the page shows the default link.</param>
/// <param name="ChatUrl">Where the default link leads; where it is empty the link fires an event.</param>
/// <param name="OfflineHtml">The service's while no level takes guests; where it is empty the page's own text stays.</param>
internal sealed record EmbeddedService(int ServiceId, int? Level, string Html, string ChatUrl, string OfflineHtml);

/// <summary>Services by their ids over all accounts, read at most once per 5 s and service.</summary>
internal sealed class EmbeddedServices(Claims claims, DirectoryStore directories, PresenceReader presence, TimeProvider time)
{
    private readonly TimedCache<int, Found> cache = new(PublicAnswer.MaxAge, time);

    /// <exception cref="DomainException">There is no such service.</exception>
    public async Task<EmbeddedService> GetAsync(int serviceId) =>
        (await cache.GetAsync(serviceId, () => ReadAsync(serviceId))).Service ?? throw DomainException.NotFound($"Service {serviceId}");

    private async Task<Found> ReadAsync(int serviceId)
    {
        if (await claims.FindAsync(ClaimKey.Service(serviceId), CancellationToken.None) is not { } claim) return new Found(null);
        var directory = await directories.FindAsync(claim.Value.AccountId, null, CancellationToken.None);
        if (directory?.Service(serviceId) is not { } service) return new Found(null);
        var target = RoutingTarget.OfService(serviceId);
        var resolution = Resolution.Of(
            directory,
            target,
            await presence.ReadAsync(directory, target, Channels.Standard, CancellationToken.None),
            new Moment(time.GetUtcNow())
        );
        var offline = new EmbeddedService(serviceId, null, "", "", service.OfflineHtml);
        return new Found(
            resolution.Open is { Level: { } level } open
                ? offline with
                {
                    Level = open.Index,
                    Html = level.Html,
                    ChatUrl = directory.ChatUrlOf(level),
                }
                : offline
        );
    }

    /// <summary>An id that is no service's is remembered too.</summary>
    private sealed record Found(EmbeddedService? Service);
}

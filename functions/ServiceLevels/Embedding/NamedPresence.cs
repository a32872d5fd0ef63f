using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>What pages may know of a queue or user.</summary>
/// <param name="ChatUrl">Where its guests find it: its widget's, by the first level with one that leads to it; else empty.</param>
internal sealed record PresenceShown(string Show, string Status, string ChatUrl)
{
    public static readonly PresenceShown Unknown = new("unavailable", "", "");
}

/// <summary>Presence by name over all accounts, read at most once per 5 s and name.</summary>
internal sealed class NamedPresence(Claims claims, DirectoryStore directories, PresenceReader presence, TimeProvider time)
{
    private readonly TimedCache<(string Name, bool IsQueue), PresenceShown> cache = new(PublicAnswer.MaxAge, time);

    public Task<PresenceShown> OfAsync(Jid jid)
    {
        // Addresses are the same in whatever case; names are in lower case.
        var name = Names.Normal(jid.Name).ToLowerInvariant();
        return Names.Fault(name) is null
            ? cache.GetAsync((name, jid.IsQueue), () => ReadAsync(name, jid.IsQueue))
            : Task.FromResult(PresenceShown.Unknown);
    }

    private async Task<PresenceShown> ReadAsync(string name, bool isQueue)
    {
        var none = CancellationToken.None;
        if (await claims.FindAsync(ClaimKey.Name(name), none) is not { Value: { Holder: ClaimHolder.Queue or ClaimHolder.Agent } claim })
            return PresenceShown.Unknown;

        // An account that is being removed keeps its claims for a moment.
        if (await directories.FindAsync(claim.AccountId, null, none) is not { } directory) return PresenceShown.Unknown;
        switch (directory.Named(name))
        {
            case Queue queue when isQueue:
                var seen = await presence.ReadAsync(directory, [Line.OfQueue(queue.Id)], Channels.Standard, none);
                return new PresenceShown(
                    Show.Of(QueueAvailability.Decide(directory, queue, seen, new Moment(time.GetUtcNow())).Availability),
                    queue.StatusText,
                    ChatUrlOf(directory, LevelTarget.Queue, queue.Id)
                );
            case Agent agent when !isQueue:
                var state = (await presence.AgentsAsync(directory, [agent.Id], none)).GetValueOrDefault(agent.Id);
                return new PresenceShown(
                    Show.Of(state?.Status ?? PresenceStatus.LoggedOut),
                    state?.StatusText ?? "",
                    ChatUrlOf(directory, LevelTarget.Agent, agent.Id)
                );
            default:
                return PresenceShown.Unknown;
        }
    }

    private static string ChatUrlOf(AccountDirectory directory, LevelTarget target, int targetId) =>
        directory
            .All<Service>()
            .OrderBy(service => service.Id)
            .SelectMany(service => service.Levels.Select(id => directory.Level(service.Id, id)))
            .Where(level => level.Target == target && level.TargetId == targetId)
            .Select(level => directory.Widget(level.WidgetId)!.ChatUrl)
            .FirstOrDefault(url => url.Length > 0, "");
}

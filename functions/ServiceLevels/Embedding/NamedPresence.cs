using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

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

    /// <exception cref="DomainException">There is no such format.</exception>
    public async Task<Reply> ShowAsync(Jid jid, string format, HttpRequest request) => format switch
    {
        "image" => await ImageAsync(jid, PresenceImage.StandardTheme),
        "text" => PublicAnswer.Of(request, (await OfAsync(jid)).Show, "text/plain"),
        "xml" => PublicAnswer.Of(request, PresenceFormats.Xml(jid, await OfAsync(jid)), "text/xml"),
        "js" => PublicAnswer.Of(request, PresenceFormats.Script(jid, await OfAsync(jid), request), "text/javascript"),
        _ => throw DomainException.NotFound($"Format {format}"),
    };

    public async Task<Reply> ImageAsync(Jid jid, string theme) =>
        PublicAnswer.Redirect(PresenceImage.PathOf(theme, (await OfAsync(jid)).Show));

    /// <summary>
    /// The address that pages link to, frame or open in a window: it leads to where the queue's or user's guests chat. Where
    /// nobody said where that is, it says whether somebody is there. What the query says of the looks is the chat's own business.
    /// </summary>
    public async Task<Reply> ChatAsync(string jid, HttpRequest request)
    {
        var address = Jid.Parse(jid) ?? throw DomainException.NotFound(jid);
        var shown = await OfAsync(address);
        return Names.AsciiUrl(shown.ChatUrl) is { } url
            ? PublicAnswer.Redirect(url)
            : PublicAnswer
                .Of(request, ChatPage.Draw(address.Name, shown.Show), "text/html")
                .With("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
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
            .Select(directory.ChatUrlOf)
            .FirstOrDefault(url => url.Length > 0, "");
}

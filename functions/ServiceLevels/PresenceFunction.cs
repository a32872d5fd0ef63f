using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels;

/// <summary>What pages may ask without authentication, refused in LibraryH3lp's shape.</summary>
internal sealed class LibraryH3lpPublicApi(ILogger<LibraryH3lpPublicApi> logger) : PublicApi(logger)
{
    public static Reply Refusal(DomainException error) => LibraryH3lpRequest.Refusal(error).With("Access-Control-Allow-Origin", "*");

    protected override Reply Failure(DomainException error) => Refusal(error);
}

/// <summary>Presence of a user or queue by its name, for scripts and pages. Source: LibraryH3lp, "Presence".</summary>
internal sealed partial class PresenceFunction(LibraryH3lpPublicApi api, NamedPresence presence)
{
    private const string QueueHost = "chat.";

    // What frameworks call the parameter that names the function to be called.
    private static readonly string[] CallbackParameters = ["cb", "callback"];

    [Function("LibraryH3lpPresence")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/jid/{name}/{host}/{format}")] HttpRequest request,
        string name,
        string host,
        string format,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async _ =>
            {
                if (format is not ("text" or "xml" or "js")) throw DomainException.NotFound($"Format {format}");
                var shown = await presence.OfAsync(name, isQueue: host.StartsWith(QueueHost, StringComparison.OrdinalIgnoreCase));
                return format switch
                {
                    "text" => PublicAnswer.Of(request, shown.Show, "text/plain"),
                    "xml" => PublicAnswer.Of(request, Xml(name, host, shown), "text/xml"),
                    _ => PublicAnswer.Of(request, Script(name, host, shown) + Callback(request), "text/javascript"),
                };
            },
        }, cancellationToken);

    private static string Xml(string name, string host, PresenceShown shown) =>
        new XElement(
            "presence",
            new XAttribute("user", Fit(name)),
            new XAttribute("server", Fit(host)),
            new XElement(
                "resource",
                new XAttribute("show", shown.Show),
                new XAttribute("name", "libraryh3lp"),
                new XAttribute("priority", 5)
            )
        ).ToString(SaveOptions.DisableFormatting);

    // What is asked for comes from the path and may be anything; XML cannot carry every character.
    private static string Fit(string text) =>
        string.Concat(
            text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString())
        );

    /// <summary>
    /// The statements that pages run; the default encoder leaves no character that could end a script or a string. No
    /// client id is given out: the answer is the same for everybody.
    /// </summary>
    private static string Script(string name, string host, PresenceShown shown)
    {
        var resources = new[] { new { name = "libraryh3lp", priority = 5, show = shown.Show, status = shown.Status } };
        return $"""
            var jabber_user={JsonSerializer.Serialize(name)};
            var jabber_server={JsonSerializer.Serialize(host)};
            var jabber_resources={JsonSerializer.Serialize(resources)};
            var jabber_client_id="";
            """;
    }

    /// <summary>The call of the function that the query names; nothing where that is no name of one.</summary>
    private static string Callback(HttpRequest request) =>
        CallbackParameters.Select(name => request.Query[name].ToString()).FirstOrDefault(name => CallbackName().IsMatch(name)) is { } name
            ? $"\n{name}();"
            : "";

    [GeneratedRegex(@"^(?=.{1,100}\z)[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*\z")]
    private static partial Regex CallbackName();
}

internal sealed record PresenceShown(string Show, string Status)
{
    public static readonly PresenceShown Unknown = new("unavailable", "");
}

/// <summary>Presence by name over all accounts, read at most once per 5 s and name.</summary>
internal sealed class NamedPresence(Claims claims, DirectoryStore directories, LivePresenceReader presence, TimeProvider time)
{
    private readonly TimedCache<(string Name, bool IsQueue), PresenceShown> cache = new(PublicAnswer.MaxAge, time);

    public Task<PresenceShown> OfAsync(string text, bool isQueue)
    {
        var name = Names.Normal(text);
        return Names.Problem(name) is null
            ? cache.GetAsync((name, isQueue), () => ReadAsync(name, isQueue))
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
                var live = await presence.ReadAsync(directory, [Line.OfQueue(queue.Id)], Channels.Standard, none);
                return new PresenceShown(
                    Show.Of(QueueAvailability.Decide(directory, queue, live, new Moment(time.GetUtcNow())).Availability),
                    queue.StatusText
                );
            case Agent agent when !isQueue:
                var state = (await presence.AgentsAsync(directory, [agent.Id], none)).GetValueOrDefault(agent.Id);
                return new PresenceShown(Show.Of(state?.Status ?? PresenceStatus.LoggedOut), state?.StatusText ?? "");
            default:
                return PresenceShown.Unknown;
        }
    }
}

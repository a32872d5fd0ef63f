using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>Presence of a user or queue by its name, for scripts and pages. Source: LibraryH3lp, "Presence".</summary>
internal sealed partial class PresenceFunctions(LibraryH3lpPublicApi api, NamedPresence presence)
{
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
                if (format is not ("text" or "xml" or "js" or "image")) throw DomainException.NotFound($"Format {format}");
                var shown = await presence.OfAsync(new Jid(name, host));
                return format switch
                {
                    "image" => ToImage(PresenceImage.StandardTheme, shown),
                    "text" => PublicAnswer.Of(request, shown.Show, "text/plain"),
                    "xml" => PublicAnswer.Of(request, Xml(name, host, shown), "text/xml"),
                    _ => PublicAnswer.Of(request, Script(name, host, shown) + Callback(request), "text/javascript"),
                };
            },
        }, cancellationToken);

    [Function("LibraryH3lpPresenceImage")]
    public Task<IResult> ImageOf(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/jid/{name}/{host}/image/{theme}")] HttpRequest request,
        string name,
        string host,
        string theme,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = async _ => ToImage(theme, await presence.OfAsync(new Jid(name, host))) }, cancellationToken);

    [Function("LibraryH3lpImage")]
    public Task<IResult> Image(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/image/{theme}/{show}")] HttpRequest request,
        string theme,
        string show,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = _ => Task.FromResult(
                PublicAnswer.Of(
                    request,
                    PresenceImage.Draw(theme, show) ?? throw DomainException.NotFound($"Image {show}"),
                    "image/svg+xml"
                )
            ),
        }, cancellationToken);

    private static Reply ToImage(string theme, PresenceShown shown) =>
        PublicAnswer.Redirect($"/presence/image/{Uri.EscapeDataString(theme)}/{shown.Show}");

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

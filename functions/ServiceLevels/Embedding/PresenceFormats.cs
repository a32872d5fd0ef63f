using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>Presence as scripts and pages read it. Source: LibraryH3lp, "Presence".</summary>
internal static partial class PresenceFormats
{
    // What frameworks call the parameter that names the function to be called.
    private static readonly string[] CallbackParameters = ["cb", "callback"];

    public static string Xml(Jid jid, PresenceShown shown) =>
        new XElement(
            "presence",
            new XAttribute("user", Fit(jid.Name)),
            new XAttribute("server", Fit(jid.Host)),
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
    public static string Script(Jid jid, PresenceShown shown, HttpRequest request)
    {
        var resources = new[] { new { name = "libraryh3lp", priority = 5, show = shown.Show, status = shown.Status } };
        return $"""
            var jabber_user={JsonSerializer.Serialize(jid.Name)};
            var jabber_server={JsonSerializer.Serialize(jid.Host)};
            var jabber_resources={JsonSerializer.Serialize(resources)};
            var jabber_client_id="";
            """ + Callback(request);
    }

    /// <summary>The call of the function that the query names; nothing where that is no name of one.</summary>
    private static string Callback(HttpRequest request) =>
        CallbackParameters.Select(name => request.Query[name].ToString()).FirstOrDefault(name => CallbackName().IsMatch(name)) is { } name
            ? $"\n{name}();"
            : "";

    [GeneratedRegex(@"^(?=.{1,100}\z)[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*\z")]
    private static partial Regex CallbackName();
}

using System.Text.Encodings.Web;
using ContactRouting.Directory;
using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>
/// The address that pages link to, frame or open in a window: it leads to where the queue's or user's guests chat. Where
/// nobody said where that is, it says whether somebody is there. What the query says of the looks is the chat's own business.
/// </summary>
internal sealed class ChatFunction(LibraryH3lpPublicApi api, NamedPresence presence)
{
    [Function("LibraryH3lpChat")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "chat/{jid}")] HttpRequest request,
        string jid,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async _ =>
            {
                var address = Jid.Parse(jid) ?? throw DomainException.NotFound(jid);
                var shown = await presence.OfAsync(address);
                return Names.AsciiUrl(shown.ChatUrl) is { } url
                    ? PublicAnswer.Redirect(url)
                    : PublicAnswer
                        .Of(request, Page(address.Name, shown.Show), "text/html")
                        .With("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
            },
        }, cancellationToken);

    private static string Page(string name, string show)
    {
        var state = show switch
        {
            "available" => "Online",
            "dnd" => "Busy: everybody is with somebody else.",
            _ => "Offline: nobody is there right now.",
        };
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{{HtmlEncoder.Default.Encode(name)}}</title>
            <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
            body { margin: 1rem; overflow-wrap: anywhere; }
            h1 { font-size: 1.1rem; margin: 0 0 .25rem; }
            p { margin: 0; }
            </style>
            </head>
            <body>
            <h1>{{HtmlEncoder.Default.Encode(name)}}</h1>
            <p>{{state}}</p>
            </body>
            </html>
            """;
    }
}

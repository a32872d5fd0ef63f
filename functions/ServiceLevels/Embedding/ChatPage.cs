using System.Text.Encodings.Web;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>What stands where nobody said where a queue's or user's guests chat: whether somebody is there.</summary>
internal static class ChatPage
{
    public static string Draw(string name, string show)
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

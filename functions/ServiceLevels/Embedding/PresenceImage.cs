using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>Small pictures of presence, drawn here, under the names of themes that pages ask for.</summary>
internal static class PresenceImage
{
    public const string StandardTheme = "simpletext";

    private const string WordlessTheme = "flat-lang-neutral";

    private const string Bubble =
        "M3 5.5A2.5 2.5 0 0 1 5.5 3h13A2.5 2.5 0 0 1 21 5.5v9a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4h-.5A2.5 2.5 0 0 1 3 14.5z";

    public static Reply Of(HttpRequest request, string theme, string show) =>
        PublicAnswer.Of(request, Draw(theme, show) ?? throw DomainException.NotFound($"Image {show}"), "image/svg+xml");

    /// <summary>Where the picture is served.</summary>
    public static string PathOf(string theme, string show) => $"/presence/image/{Uri.EscapeDataString(theme)}/{show}";

    /// <summary>The picture as SVG, for a theme that is not known like the standard one; null for a word that is no presence.</summary>
    private static string? Draw(string theme, string show)
    {
        var (word, colour) = show switch
        {
            "available" or "chat" => ("Online", "#1a7f37"),
            "dnd" => ("Busy", "#b3261e"),
            "away" or "xa" => ("Away", "#8a5a00"),
            "unavailable" => ("Offline", "#59636e"),
            _ => ("", ""),
        };
        return word.Length == 0 ? null
            : theme == WordlessTheme ? Svg(24, word, $"""<path fill="{colour}" d="{Bubble}"/>""")
            : Svg(72, word, $"""
                <rect width="72" height="24" rx="12" fill="{colour}"/>
                <circle cx="14" cy="12" r="4" fill="#fff"/>
                <text x="24" y="16" fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{word}</text>
                """);
    }

    private static string Svg(int width, string title, string content) => $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" viewBox="0 0 {width} 24" role="img">
        <title>{title}</title>
        {content}
        </svg>
        """;
}

using System.Text.Json;

namespace ContactRouting.Directory;

/// <summary>A widget's style properties. Source of the defaults: LibraryH3lp, "Widgets".</summary>
internal static class WidgetStyle
{
    public static readonly IReadOnlyDictionary<string, string> Defaults = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["background-color"] = "#FFFFFF",
        ["border"] = "2px inset black",
        ["buttons-color"] = "#0000FF",
        ["height"] = "200px",
        ["identity"] = "operator",
        ["librarian-color"] = "#0000FF",
        ["more-css"] = "",
        ["patron-color"] = "#FF0000",
        ["recv-background"] = "#FFFFFF",
    };

    /// <summary>What is wrong with given properties, or null: those with a default are text, others may be anything.</summary>
    public static string? Fault(IReadOnlyDictionary<string, JsonElement> style) =>
        style
            .Where(property => Defaults.ContainsKey(property.Key) && property.Value.ValueKind != JsonValueKind.String)
            .Select(property => property.Key)
            .FirstOrDefault()
            is { } wrong
            ? $"has a value of {wrong} that is not text."
        : JsonSerializer.Serialize(style).Length > Widget.MaxStyleLength
            ? $"must be at most {Widget.MaxStyleLength} characters long as JSON."
        : null;
}

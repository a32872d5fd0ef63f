using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ContactRouting.Settings;

/// <summary>
/// A start that failed because of its settings, a line for each. The Functions host shows only lines with the word error.
/// </summary>
internal static partial class SettingFaults
{
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";

    /// <summary>The lines to print; none where something else is at fault.</summary>
    public static IReadOnlyList<string> Of(Exception error) => [.. Failures(error).Select(failure => $"Error in a setting: {failure}")];

    private static IEnumerable<string> Failures(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.SelectMany(Failures).ToList() is { Count: > 0 } failures => failures,
        InvalidOperationException { Source: Binder } => [Unreadable(error.Message)],
        _ => [],
    };

    /// <summary>The binder names the setting with colons and its type in .NET's words, and shows the value.</summary>
    private static string Unreadable(string message)
    {
        if (Conversion().Match(message) is not { Success: true } match) return message;
        var name = string.Join("__", match.Groups["path"].Value.Split(':').Select((part, index) => index == 0 ? part : CamelCase(part)));
        var wanted = match.Groups["type"].Value switch
        {
            "System.Int32" => "a whole number",
            "System.Boolean" => "true or false",
            "System.Uri" => "a URI",
            var other => other,
        };
        return $"{name} must be {wanted}.";
    }

    private static string CamelCase(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    [GeneratedRegex(@" at '(?<path>[^']+)' to type '(?<type>[^']+)'\.$", RegexOptions.Singleline)]
    private static partial Regex Conversion();
}

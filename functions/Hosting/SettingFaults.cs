using Microsoft.Extensions.Options;

namespace ContactRouting.Hosting;

/// <summary>
/// A start that failed because of its settings, a line for each. The Functions host shows only lines with the word error.
/// </summary>
internal static class SettingFaults
{
    /// <summary>The lines to print; none where something else is at fault.</summary>
    public static IReadOnlyList<string> Of(Exception error) => [.. Failures(error).Select(failure => $"Error in a setting: {failure}")];

    private static IEnumerable<string> Failures(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            several.InnerExceptions.SelectMany(Failures),
        // The configuration binder's: a value that is no number, flag or URI. It names the setting with colons.
        InvalidOperationException when error.GetBaseException() is FormatException or OverflowException =>
        [
            error.Message.Replace(":", "__", StringComparison.Ordinal),
        ],
        _ => [],
    };
}

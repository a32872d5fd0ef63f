using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContactRouting.Directory;

/// <summary>What a user service may be, whichever way it comes in.</summary>
internal static partial class UserServiceRules
{
    /// <summary>What is wrong with a technical name, or null: it has to fit into a path, where it identifies the service.</summary>
    public static string? NameFault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "is missing."
        : name is "." or ".." ? "must not be . or .., which no path can end in."
        : EncodedByte().IsMatch(name)
            ? "must not contain a percent sign with two hexadecimal digits behind it, as a path has in place of another character."
        : Names.DisplayFault(Names.Normal(name), UserService.MaxNameLength);

    /// <summary>What is wrong with additional data, or null.</summary>
    public static string? DataFault(JsonElement data) =>
        data.ValueKind != JsonValueKind.Object ? "must be an object." : LengthFault(data);

    /// <summary>What is wrong with the length of free JSON, or null.</summary>
    public static string? LengthFault(JsonElement json) =>
        JsonSerializer.Serialize(json).Length > UserService.MaxDataLength
            ? $"must be at most {UserService.MaxDataLength} characters long as JSON, with what is not ASCII escaped."
            : null;

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex EncodedByte();
}

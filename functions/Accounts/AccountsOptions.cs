using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

internal sealed class OperatorOptions
{
    public const string Section = "Operator";

    public const int MinKeyLength = 32;

    /// <summary>What Azure puts in the place of a secret that it could not read; everybody could guess it.</summary>
    public const string UnresolvedSecret = "@Microsoft.KeyVault(";

    /// <summary>The name of <see cref="Key"/>.</summary>
    private const string Unnamed = "operator";

    /// <summary>The platform operator's key, which opens everything; may be empty where there are named ones.</summary>
    public string Key { get; set; } = "";

    /// <summary>Further ones, by their names.</summary>
    public Dictionary<string, NamedOperatorKey> Keys { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All keys, with what they open; null for everything.</summary>
    public IReadOnlyList<(string Name, string Key, IReadOnlySet<OperatorScope>? Scopes)> ReadAll() =>
    [
        .. Key.Length > 0 ? [(Unnamed, Key, null)] : Array.Empty<(string, string, IReadOnlySet<OperatorScope>?)>(),
        .. Keys.Select(key => (key.Key, key.Value.Key, key.Value.ReadScopes())),
    ];

    public string? Fault()
    {
        if (Key.Length == 0 && Keys.Count == 0) return $"Operator__key must be set to at least {MinKeyLength} characters.";
        if (Keys.Keys.FirstOrDefault(name => name.Length is 0 or > 40 || !name.All(char.IsAsciiLetterOrDigit)) is { } odd)
            return $"Operator__keys__{odd} must have a name of 1 to 40 letters and digits.";
        if (Keys.Keys.FirstOrDefault(name => name.Equals(Unnamed, StringComparison.OrdinalIgnoreCase)) is { } taken)
            return $"Operator__keys__{taken} has the name of Operator__key.";
        var fault = (Key.Length == 0 ? null : Fault("Operator__key", Key))
            ?? Keys.Select(key => key.Value.Fault($"Operator__keys__{key.Key}")).FirstOrDefault(fault => fault is not null);
        var isAnyTwice = ReadAll().DistinctBy(key => key.Key).Count() < ReadAll().Count;
        return fault ?? (isAnyTwice ? "Operator__key and Operator__keys__..__key: two of them are the same." : null);
    }

    public static string? Fault(string setting, string key)
    {
        if (key.Trim().StartsWith(UnresolvedSecret, StringComparison.OrdinalIgnoreCase))
            return $"{setting} refers to a secret that the app's identity cannot read, or that is not there.";
        if (key.Trim() != key) return $"{setting} must not begin or end with a blank.";
        return key.Length >= MinKeyLength ? null : $"{setting} must be set to at least {MinKeyLength} characters.";
    }
}

/// <summary>What an operator key can be limited to.</summary>
internal enum OperatorScope
{
    Accounts,
    Sweeps,
    Audit,
}

/// <summary>An operator key beside the first one, so that each can be exchanged without the others.</summary>
internal sealed class NamedOperatorKey
{
    public string Key { get; set; } = "";

    /// <summary>What it opens, with commas, or <c>all</c>. Empty is a fault: a misspelt setting must not open everything.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>Null for everything.</summary>
    public IReadOnlySet<OperatorScope>? ReadScopes() => OpensAll ? null : Words.Select(Read).OfType<OperatorScope>().ToHashSet();

    public string? Fault(string setting) =>
        OperatorOptions.Fault($"{setting}__key", Key)
        ?? (
            OpensAll || Words.All(word => Read(word) is not null)
                ? null
                : $"{setting}__scopes must be some of {Known} with commas, or all."
        );

    private bool OpensAll => Scopes.Trim().Equals("all", StringComparison.OrdinalIgnoreCase);

    private static string Known => string.Join(", ", Enum.GetNames<OperatorScope>()).ToLowerInvariant();

    private IEnumerable<string> Words => Scopes.Split(',', StringSplitOptions.TrimEntries);

    private static OperatorScope? Read(string word) =>
        word.All(char.IsAsciiLetter) && Enum.TryParse<OperatorScope>(word, ignoreCase: true, out var scope) ? scope : null;
}

internal sealed class OperatorOptionsValidation : IValidateOptions<OperatorOptions>
{
    public ValidateOptionsResult Validate(string? name, OperatorOptions options) =>
        options.Fault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}

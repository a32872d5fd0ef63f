using Microsoft.Extensions.Options;

namespace ContactRouting.Keys;

internal sealed class EncryptionOptions
{
    public const string Section = "Encryption";

    /// <summary>The key for new values, as name:base64 of 32 bytes.</summary>
    public string CurrentKey { get; set; } = "";

    /// <summary>The key before it, in the same form; values under it still open.</summary>
    public string? PreviousKey { get; set; }
}

internal sealed class EncryptionOptionsValidation : IValidateOptions<EncryptionOptions>
{
    public ValidateOptionsResult Validate(string? name, EncryptionOptions options)
    {
        if (NamedKey.Parse(options.CurrentKey) is not { } current) return Malformed("currentKey");
        if (string.IsNullOrEmpty(options.PreviousKey)) return ValidateOptionsResult.Success;
        if (NamedKey.Parse(options.PreviousKey) is not { } previous) return Malformed("previousKey");
        return previous.Name == current.Name
            ? ValidateOptionsResult.Fail("Encryption__previousKey must have another name than Encryption__currentKey.")
            : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Malformed(string setting) =>
        ValidateOptionsResult.Fail($"Encryption__{setting} must be NAME:KEY, the key 32 random bytes in base64.");
}

/// <summary>An encryption key and the name by which stored values refer to it.</summary>
internal sealed record NamedKey(string Name, byte[] Key)
{
    public const int KeyBytes = 32;

    public static NamedKey? Parse(string? text)
    {
        if (
            text?.Split(':', 2) is not [{ Length: > 0 } name, var base64]
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        )
            return null;
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(base64, key, out var length) && length == KeyBytes ? new NamedKey(name, key) : null;
    }
}

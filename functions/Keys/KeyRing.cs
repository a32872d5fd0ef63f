using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ContactRouting.Keys;

/// <summary>
/// The configured encryption keys, current first: secrets that must be readable again are sealed under them, and the
/// keys that sign tokens are derived from them, so that every instance has the same.
/// </summary>
internal sealed partial class KeyRing(IOptions<EncryptionOptions> options, ILogger<KeyRing> logger)
{
    private readonly NamedKey[] keys =
    [
        .. new[] { options.Value.CurrentKey, options.Value.PreviousKey }.Select(NamedKey.Parse).OfType<NamedKey>(),
    ];

    private readonly ConcurrentDictionary<string, bool> missing = new();

    private const int NonceBytes = 12;
    private const int HeaderBytes = NonceBytes + TagBytes;
    private const int TagBytes = 16;

    /// <summary>Encrypts a text, bound to its place.</summary>
    /// <returns>key name:base64 of nonce, tag and cipher text (AES-256-GCM).</returns>
    public string Seal(string text, string place)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[HeaderBytes + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys[0].Key, TagBytes);
        aes.Encrypt(
            bytes.AsSpan(0, NonceBytes),
            plain,
            bytes.AsSpan(HeaderBytes),
            bytes.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(place)
        );
        return $"{keys[0].Name}:{Convert.ToBase64String(bytes)}";
    }

    /// <summary>
    /// The text that was sealed for a place; null where no configured key opens it, which the operator is told once a process
    /// and key.
    /// </summary>
    public string? Open(string value, string place)
    {
        var separator = value.IndexOf(':', StringComparison.Ordinal);
        var name = value[..separator];
        if (keys.FirstOrDefault(key => key.Name == name) is { } key)
        {
            ReadOnlySpan<byte> bytes = Convert.FromBase64String(value[(separator + 1)..]);
            var plain = new byte[bytes.Length - HeaderBytes];
            using var aes = new AesGcm(key.Key, TagBytes);
            try
            {
                var bound = Encoding.UTF8.GetBytes(place);
                aes.Decrypt(bytes[..NonceBytes], bytes[HeaderBytes..], bytes[NonceBytes..HeaderBytes], plain, bound);
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key had this name.
            }
        }
        if (missing.TryAdd(name, true)) LogMissing(name);
        return null;
    }

    /// <summary>Keys for one purpose, derived from the configured ones with HKDF, current first.</summary>
    public IReadOnlyList<NamedKey> Derive(string purpose) =>
        [
            .. keys.Select(key => new NamedKey(
                key.Name,
                HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Key, NamedKey.KeyBytes, info: Encoding.UTF8.GetBytes(purpose))
            )),
        ];

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "What was sealed under the encryption key {name} cannot be opened: Encryption__previousKey must be set to that key"
    )]
    private partial void LogMissing(string name);
}

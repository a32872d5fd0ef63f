using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

/// <summary>
/// The configured encryption keys, current first: secrets that must be readable again are sealed under them, and the
/// keys that sign tokens are derived from them, so that every instance has the same.
/// </summary>
internal sealed class KeyRing(IOptions<EncryptionOptions> options)
{
    private readonly NamedKey[] keys =
    [
        .. new[] { options.Value.CurrentKey, options.Value.PreviousKey }.Select(NamedKey.Parse).OfType<NamedKey>(),
    ];

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

    /// <exception cref="CryptographicException">It was sealed under a key that is no longer configured, or for another place.</exception>
    public string Open(string value, string place)
    {
        var separator = value.IndexOf(':', StringComparison.Ordinal);
        var key = keys.FirstOrDefault(key => key.Name == value[..separator])
            ?? throw new CryptographicException($"No encryption key named {value[..separator]} is configured.");
        ReadOnlySpan<byte> bytes = Convert.FromBase64String(value[(separator + 1)..]);
        var plain = new byte[bytes.Length - HeaderBytes];
        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Decrypt(bytes[..NonceBytes], bytes[HeaderBytes..], bytes[NonceBytes..HeaderBytes], plain, Encoding.UTF8.GetBytes(place));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Keys for one purpose, derived from the configured ones with HKDF, current first.</summary>
    public IReadOnlyList<NamedKey> Derive(string purpose) =>
        [
            .. keys.Select(key => new NamedKey(
                key.Name,
                HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Key, NamedKey.KeyBytes, info: Encoding.UTF8.GetBytes(purpose))
            )),
        ];
}

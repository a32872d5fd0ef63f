using System.Security.Cryptography;
using System.Text;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>A customer and its credentials: secrets hashed, except the one that verifies signatures, which is sealed.</summary>
internal sealed record Account
{
    public int Id { get; init; }

    public string Name { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the request that created it, where that came with a key: it finds its account again.</summary>
    public string? Operation { get; init; }

    /// <summary>Its rows are being removed; nobody gets in any more.</summary>
    public bool Deleting { get; init; }

    /// <summary>The administrator's.</summary>
    public string Username { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string ClientSecretHash { get; init; } = "";

    /// <summary>The one before it, good until <see cref="PreviousClientSecretUntil"/>.</summary>
    public string? PreviousClientSecretHash { get; init; }

    public DateTimeOffset? PreviousClientSecretUntil { get; init; }

    public string ApiKeySid { get; init; } = "";

    /// <summary>Sealed for <see cref="ApiKeySecretPlace"/>.</summary>
    public string ApiKeySecret { get; init; } = "";

    public string ExportTokenHash { get; init; } = "";

    public string SinkTokenHash { get; init; } = "";

    public static string ApiKeySecretPlace(int accountId) => $"{accountId}|apiKeySecret";

    public IEnumerable<ClaimKey> Claims =>
    [
        ClaimKey.Name(Username),
        ClaimKey.Secret(ClientId),
        ClaimKey.Secret(ApiKeySid),
        ClaimKey.SecretHash(ExportTokenHash),
        ClaimKey.SecretHash(SinkTokenHash),
    ];

    /// <summary>The hashes of the secrets that are good at a time.</summary>
    public IEnumerable<string> ClientSecretHashes(DateTimeOffset now) =>
        PreviousClientSecretUntil > now ? [ClientSecretHash, PreviousClientSecretHash!] : [ClientSecretHash];

    /// <summary>Of a secret: tokens issued for it die with it.</summary>
    public static string Generation(string clientSecretHash) => clientSecretHash[..16];
}

/// <summary>An account's secrets, as they are shown once.</summary>
/// <param name="draw">Draws a secret by its name and length.</param>
internal sealed class AccountSecrets(Func<string, int, string> draw)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static AccountSecrets Drawn() => new((_, length) => Random(length));

    public string ClientId { get; } = draw("clientId", 24);

    public string ClientSecret { get; } = draw("clientSecret", 48);

    public string ApiKeySid { get; } = $"SK{draw("apiKeySid", 32)}";

    public string ApiKeySecret { get; } = draw("apiKeySecret", 48);

    public string ExportToken { get; } = draw("exportToken", 32);

    public string SinkToken { get; } = draw("sinkToken", 32);

    public string Password { get; } = draw("password", 24);

    public static string Random(int length) => RandomNumberGenerator.GetString(Letters, length);

    /// <summary>Text that only the holder of a key can tell, always the same for one purpose.</summary>
    public static string Derive(NamedKey key, string purpose, int length)
    {
        var bytes = HKDF.Expand(HashAlgorithmName.SHA256, key.Key, length * sizeof(uint), Encoding.UTF8.GetBytes(purpose));
        return string.Create(length, bytes, (text, drawn) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = Letters[(int)(BitConverter.ToUInt32(drawn, i * sizeof(uint)) % Letters.Length)];
        });
    }
}

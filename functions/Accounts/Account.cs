using System.Security.Cryptography;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>A customer and its credentials: secrets hashed, except the one that verifies signatures, which is sealed.</summary>
internal sealed record Account
{
    public const string RowKey = "account";

    public int Id { get; init; }

    public string Name { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its rows are being removed; nobody gets in any more.</summary>
    public bool Deleting { get; init; }

    /// <summary>The administrator's.</summary>
    public string Username { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string ClientSecretHash { get; init; } = "";

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

    /// <summary>Tokens issued for a secret die with it.</summary>
    public string ClientGeneration => ClientSecretHash[..16];
}

/// <summary>An account's secrets, as they are shown once.</summary>
internal sealed record AccountSecrets
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public string ClientId { get; init; } = Random(24);

    public string ClientSecret { get; init; } = Random(48);

    public string ApiKeySid { get; init; } = $"SK{Random(32)}";

    public string ApiKeySecret { get; init; } = Random(48);

    public string ExportToken { get; init; } = Random(32);

    public string SinkToken { get; init; } = Random(32);

    public string Password { get; init; } = Random(24);

    public static string Random(int length) => RandomNumberGenerator.GetString(Letters, length);
}

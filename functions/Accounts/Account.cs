using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>A customer and its credentials: secrets hashed, or sealed where signatures are checked or made with them.</summary>
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

    /// <summary>Sealed for <see cref="CallbackSecretPlace"/>; null in an account that was made before there were any.</summary>
    public string? CallbackSecret { get; init; }

    /// <summary>The one before it, good until <see cref="PreviousCallbackSecretUntil"/>.</summary>
    public string? PreviousCallbackSecret { get; init; }

    public DateTimeOffset? PreviousCallbackSecretUntil { get; init; }

    public AccountSettings Settings { get; init; } = new();

    public static string ApiKeySecretPlace(int accountId) => $"{accountId}|apiKeySecret";

    public static string CallbackSecretPlace(int accountId) => $"{accountId}|callbackSecret";

    public IEnumerable<ClaimKey> Claims =>
        [ClaimKey.Name(Username), .. AccountSecret.All.Select(secret => secret.Claim?.Invoke(this)).OfType<ClaimKey>()];

    /// <summary>The hashes of the secrets that are good at a time.</summary>
    public IEnumerable<string> ClientSecretHashes(DateTimeOffset now) =>
        PreviousClientSecretUntil > now ? [ClientSecretHash, PreviousClientSecretHash!] : [ClientSecretHash];

    /// <summary>The sealed secrets that are good at a time, the newest first.</summary>
    public IEnumerable<string> CallbackSecrets(DateTimeOffset now) =>
        new[] { CallbackSecret, PreviousCallbackSecretUntil > now ? PreviousCallbackSecret : null }.OfType<string>();

    /// <summary>Of a secret: tokens issued for it die with it.</summary>
    public static string Generation(string clientSecretHash) => clientSecretHash[..16];
}

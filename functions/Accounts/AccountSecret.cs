using System.Security.Cryptography;
using System.Text;
using ContactRouting.Keys;
using ContactRouting.Storage;
using ContactRouting.Webhooks;

namespace ContactRouting.Accounts;

/// <summary>A secret of an account, or an id that goes with one: how it is drawn, shown, kept, claimed and replaced.</summary>
/// <param name="Name">By which it is shown and rotated; what is derived for an operation follows from it.</param>
/// <param name="Length">Its letters and digits, or bytes where it is written in another form.</param>
internal sealed record AccountSecret(string Name, int Length)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The administrator's, which stands with the credentials.</summary>
    public static readonly AccountSecret Password = new("password", 24);

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<AccountSecret> All =
    [
        new("clientId", 24)
        {
            IsId = true,
            Keep = (account, id, _) => account with { ClientId = id },
            Holder = ClaimHolder.Client,
            Claim = account => ClaimKey.Secret(account.ClientId),
        },
        new("clientSecret", 48)
        {
            Keep = (account, secret, _) => account with
            {
                ClientSecretHash = ClaimKey.Hash(secret),
                PreviousClientSecretHash = null,
                PreviousClientSecretUntil = null,
            },
            KeepOld = (account, old, until) => account with
            {
                PreviousClientSecretHash = old.ClientSecretHash,
                PreviousClientSecretUntil = until,
            },
        },
        new("apiKeySid", 32)
        {
            IsId = true,
            Prefix = "SK",
            Keep = (account, id, _) => account with { ApiKeySid = id },
            Holder = ClaimHolder.ApiKey,
            Claim = account => ClaimKey.Secret(account.ApiKeySid),
        },
        new("apiKeySecret", 48)
        {
            Keep = (account, secret, keys) => account with { ApiKeySecret = keys.Seal(secret, Account.ApiKeySecretPlace(account.Id)) },
        },
        new("exportToken", 32)
        {
            Keep = (account, token, _) => account with { ExportTokenHash = ClaimKey.Hash(token) },
            Holder = ClaimHolder.ExportToken,
            Claim = account => ClaimKey.SecretHash(account.ExportTokenHash),
        },
        new("sinkToken", 32)
        {
            Keep = (account, token, _) => account with { SinkTokenHash = ClaimKey.Hash(token) },
            Holder = ClaimHolder.SinkToken,
            Claim = account => ClaimKey.SecretHash(account.SinkTokenHash),
        },
        new("callbackSecret", WebhookSignature.SecretBytes)
        {
            Form = WebhookSignature.Secret,
            Keep = (account, secret, keys) => account with
            {
                CallbackSecret = keys.Seal(secret, Account.CallbackSecretPlace(account.Id)),
                PreviousCallbackSecret = null,
                PreviousCallbackSecretUntil = null,
            },
            KeepOld = (account, old, until) => account with
            {
                PreviousCallbackSecret = old.CallbackSecret,
                PreviousCallbackSecretUntil = until,
            },
            UsualOverlap = TimeSpan.FromDays(1),
        },
        Password,
    ];

    /// <summary>Those that can be replaced.</summary>
    public static readonly IReadOnlyList<AccountSecret> Rotating = [.. All.Where(secret => !secret.IsId)];

    /// <summary>It names the account to others and stays.</summary>
    public bool IsId { get; private init; }

    /// <summary>The account with a new one, as its row keeps that.</summary>
    public Func<Account, string, KeyRing, Account> Keep { get; private init; } = (account, _, _) => account;

    /// <summary>The account with the old one of what it was before too, until a time; null where an old one ends at once.</summary>
    public Func<Account, Account, DateTimeOffset, Account>? KeepOld { get; private init; }

    /// <summary>How long an old one stays good where the caller does not say.</summary>
    public TimeSpan UsualOverlap { get; private init; }

    /// <summary>By which the account is found; null where it is not.</summary>
    public Func<Account, ClaimKey>? Claim { get; private init; }

    public ClaimHolder Holder { get; private init; }

    private string Prefix { get; init; } = "";

    /// <summary>How drawn bytes are written, where that is not in letters and digits.</summary>
    private Func<byte[], string>? Form { get; init; }

    // Four bytes draw a letter.
    private int Bytes => Form is null ? Length * sizeof(uint) : Length;

    public string Drawn() => Text(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The one that only the holder of a key can tell, always the same for one operation.</summary>
    public string DerivedFor(string operation, NamedKey key) =>
        Text(HKDF.Expand(HashAlgorithmName.SHA256, key.Key, Bytes, Encoding.UTF8.GetBytes($"{operation}|{Name}")));

    private string Text(byte[] drawn) => Form?.Invoke(drawn) ?? Prefix + string.Create(Length, drawn, (text, drawn) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = Letters[(int)(BitConverter.ToUInt32(drawn, i * sizeof(uint)) % Letters.Length)];
    });
}

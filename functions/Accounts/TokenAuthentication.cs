using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Audit;
using ContactRouting.Keys;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

/// <summary>
/// Tells whose a token is. What the storage says is remembered for 30 s, so a revocation takes at most that long.
/// </summary>
internal sealed class TokenAuthentication(
    Claims claims,
    LiveTable live,
    RememberedAccounts accounts,
    SignedTokens signedTokens,
    KeyRing keys,
    AuditLog audit,
    IOptions<OperatorOptions> operatorOptions,
    TimeProvider time
)
{
    public static readonly TimeSpan AccessTokenLife = TimeSpan.FromHours(1);

    private const string Audience = "api";
    private const int TokenLength = 32;

    private readonly TimedCache<string, Claim?> tokens = new(RememberedAccounts.Life, time);
    private readonly List<(byte[] Digest, PlatformOperator Operator)> operators =
    [
        .. operatorOptions.Value.ReadAll().Select(key => (Digest(key.Key), new PlatformOperator(key.Name, key.Scopes))),
    ];

    /// <summary>The account of an export or sink token, or null: one read.</summary>
    public async Task<int?> FindAsync(string token, ClaimHolder holder)
    {
        if (token.Length != TokenLength || !token.All(char.IsAsciiLetterOrDigit)) return null;
        var claim = await tokens.GetAsync(
            ClaimKey.Hash(token),
            async () => (await claims.FindAsync(ClaimKey.Secret(token), CancellationToken.None))?.Value
        );
        return claim?.Holder == holder ? claim.AccountId : null;
    }

    /// <summary>Exchanges client credentials for an access token; null where they are wrong.</summary>
    public async Task<string?> IssueAsync(string clientId, string clientSecret, CancellationToken cancellationToken)
    {
        var claim = (await claims.FindAsync(ClaimKey.Secret(clientId), cancellationToken))?.Value;
        var account = claim?.Holder == ClaimHolder.Client
            ? (await live.FindAsync<Account>(claim.AccountId, LiveKeys.Account, cancellationToken))?.Value
            : null;
        if (account is not { Deleting: false })
        {
            await audit.CountLoginAsync(null, AuditActor.Current, clientId, cancellationToken);
            return null;
        }
        var given = Encoding.ASCII.GetBytes(ClaimKey.Hash(clientSecret));
        var hash = account.ClientSecretHashes(time.GetUtcNow())
            .FirstOrDefault(hash => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), given));
        var actor = hash is null ? AuditActor.Current : AuditActor.Current with { Kind = ActorKind.Client };
        await audit.CountLoginAsync(account.Id, actor, clientId, cancellationToken);
        return hash is null
            ? null
            : signedTokens.Issue(Audience, account.Id.ToString(CultureInfo.InvariantCulture), Account.Generation(hash), AccessTokenLife);
    }

    /// <summary>The account of an access token, or null: one read, two where the token does not open it.</summary>
    public async Task<int?> FindAccessAsync(string? token)
    {
        if (token is null || await signedTokens.ReadAsync(token, Audience) is not var (subject, generation)) return null;
        var accountId = int.Parse(subject, CultureInfo.InvariantCulture);
        if (await OpensAsync(accountId, generation)) return accountId;

        // The token may be newer than what is remembered of the account.
        accounts.Forget(accountId);
        return await OpensAsync(accountId, generation) ? accountId : null;
    }

    /// <summary>The account of an API key and its secret, or null: two reads.</summary>
    /// <param name="fresh">Whether what is remembered of the account is not good enough.</param>
    public async Task<(int AccountId, string Secret)?> FindApiKeyAsync(string sid, bool fresh)
    {
        var claim = await tokens.GetAsync(
            ClaimKey.Hash(sid),
            async () => (await claims.FindAsync(ClaimKey.Secret(sid), CancellationToken.None))?.Value
        );
        if (claim?.Holder != ClaimHolder.ApiKey) return null;
        if (fresh) accounts.Forget(claim.AccountId);
        var account = await accounts.FindAsync(claim.AccountId);
        return account is { Deleting: false }
            && account.ApiKeySid == sid
            && keys.Open(account.ApiKeySecret, Account.ApiKeySecretPlace(account.Id)) is { } secret
            ? (account.Id, secret)
            : null;
    }

    private async Task<bool> OpensAsync(int accountId, string generation) =>
        await accounts.FindAsync(accountId) is { Deleting: false } account
        && account.ClientSecretHashes(time.GetUtcNow()).Any(hash => Account.Generation(hash) == generation);

    /// <summary>Whose operator key it is, or null; compares in a time that does not depend on where keys differ.</summary>
    public PlatformOperator? FindOperator(string? key)
    {
        if (key is null) return null;
        var digest = Digest(key);
        return operators.FindAll(known => CryptographicOperations.FixedTimeEquals(known.Digest, digest)) is [var (_, found)] ? found : null;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using ContactRouting.Audit;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>A wish for a new account; what is null is made up.</summary>
internal sealed record NewAccount(int? Id = null, string? Name = null, string? Username = null);

/// <summary>Creates, reads and lists accounts and rotates their secrets.</summary>
internal sealed class AccountStore(
    LiveTable live,
    Claims claims,
    DirectoryClaims directoryClaims,
    Credentials credentials,
    IEnumerable<IAccountCompanion> companions,
    KeyRing keys,
    AuditLog audit,
    TimeProvider time
)
{
    public const int MaxUsernameLength = Names.MaxLength;

    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <summary>The secrets that can be rotated, by the names that an account's creation shows them under.</summary>
    public static readonly IReadOnlyList<string> SecretNames = ["clientSecret", "apiKeySecret", "exportToken", "sinkToken", "password"];

    /// <param name="operation">
    /// Of a request that may come again: its id and its secrets follow from it, so that it goes on where it was cut off.
    /// </param>
    /// <exception cref="DomainException">The id or the user name is taken, or not valid.</exception>
    public async Task<(Account Account, AccountSecrets Secrets)> CreateAsync(
        NewAccount wish,
        string? operation,
        CancellationToken cancellationToken
    )
    {
        if (wish.Username is not null && Names.Problem(wish.Username) is { } problem) throw DomainException.Invalid("username", problem);
        if (wish.Name is not null && Names.DisplayProblem(wish.Name) is { } nameProblem) throw DomainException.Invalid("name", nameProblem);
        var secrets = operation is null ? AccountSecrets.Drawn() : new((name, length) => Derive($"{operation}|{name}", length));
        var password = await credentials.HashAsync(secrets.Password, cancellationToken);
        var id = await FindIdAsync(wish.Id, operation, cancellationToken);
        var account = new Account
        {
            Id = id,
            Name = wish.Name ?? $"Account {id.ToString(CultureInfo.InvariantCulture)}",
            CreatedAt = time.GetUtcNow(),
            Operation = operation,
            Username = Names.Normal(wish.Username ?? $"admin-{id.ToString(CultureInfo.InvariantCulture)}"),
            ClientId = secrets.ClientId,
            ClientSecretHash = ClaimKey.Hash(secrets.ClientSecret),
            ApiKeySid = secrets.ApiKeySid,
            ApiKeySecret = keys.Seal(secrets.ApiKeySecret, Account.ApiKeySecretPlace(id)),
            ExportTokenHash = ClaimKey.Hash(secrets.ExportToken),
            SinkTokenHash = ClaimKey.Hash(secrets.SinkToken),
        };

        var username = UniqueValue.Name(account.Username, ClaimHolder.Administrator);
        if (
            !await claims.TakeAsync(
                username.Key,
                id,
                username.Holder,
                claim => directoryClaims.IsUsedAsync(username, claim, cancellationToken),
                cancellationToken
            )
        )
            throw new DomainException(ErrorKind.Conflict, $"username {account.Username} is taken.", "username");
        await claims.TakeAsync(ClaimKey.Account(id), id, ClaimHolder.Account, _ => Task.FromResult(true), cancellationToken);
        await TakeSecretAsync(account.ClientId, id, ClaimHolder.Client, cancellationToken);
        await TakeSecretAsync(account.ApiKeySid, id, ClaimHolder.ApiKey, cancellationToken);
        await TakeSecretAsync(secrets.ExportToken, id, ClaimHolder.ExportToken, cancellationToken);
        await TakeSecretAsync(secrets.SinkToken, id, ClaimHolder.SinkToken, cancellationToken);

        var batch = new Batch(LiveTable.Partition(id));
        batch.Insert(LiveKeys.Account, account);
        batch.Insert(LiveKeys.Head, new DirectoryHead { Version = account.CreatedAt.ToUnixTimeMilliseconds() });
        audit.Add(batch, new AuditEntry { Action = "account.created" });
        try
        {
            await live.CommitAsync(id, batch, null, cancellationToken);
        }
        catch (ConflictException)
        {
            // An earlier attempt may have come this far; the secrets are the same, unless the encryption key has changed since.
            var made = await live.FindAsync<Account>(id, LiveKeys.Account, cancellationToken);
            if (made is null || !IsOf(operation, made.Value) || made.Value.ClientSecretHash != account.ClientSecretHash) throw IdTaken(id);
            account = made.Value;
        }
        await credentials.SetFirstPasswordAsync(new Principal(id, null), password, cancellationToken);
        foreach (var companion in companions) await companion.BeginAsync(account, cancellationToken);
        return (account, secrets);
    }

    /// <exception cref="DomainException">There is no such account.</exception>
    public async Task<Account> GetAsync(int id, CancellationToken cancellationToken) => (await RowAsync(id, cancellationToken)).Value;

    /// <summary>A page of accounts by id, and the id after which the next one starts; null on the last.</summary>
    public async Task<(IReadOnlyList<Account> Items, int? Next)> ListAsync(int after, int limit, CancellationToken cancellationToken)
    {
        var ids = await claims.AccountIdsAsync(after, limit + 1, cancellationToken);
        var rows = await Task.WhenAll(ids.Take(limit).Select(id => live.FindAsync<Account>(id, LiveKeys.Account, cancellationToken)));
        return ([.. rows.OfType<Row<Account>>().Select(row => row.Value)], ids.Count > limit ? ids[limit - 1] : null);
    }

    /// <summary>Replaces a secret; the old one ends at once, but for what other instances remember for 30 s.</summary>
    /// <param name="overlap">How long an old client secret is good still.</param>
    /// <returns>The new one.</returns>
    public async Task<string> RotateAsync(int id, string name, TimeSpan overlap, CancellationToken cancellationToken)
    {
        var fresh = AccountSecrets.Drawn();
        if (name == "password")
        {
            await RowAsync(id, cancellationToken);
            var password = await credentials.HashAsync(fresh.Password, cancellationToken);
            await credentials.SetPasswordAsync(new Principal(id, null), password, cancellationToken);
            return fresh.Password;
        }
        return await Conflict.RetryAsync(() => RotateAsync(id, name, fresh, overlap, cancellationToken), time, cancellationToken);
    }

    private async Task<string> RotateAsync(
        int id,
        string name,
        AccountSecrets fresh,
        TimeSpan overlap,
        CancellationToken cancellationToken
    )
    {
        var row = await RowAsync(id, cancellationToken);
        var (secret, account) = name switch
        {
            "clientSecret" => (
                fresh.ClientSecret,
                row.Value with
                {
                    ClientSecretHash = ClaimKey.Hash(fresh.ClientSecret),
                    PreviousClientSecretHash = overlap > TimeSpan.Zero ? row.Value.ClientSecretHash : null,
                    PreviousClientSecretUntil = overlap > TimeSpan.Zero ? time.GetUtcNow() + overlap : null,
                }
            ),
            "apiKeySecret" => (
                fresh.ApiKeySecret,
                row.Value with
                {
                    ApiKeySecret = keys.Seal(fresh.ApiKeySecret, Account.ApiKeySecretPlace(id)),
                }
            ),
            "exportToken" => (fresh.ExportToken, row.Value with { ExportTokenHash = ClaimKey.Hash(fresh.ExportToken) }),
            "sinkToken" => (fresh.SinkToken, row.Value with { SinkTokenHash = ClaimKey.Hash(fresh.SinkToken) }),
            _ => throw new DomainException(
                ErrorKind.NotFound,
                $"There is no secret {name}; there are {string.Join(", ", SecretNames)}.",
                "name"
            ),
        };
        if (name is "exportToken") await SwapTokenAsync(row.Value.ExportTokenHash, secret, id, ClaimHolder.ExportToken, cancellationToken);
        if (name is "sinkToken") await SwapTokenAsync(row.Value.SinkTokenHash, secret, id, ClaimHolder.SinkToken, cancellationToken);
        var batch = new Batch(LiveTable.Partition(id));
        batch.Replace(LiveKeys.Account, account, row.ETag);
        audit.Add(batch, new AuditEntry { Action = "secret.rotated", Secret = name });
        await live.CommitAsync(id, batch, null, cancellationToken);
        return secret;
    }

    /// <summary>
    /// The claim alone lets a token in. Killed between the steps, the account is left with a new token that nobody has
    /// seen, or with none, and rotating again mends it; the old one never outlives a finished rotation.
    /// </summary>
    private async Task SwapTokenAsync(string oldHash, string token, int id, ClaimHolder holder, CancellationToken cancellationToken)
    {
        await TakeSecretAsync(token, id, holder, cancellationToken);
        await claims.ReleaseAsync(ClaimKey.SecretHash(oldHash), ETag.All, cancellationToken);
    }

    private Task<bool> TakeSecretAsync(string secret, int id, ClaimHolder holder, CancellationToken cancellationToken) =>
        claims.TakeAsync(ClaimKey.Secret(secret), id, holder, _ => Task.FromResult(true), cancellationToken);

    private async Task<int> FindIdAsync(int? wish, string? operation, CancellationToken cancellationToken)
    {
        if (wish is < 1) throw DomainException.Invalid("id", "must be positive.");
        for (var draw = 0; ; draw++)
        {
            var id = wish ?? DrawId(operation, draw);
            var head = await live.FindAsync<DirectoryHead>(id, LiveKeys.Head, cancellationToken);
            if (head is null) return id;
            var isMade = operation is not null
                && await live.FindAsync<Account>(id, LiveKeys.Account, cancellationToken) is { } made
                && IsOf(operation, made.Value);
            if (isMade) return id;
            if (wish is not null) throw IdTaken(id, isRemoved: head.Value.DeletingSince is not null);
        }
    }

    /// <summary>Ids above those that people choose; the draws of an operation are always the same.</summary>
    private static int DrawId(string? operation, int draw)
    {
        const int Lowest = 100_000, Highest = 1_000_000_000;
        if (operation is null) return RandomNumberGenerator.GetInt32(Lowest, Highest);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{operation}|id|{draw}"));
        return Lowest + (int)(BitConverter.ToUInt32(hash) % (Highest - Lowest));
    }

    private string Derive(string purpose, int length) => AccountSecrets.Derive(keys.Derive("account secrets")[0], purpose, length);

    private static bool IsOf(string? operation, Account account) =>
        operation is not null && account.Operation == operation && !account.Deleting;

    private async Task<Row<Account>> RowAsync(int id, CancellationToken cancellationToken) =>
        await live.FindAsync<Account>(id, LiveKeys.Account, cancellationToken) is { Value.Deleting: false } row
            ? row
            : throw DomainException.NotFound($"Account {id}");

    private static DomainException IdTaken(int id, bool isRemoved = false) =>
        new(
            ErrorKind.Conflict,
            isRemoved ? $"Account {id} is being removed; its id is free again about a minute after that." : $"Account {id} exists.",
            "id"
        );
}

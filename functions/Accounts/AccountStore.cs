using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    OriginIndex origins,
    RememberedAccounts remembered,
    KeyRing keys,
    AuditLog audit,
    TimeProvider time
)
{
    public const int MaxUsernameLength = Names.MaxLength;

    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <param name="operation">
    /// Of a request that may come again: its id and its secrets follow from it, so that it goes on where it was cut off.
    /// </param>
    /// <exception cref="DomainException">The id or the user name is taken, or not valid.</exception>
    /// <returns>The account with its secrets by their names.</returns>
    public async Task<(Account Account, IReadOnlyDictionary<string, string> Secrets)> CreateAsync(
        NewAccount wish,
        string? operation,
        CancellationToken cancellationToken
    )
    {
        if (wish.Username is not null && Names.Fault(wish.Username) is { } fault) throw DomainException.Invalid("username", fault);
        if (wish.Name is not null && Names.DisplayFault(wish.Name) is { } nameFault) throw DomainException.Invalid("name", nameFault);
        var secrets = AccountSecret.All.ToDictionary(
            secret => secret.Name,
            secret => operation is null ? secret.Drawn() : secret.DerivedFor(operation, keys.Derive("account secrets")[0])
        );
        var password = await credentials.HashAsync(secrets[AccountSecret.Password.Name], cancellationToken);
        var id = await FindIdAsync(wish.Id, operation, cancellationToken);
        var account = new Account
        {
            Id = id,
            Name = wish.Name ?? $"Account {id.ToString(CultureInfo.InvariantCulture)}",
            CreatedAt = time.GetUtcNow(),
            Operation = operation,
            Username = Names.Normal(wish.Username ?? $"admin-{id.ToString(CultureInfo.InvariantCulture)}"),
        };
        foreach (var secret in AccountSecret.All) account = secret.Keep(account, secrets[secret.Name], keys);

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
        foreach (var secret in AccountSecret.All) await TakeAsync(secret, account, cancellationToken);

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

    /// <param name="change">What they become; again where somebody else was faster.</param>
    public async Task<AccountSettings> ChangeSettingsAsync(
        int id,
        Func<AccountSettings, AccountSettings> change,
        CancellationToken cancellationToken
    )
    {
        var (changed, followed) = await Conflict.RetryAsync(async () =>
        {
            var row = await RowAsync(id, cancellationToken);
            var settings = change(row.Value.Settings);
            var (before, after) = (row.Value.Settings.AllowedOrigins, settings.AllowedOrigins);
            var timer = after.SequenceEqual(before) ? null : await origins.AnnounceAsync(id, before, after, cancellationToken);
            var batch = new Batch(LiveTable.Partition(id));
            batch.Replace(LiveKeys.Account, row.Value with { Settings = settings }, row.ETag);
            var told = JsonSerializer.Serialize(settings, JsonSerializerOptions.Web);
            audit.Add(batch, new AuditEntry { Action = "settings.changed", Settings = told });
            await live.CommitAsync(id, batch, null, cancellationToken);
            return (settings, timer);
        }, time, cancellationToken);
        remembered.Forget(id);
        if (followed is not null) await AfterCommit.AsFarAsItGoesAsync(() => origins.FollowUpAsync(id, [followed], cancellationToken));
        return changed;
    }

    /// <summary>Replaces a secret; the old one ends at once, but for what other instances remember for 30 s.</summary>
    /// <param name="overlap">How long the old one is good still, where it can be; null for as long as is usual.</param>
    /// <returns>The new one.</returns>
    public async Task<string> RotateAsync(int id, string name, TimeSpan? overlap, CancellationToken cancellationToken)
    {
        var secret = AccountSecret.Rotating.FirstOrDefault(secret => secret.Name == name)
            ?? throw new DomainException(
                ErrorKind.NotFound,
                $"There is no secret {name}; there are {string.Join(", ", AccountSecret.Rotating.Select(secret => secret.Name))}.",
                "name"
            );
        var fresh = secret.Drawn();
        if (secret == AccountSecret.Password)
        {
            await RowAsync(id, cancellationToken);
            var password = await credentials.HashAsync(fresh, cancellationToken);
            await credentials.SetPasswordAsync(new Principal(id, null), password, cancellationToken);
            return fresh;
        }
        var life = overlap ?? secret.UsualOverlap;
        return await Conflict.RetryAsync(() => RotateAsync(id, secret, fresh, life, cancellationToken), time, cancellationToken);
    }

    /// <summary>
    /// The claim alone lets a token in. Killed between the steps, the account is left with a new token that nobody has
    /// seen, or with none, and rotating again mends it; the old one never outlives a finished rotation.
    /// </summary>
    private async Task<string> RotateAsync(
        int id,
        AccountSecret secret,
        string fresh,
        TimeSpan overlap,
        CancellationToken cancellationToken
    )
    {
        var row = await RowAsync(id, cancellationToken);
        var account = secret.Keep(row.Value, fresh, keys);
        if (overlap > TimeSpan.Zero && secret.KeepOld is { } keepOld) account = keepOld(account, row.Value, time.GetUtcNow() + overlap);
        await TakeAsync(secret, account, cancellationToken);
        if (secret.Claim?.Invoke(row.Value) is { } old) await claims.ReleaseAsync(old, ETag.All, cancellationToken);
        var batch = new Batch(LiveTable.Partition(id));
        batch.Replace(LiveKeys.Account, account, row.ETag);
        audit.Add(batch, new AuditEntry { Action = "secret.rotated", Secret = secret.Name });
        await live.CommitAsync(id, batch, null, cancellationToken);
        remembered.Forget(id);
        return fresh;
    }

    private async Task TakeAsync(AccountSecret secret, Account account, CancellationToken cancellationToken)
    {
        if (secret.Claim?.Invoke(account) is { } key)
            await claims.TakeAsync(key, account.Id, secret.Holder, _ => Task.FromResult(true), cancellationToken);
    }

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

using System.Globalization;
using Azure;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Identity;

namespace ContactRouting.Accounts;

/// <summary>Who signed in with a password: an account's administrator, or one of its agents.</summary>
internal sealed record Principal(int AccountId, int? AgentId)
{
    public bool IsAdministrator => AgentId is null;

    /// <summary>The partition of its credentials.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{AccountId}|{(AgentId is { } id ? id : "administrator")}");

    public static Principal Parse(string text)
    {
        var parts = text.Split('|');
        return new Principal(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts[1] == "administrator" ? null : int.Parse(parts[1], CultureInfo.InvariantCulture)
        );
    }
}

/// <summary>
/// Passwords and sessions. A principal is one partition: its password with a generation, and the sessions that were
/// opened under it, so that one read tells whether a session stands, and a new password ends them all.
/// </summary>
internal sealed class Credentials(
    Tables tables,
    LiveTable live,
    PasswordHashing hashing,
    SignedTokens tokens,
    TimeProvider time
)
{
    public const int MaxPasswordLength = 1000;

    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(24);

    private const string Audience = "session";
    private const string PasswordRow = "password";
    private const string SessionPrefix = "s|";
    private const int MaxSessions = 50;

    private static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(30);

    // By principal, so that what ends here ends at once in this process.
    private readonly TimedCache<Principal, IReadOnlyDictionary<string, DateTimeOffset>> sessions = new(CacheLife, time);
    private readonly TimedCache<Principal, string> verified = new(CacheLife, time);

    public async Task SetPasswordAsync(Principal principal, string password, CancellationToken cancellationToken)
    {
        var row = new Password
        {
            Hash = await hashing.HashAsync(password, cancellationToken),
            Generation = Guid.NewGuid().ToString("n"),
            Owner = await OwnerAsync(principal, cancellationToken) ?? throw DomainException.NotFound("User"),
        };
        await tables.Credentials.UpsertEntityAsync(
            RowCodec.Write(principal.ToString(), PasswordRow, row),
            TableUpdateMode.Replace,
            cancellationToken
        );
        Forget(principal);
    }

    /// <summary>Whether a password is the principal's; one that was found right is remembered, as its hash, for 30 s.</summary>
    public async Task<bool> VerifyAsync(Principal? principal, string password, CancellationToken cancellationToken)
    {
        var hash = ClaimKey.Hash(password);
        if (principal is not null && await verified.FindAsync(principal) == hash) return true;
        var (stored, _) = await ReadAsync(principal, password, cancellationToken);
        if (stored is null) return false;
        verified.Keep(principal!, hash);
        return true;
    }

    /// <summary>Opens a session; null where the password is wrong or there is no such principal.</summary>
    public async Task<string?> OpenSessionAsync(Principal? principal, string password, CancellationToken cancellationToken)
    {
        var (stored, rows) = await ReadAsync(principal, password, cancellationToken);
        if (principal is null || stored is null) return null;

        var id = Guid.NewGuid().ToString("n");
        var now = time.GetUtcNow();
        var batch = new Batch(principal.ToString());
        batch.Insert(SessionPrefix + id, new Session { Generation = stored.Generation, ExpiresAt = now + SessionLife });
        var open = rows.Where(row => row.RowKey != PasswordRow)
            .Select(RowCodec.Read<Session>)
            .OrderByDescending(row => row.Value.ExpiresAt)
            .ToList();
        var ended = open.Where(
            (row, index) => row.Value.ExpiresAt <= now || row.Value.Generation != stored.Generation || index >= MaxSessions - 1
        );
        foreach (var row in ended.Take(Batch.MaxActions - 1)) batch.Delete(row.Key, ETag.All);
        try
        {
            await tables.Credentials.SubmitTransactionAsync(batch.Actions, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            // Another login tidied up at the same time; the next one does it again.
            await tables.Credentials.TryInsertAsync(
                batch.PartitionKey,
                SessionPrefix + id,
                new Session { Generation = stored.Generation, ExpiresAt = now + SessionLife },
                cancellationToken
            );
        }
        return tokens.Issue(Audience, principal.ToString(), id, SessionLife);
    }

    /// <summary>Whose session a token is; null where it is not ours, expired, closed, or older than the password.</summary>
    public async Task<Principal?> FindAsync(string token) => (await FindSessionAsync(token))?.Principal;

    /// <summary>Whose session a token is and since when it is open; null where it does not stand.</summary>
    public async Task<(Principal Principal, DateTimeOffset OpenedAt)?> FindSessionAsync(string token)
    {
        if (await tokens.ReadAsync(token, Audience) is not var (subject, id)) return null;
        var principal = Principal.Parse(subject);
        if ((await StandingAsync(principal)).TryGetValue(id, out var openedAt)) return (principal, openedAt);

        // Perhaps it was opened by another process since.
        sessions.Forget(principal);
        return (await StandingAsync(principal)).TryGetValue(id, out openedAt) ? (principal, openedAt) : null;
    }

    public async Task CloseSessionAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, Audience) is not var (subject, id)) return;
        await tables.Credentials.DeleteEntityAsync(subject, SessionPrefix + id, ETag.All, cancellationToken);
        sessions.Forget(Principal.Parse(subject));
    }

    public async Task RemoveAsync(Principal principal, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(principal, cancellationToken);
        await tables.Credentials.DeleteRowsAsync(principal.ToString(), rows.Select(row => row.RowKey), cancellationToken);
        Forget(principal);
    }

    /// <summary>Removes the credentials of an account's administrator and of all its agents, those that are gone included.</summary>
    public async Task RemoveAllAsync(int accountId, CancellationToken cancellationToken)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{accountId}|");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {prefix} and PartitionKey lt {TableKey.EndOfPrefix(prefix)}");
        var rows = tables.Credentials.QueryAsync<TableEntity>(
            filter,
            select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken
        );
        await foreach (var page in rows.AsPages())
        {
            foreach (var principal in page.Values.GroupBy(row => row.PartitionKey, row => row.RowKey))
            {
                await tables.Credentials.DeleteRowsAsync(principal.Key, principal, cancellationToken);
                Forget(Principal.Parse(principal.Key));
            }
        }
    }

    private void Forget(Principal principal)
    {
        sessions.Forget(principal);
        verified.Forget(principal);
    }

    /// <summary>
    /// The ids of the sessions that stand, with the times at which they were opened: those of the password of now, and of who
    /// has the principal's id now.
    /// </summary>
    private Task<IReadOnlyDictionary<string, DateTimeOffset>> StandingAsync(Principal principal) =>
        sessions.GetAsync(principal, async () =>
        {
            var rows = await ReadAsync(principal, CancellationToken.None);
            var (generation, now) = ((await OwnedAsync(principal, rows, CancellationToken.None))?.Generation, time.GetUtcNow());
            return rows.Where(row => row.RowKey != PasswordRow).Select(RowCodec.Read<Session>)
                .Where(row => row.Value.Generation == generation && row.Value.ExpiresAt > now)
                .ToDictionary(row => row.Key[SessionPrefix.Length..], row => row.Value.ExpiresAt - SessionLife);
        });

    /// <summary>All rows of a principal; the password only where it is right. It takes as long where there is none.</summary>
    private async Task<(Password? Password, List<TableEntity> Rows)> ReadAsync(
        Principal? principal,
        string password,
        CancellationToken cancellationToken
    )
    {
        var rows = principal is null ? [] : await ReadAsync(principal, cancellationToken);
        var stored = principal is null ? null : await OwnedAsync(principal, rows, cancellationToken);
        var result = await hashing.VerifyAsync(stored?.Hash, password, cancellationToken);
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
            await RenewAsync(principal!, stored!, password, rows, cancellationToken);
        return (result == PasswordVerificationResult.Failed ? null : stored, rows);
    }

    /// <summary>Hashes a password anew after the rule of today; its sessions stay. Where it was changed meanwhile, that counts.</summary>
    private async Task RenewAsync(
        Principal principal,
        Password stored,
        string password,
        List<TableEntity> rows,
        CancellationToken cancellationToken
    )
    {
        var etag = rows.Single(row => row.RowKey == PasswordRow).ETag;
        var renewed = stored with { Hash = await hashing.HashAsync(password, cancellationToken) };
        await tables.Credentials.TryReplaceAsync(principal.ToString(), PasswordRow, renewed, etag, cancellationToken);
    }

    /// <summary>The stored password with its owner, where that is the agent or account that has the principal's id now.</summary>
    private async Task<Password?> OwnedAsync(Principal principal, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var stored = rows.Where(row => row.RowKey == PasswordRow).Select(row => RowCodec.Read<Password>(row).Value).FirstOrDefault();
        return stored is not null
            && await OwnerAsync(principal, cancellationToken) is { } owner
            && (stored.Owner.Length == 0 || stored.Owner == owner)
            ? stored with { Owner = owner }
            : null;
    }

    /// <summary>What tells an agent or an account from a later one of the same id; null where there is none.</summary>
    private async Task<string?> OwnerAsync(Principal principal, CancellationToken cancellationToken) =>
        principal.AgentId is { } agentId
            ? (await live.FindAsync<Agent>(principal.AccountId, DirectoryKeys.Agent(agentId), cancellationToken))?.Value.ExternalId
            : await live.FindAsync<Account>(principal.AccountId, Account.RowKey, cancellationToken) is { Value.Deleting: false } account
                ? account.Value.ClientId
                : null;

    private async Task<List<TableEntity>> ReadAsync(Principal principal, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {principal.ToString()}");
        await foreach (var row in tables.Credentials.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) rows.Add(row);
        return rows;
    }

    private sealed record Password
    {
        public string Hash { get; init; } = "";

        public string Generation { get; init; } = "";

        /// <summary>Whose it is; empty in rows of earlier versions.</summary>
        public string Owner { get; init; } = "";
    }

    private sealed record Session
    {
        public string Generation { get; init; } = "";

        public DateTimeOffset ExpiresAt { get; init; }
    }
}

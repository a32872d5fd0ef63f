using System.Security.Cryptography;
using System.Text;
using Azure;

namespace ContactRouting.Storage;

/// <summary>What a value that is unique over all accounts stands for.</summary>
internal enum ClaimHolder
{
    Account,
    Administrator,
    Agent,
    Queue,
    Service,
    Client,
    ApiKey,
    ExportToken,
    SinkToken,
}

/// <summary>The key of a claim; secrets are in it as their SHA-256.</summary>
internal sealed record ClaimKey(string PartitionKey, string RowKey)
{
    private const string Single = "claim";

    /// <summary>All accounts are one partition, so that they can be listed.</summary>
    public static ClaimKey Account(int id) => new(AccountsPartition, TableKey.Number(id));

    public const string AccountsPartition = "account";

    /// <summary>Administrators, agents and queues share one name space.</summary>
    public static ClaimKey Name(string name) => new($"name|{TableKey.Text(name)}", Single);

    public static ClaimKey Service(int id) => new($"service|{TableKey.Number(id)}", Single);

    /// <summary>A token, client id or API key SID.</summary>
    public static ClaimKey Secret(string secret) => SecretHash(Hash(secret));

    public static ClaimKey SecretHash(string hash) => new($"secret|{hash}", Single);

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

internal sealed record Claim
{
    public int AccountId { get; init; }

    public ClaimHolder Holder { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }
}

/// <summary>
/// Values that are unique over all accounts, each a row that is taken before the account's own transaction. A claim
/// whose transaction never came stays behind unused; after ten minutes the next one who wants the value takes it over,
/// once its account is seen not to use it.
/// </summary>
internal sealed class Claims(Tables tables, TimeProvider time)
{
    private static readonly TimeSpan TakeoverAge = TimeSpan.FromMinutes(10);

    public Task<Row<Claim>?> FindAsync(ClaimKey key, CancellationToken cancellationToken) =>
        tables.Claims.FindAsync<Claim>(key.PartitionKey, key.RowKey, cancellationToken);

    /// <summary>Whether somebody else has a value, and the account could not take it.</summary>
    /// <param name="inUse">Whether the account of an old claim really uses the value.</param>
    public async Task<bool> IsTakenAsync(
        ClaimKey key,
        int accountId,
        ClaimHolder holder,
        Func<Claim, Task<bool>> inUse,
        CancellationToken cancellationToken
    ) => await FindAsync(key, cancellationToken) is { } existing && await IsTakenAsync(existing.Value, accountId, holder, inUse);

    /// <summary>Takes a value for an account; false where somebody else has it.</summary>
    /// <param name="inUse">Whether the account of an old claim really uses the value.</param>
    public async Task<bool> TakeAsync(
        ClaimKey key,
        int accountId,
        ClaimHolder holder,
        Func<Claim, Task<bool>> inUse,
        CancellationToken cancellationToken
    )
    {
        var claim = new Claim { AccountId = accountId, Holder = holder, ClaimedAt = time.GetUtcNow() };
        while (!await tables.Claims.TryInsertAsync(key.PartitionKey, key.RowKey, claim, cancellationToken))
        {
            var existing = await FindAsync(key, cancellationToken);
            if (existing is null) continue;
            if (await IsTakenAsync(existing.Value, accountId, holder, inUse)) return false;
            if (await tables.Claims.TryReplaceAsync(key.PartitionKey, key.RowKey, claim, existing.ETag, cancellationToken)) return true;
        }
        return true;
    }

    private async Task<bool> IsTakenAsync(Claim existing, int accountId, ClaimHolder holder, Func<Claim, Task<bool>> inUse)
    {
        // Within an account its directory keeps names apart, except from the administrator's.
        var ours = existing.AccountId == accountId
            && (existing.Holder == ClaimHolder.Administrator) == (holder == ClaimHolder.Administrator);
        return !ours && (existing.ClaimedAt >= time.GetUtcNow() - TakeoverAge || await inUse(existing));
    }

    /// <summary>Gives a value back; one that was taken again since it was read stays.</summary>
    public Task ReleaseAsync(ClaimKey key, ETag etag, CancellationToken cancellationToken) =>
        tables.Claims.TryDeleteAsync(key.PartitionKey, key.RowKey, etag, cancellationToken);

    /// <summary>Gives a value back if it is the account's; it may be another's by now.</summary>
    public async Task ReleaseOwnAsync(ClaimKey key, int accountId, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is { } claim && claim.Value.AccountId == accountId)
            await ReleaseAsync(key, claim.ETag, cancellationToken);
    }

    /// <summary>A page of account ids in ascending order, after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<int>> AccountIdsAsync(int after, int limit, CancellationToken cancellationToken) =>
        await tables
            .Claims.RangeAsync<Claim>(
                ClaimKey.AccountsPartition,
                KeyRange.All.Behind(TableKey.Number(after)),
                cancellationToken,
                limit
            )
            .Take(limit)
            .Select(row => row.Value.AccountId)
            .ToListAsync(cancellationToken);
}

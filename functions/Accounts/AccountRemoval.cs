using Azure;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.StatusExport;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>
/// Removes an account: it is marked first, which shuts everybody out, then its rows go in steps. A killed removal is
/// finished by a timer, since the account keeps its due mark.
/// </summary>
internal sealed class AccountRemoval(
    LiveTable live,
    Tables tables,
    Claims claims,
    DirectoryClaims directoryClaims,
    Credentials credentials,
    SnapshotStore snapshots,
    TimeProvider time
)
{
    /// <summary>How long a timer leaves a removal to the request that began it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="DomainException">There is no such account.</exception>
    public async Task RemoveAsync(int accountId, CancellationToken cancellationToken)
    {
        await Conflict.RetryAsync(async () =>
        {
            var account = await live.FindAsync<Account>(accountId, Account.RowKey, cancellationToken);
            var head = await live.FindAsync<DirectoryHead>(accountId, DirectoryHead.RowKey, cancellationToken);
            if (account is null || head is null) throw DomainException.NotFound($"Account {accountId}");
            if (account.Value.Deleting) return true;
            var batch = new Batch(LiveTable.Partition(accountId));
            batch.Replace(Account.RowKey, account.Value with { Deleting = true }, account.ETag);
            batch.Replace(DirectoryHead.RowKey, head.Value with { DeletingSince = time.GetUtcNow() }, head.ETag);
            await live.CommitAsync(accountId, batch, null, cancellationToken);
            return true;
        }, time, cancellationToken);
        await FinishAsync(accountId, cancellationToken);
    }

    /// <summary>Removes what is left of a marked account; its own row goes last.</summary>
    public async Task FinishAsync(int accountId, CancellationToken cancellationToken)
    {
        if (await live.FindAsync<Account>(accountId, Account.RowKey, cancellationToken) is not { Value.Deleting: true } account) return;

        // Read before the account's row goes: whoever creates the account anew takes the claim anew, and it stays.
        var claim = await claims.FindAsync(ClaimKey.Account(accountId), cancellationToken);
        foreach (var key in account.Value.Claims) await claims.ReleaseOwnAsync(key, accountId, cancellationToken);
        await credentials.RemoveAsync(new Principal(accountId, null), cancellationToken);
        await snapshots.RemoveAsync(accountId, cancellationToken);

        var partition = LiveTable.Partition(accountId);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        foreach (var table in new[] { tables.Quotas, tables.DeadLetters, tables.Idempotency })
        {
            await foreach (
                var page in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken).AsPages()
            )
                await table.DeleteRowsAsync(partition, page.Values.Select(entity => entity.RowKey), cancellationToken);
        }
        await foreach (var page in tables.Live.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).AsPages())
        {
            var rows = page.Values.Where(entity => entity.RowKey is not (Account.RowKey or DirectoryHead.RowKey)).ToList();
            foreach (var entity in rows.Where(entity => entity.RowKey.StartsWith(DirectoryKeys.All, StringComparison.Ordinal)))
            {
                var record = (IDirectoryRecord)RowCodec.Read(DirectoryKeys.TypeOf(entity.RowKey), entity);
                await directoryClaims.ReleaseAsync(accountId, record, cancellationToken);
                if (record is Agent agent) await credentials.RemoveAsync(new Principal(accountId, agent.Id), cancellationToken);
            }
            await tables.Live.DeleteRowsAsync(partition, rows.Select(entity => entity.RowKey), cancellationToken);
        }
        // By the ETag of the marked row: an account that was created anew meanwhile stays.
        var last = new Batch(partition);
        last.Delete(Account.RowKey, account.ETag);
        last.Delete(DirectoryHead.RowKey, ETag.All);
        try
        {
            await tables.Live.SubmitTransactionAsync(last.Actions, cancellationToken);
        }
        catch (RequestFailedException error) when (Conflict.IsConflict(error))
        {
            return;
        }
        if (claim is not null) await claims.ReleaseAsync(ClaimKey.Account(accountId), claim.ETag, cancellationToken);
    }
}

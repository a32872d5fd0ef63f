using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>
/// Removes an account: it is marked, which shuts everybody out, and its rows go in steps. The marked head stays behind
/// and keeps the account's id from being given out until a timer has removed what was still on its way. A killed removal is
/// finished by that timer, since the account keeps its due mark.
/// </summary>
internal sealed class AccountRemoval(
    LiveTable live,
    Tables tables,
    Claims claims,
    DirectoryClaims directoryClaims,
    Credentials credentials,
    EventHistory history,
    IEnumerable<IAccountCompanion> companions,
    TimeProvider time
)
{
    /// <summary>How long a timer leaves an account alone that is being removed: longer than any request can hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="DomainException">There is no such account.</exception>
    public async Task RemoveAsync(int accountId, CancellationToken cancellationToken)
    {
        await Conflict.RetryAsync(async () =>
        {
            var account = await live.FindAsync<Account>(accountId, LiveKeys.Account, cancellationToken);
            var head = await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, cancellationToken);
            if (account is null || head is null) throw DomainException.NotFound($"Account {accountId}");
            if (account.Value.Deleting) return true;
            var batch = new Batch(LiveTable.Partition(accountId));
            batch.Replace(LiveKeys.Account, account.Value with { Deleting = true }, account.ETag);
            batch.Replace(LiveKeys.Head, head.Value with { DeletingSince = time.GetUtcNow() }, head.ETag);
            await live.CommitAsync(accountId, batch, null, cancellationToken);
            return true;
        }, time, cancellationToken);
        await RemoveRowsAsync(accountId, cancellationToken);
    }

    /// <summary>Removes what is left of a marked account, what came late included; then its id is free again.</summary>
    public async Task FinishAsync(int accountId, CancellationToken cancellationToken)
    {
        var head = await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, cancellationToken);
        if (head is not { Value.DeletingSince: not null }) return;
        var claim = await claims.FindAsync(ClaimKey.Account(accountId), cancellationToken);
        await RemoveRowsAsync(accountId, cancellationToken);

        // By the ETags of before: another instance may have been faster, and the account been created anew.
        if (claim is not null) await claims.ReleaseAsync(ClaimKey.Account(accountId), claim.ETag, cancellationToken);
        await RemoveAsync(accountId, head, cancellationToken);
    }

    /// <summary>Removes everything but the head; the account's own row goes last, since it names what else there is.</summary>
    private async Task RemoveRowsAsync(int accountId, CancellationToken cancellationToken)
    {
        var account = await live.FindAsync<Account>(accountId, LiveKeys.Account, cancellationToken);
        if (account is { Value.Deleting: false }) return;
        foreach (var key in account?.Value.Claims ?? []) await claims.ReleaseOwnAsync(key, accountId, cancellationToken);
        await credentials.RemoveAllAsync(accountId, cancellationToken);
        foreach (var companion in companions) await companion.RemoveAsync(accountId, cancellationToken);

        var partition = LiveTable.Partition(accountId);
        foreach (var table in new[] { tables.Quotas, tables.DeadLetters, tables.Idempotency, tables.Audit, tables.Deliveries })
            await table.DeleteRangeAsync(partition, KeyRange.All, cancellationToken);
        await history.RemoveAsync(accountId, cancellationToken);
        await foreach (var page in live.PagesAsync(accountId, KeyRange.All, cancellationToken))
        {
            var rows = page.Rows.Where(row => row.Key is not (LiveKeys.Account or LiveKeys.Head)).ToList();
            foreach (var row in rows.Where(row => row.Key.StartsWith(LiveKeys.Directory, StringComparison.Ordinal)))
            {
                var record = (IDirectoryRecord)row.Read(RecordKind.Of(row.Key).Type);
                await directoryClaims.ReleaseAsync(accountId, record, cancellationToken);
            }
            await live.DeleteAsync(accountId, rows.Select(row => row.Key), cancellationToken);
        }
        if (account is not null) await RemoveAsync(accountId, account, cancellationToken);
    }

    private async Task RemoveAsync<T>(int accountId, Row<T> row, CancellationToken cancellationToken)
    {
        var batch = new Batch(LiveTable.Partition(accountId));
        batch.Delete(row.Key, row.ETag);
        await live.TryCommitAsync(batch, cancellationToken);
    }
}

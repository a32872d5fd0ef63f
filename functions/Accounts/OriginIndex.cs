using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>
/// From an origin to the accounts that allow it, since a preflight tells no account: a partition of <c>Claims</c> for each. An
/// entry is written before its account's change and removed after it; a timer of the account's, committed before both, makes
/// sure of that.
/// </summary>
internal sealed class OriginIndex(Tables tables, LiveTable live, TimeProvider time) : IAccountCompanion
{
    private const int MaxLength = 300;

    private readonly TimedCache<string, bool> known = new(RememberedAccounts.Life, time);

    /// <summary>Whether there is an account that allows an origin: one read, remembered for 30 s.</summary>
    public async Task<bool> IsAllowedAsync(string origin) =>
        origin.Length <= MaxLength
        && await known.GetAsync(
            origin,
            async () => await tables.Claims.CountAsync(PartitionOf(origin), KeyRange.All, 1, CancellationToken.None) > 0
        );

    /// <summary>Before a change of the account's: adds what it adds.</summary>
    /// <returns>The timer that follows the change.</returns>
    public async Task<string> AnnounceAsync(
        int accountId,
        IReadOnlyList<string> before,
        IReadOnlyList<string> after,
        CancellationToken cancellationToken
    )
    {
        var timer = Timers.RowKey(time.GetUtcNow(), TimerKind.Origins, Guid.NewGuid().ToString("n"));
        var batch = new Batch(LiveTable.Partition(accountId));
        batch.Insert(timer, new OriginChange { Origins = [.. before.Union(after)] });
        await live.CommitAsync(accountId, batch, null, cancellationToken);
        var entry = new OriginEntry { At = time.GetUtcNow() };
        await Task.WhenAll(
            after.Except(before)
                .Select(origin => tables.Claims.UpsertAsync(PartitionOf(origin), TableKey.Number(accountId), entry, cancellationToken))
        );
        return timer;
    }

    /// <summary>
    /// After changes of the account's: removes what it does not allow. An entry that is young may belong to a change that is under
    /// way, so it is left for later, with the timer.
    /// </summary>
    public async Task FollowUpAsync(int accountId, IReadOnlyList<string> timers, CancellationToken cancellationToken)
    {
        var settled = new List<string>();
        foreach (var timer in timers)
        {
            var change = await live.FindAsync<OriginChange>(accountId, timer, cancellationToken);
            if (change is null || await TidyAsync(accountId, change.Value.Origins, cancellationToken)) settled.Add(timer);
        }
        await live.DeleteAsync(accountId, settled, cancellationToken);
    }

    Task IAccountCompanion.BeginAsync(Account account, CancellationToken cancellationToken) => Task.CompletedTask;

    async Task IAccountCompanion.RemoveAsync(int accountId, CancellationToken cancellationToken)
    {
        var account = await live.FindAsync<Account>(accountId, LiveKeys.Account, cancellationToken);
        var changes = await live.RangeAsync(accountId, LiveKeys.Timers, cancellationToken)
            .Where(row => Timers.Parse(row.Key).Kind == TimerKind.Origins)
            .Select(row => row.Read<OriginChange>().Value)
            .ToListAsync(cancellationToken);
        foreach (var origin in changes.SelectMany(change => change.Origins).Union(account?.Value.Settings.AllowedOrigins ?? []))
            await tables.Claims.DeleteAsync(PartitionOf(origin), TableKey.Number(accountId), cancellationToken);
    }

    /// <summary>The entries are read before the account: what a change adds in between is another entry by then.</summary>
    /// <returns>Whether nothing is left to be done.</returns>
    private async Task<bool> TidyAsync(int accountId, IReadOnlyList<string> origins, CancellationToken cancellationToken)
    {
        var key = TableKey.Number(accountId);
        var entries = await Task.WhenAll(
            origins.Select(async origin =>
                (Origin: origin, Row: await tables.Claims.FindAsync<OriginEntry>(PartitionOf(origin), key, cancellationToken))
            )
        );
        var account = await live.FindAsync<Account>(accountId, LiveKeys.Account, cancellationToken);
        var isSettled = true;
        foreach (var (origin, row) in entries)
        {
            if (row is null || account?.Value.Settings.AllowedOrigins.Contains(origin) == true) continue;
            if (time.GetUtcNow() - row.Value.At < Credentials.FollowUpAge) isSettled = false;
            else await tables.Claims.TryDeleteAsync(PartitionOf(origin), key, row.ETag, cancellationToken);
        }
        return isSettled;
    }

    private static string PartitionOf(string origin) => $"origin|{ClaimKey.Hash(origin)}";

    private sealed record OriginEntry
    {
        public DateTimeOffset At { get; init; }
    }

    private sealed record OriginChange
    {
        public IReadOnlyList<string> Origins { get; init; } = [];
    }
}

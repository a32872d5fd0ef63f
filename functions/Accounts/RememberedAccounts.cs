using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>Accounts as the storage said within the last 30 s, so a revocation takes at most that long.</summary>
internal sealed class RememberedAccounts(LiveTable live, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly TimedCache<int, Account?> accounts = new(Life, time);

    /// <summary>One read, at most; null where there is no such account.</summary>
    public Task<Account?> FindAsync(int id) =>
        accounts.GetAsync(id, async () => (await live.FindAsync<Account>(id, LiveKeys.Account, CancellationToken.None))?.Value);

    public void Forget(int id) => accounts.Forget(id);
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>The directories that this process has read so far, by their versions.</summary>
internal sealed class DirectoryCache(LiveTable live)
{
    private readonly ConcurrentDictionary<int, Known> accounts = new();

    /// <summary>Changes of an account from this process queue up here instead of colliding in the storage.</summary>
    public SemaphoreSlim TurnOf(int accountId) => KnownOf(accountId).Turn;

    public void Keep(AccountDirectory directory) => KnownOf(directory.AccountId).Directory = directory;

    /// <summary>The directory with its head: one read, and a range read where others changed it.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> LoadAsync(
        int accountId,
        CancellationToken cancellationToken
    ) => await LoadAsync(accountId, await HeadAsync(accountId, cancellationToken), cancellationToken);

    /// <summary>The directory of a head that was just read, or a newer one with its own.</summary>
    public async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> LoadAsync(
        int accountId,
        Row<DirectoryHead> head,
        CancellationToken cancellationToken
    )
    {
        var known = KnownOf(accountId);

        // Read by another request of this process since the head was.
        if (known.Directory?.Version > head.Value.Version) head = await HeadAsync(accountId, cancellationToken);
        if (known.Directory is { } directory && directory.Version == head.Value.Version) return (head, directory);
        while (true)
        {
            var records = ImmutableDictionary.CreateBuilder<string, IDirectoryRecord>(StringComparer.Ordinal);
            await foreach (var entity in live.RangeAsync(accountId, DirectoryKeys.All, cancellationToken))
                records[entity.RowKey] = (IDirectoryRecord)RowCodec.Read(DirectoryKeys.TypeOf(entity.RowKey), entity);

            // The rows belong to one version only if no change came between the first and the last of them.
            var newest = await HeadAsync(accountId, cancellationToken);
            if (newest.Value.Version == head.Value.Version)
                return (newest, known.Directory = new AccountDirectory(accountId, head.Value.Version, records.ToImmutable()));
            head = newest;
        }
    }

    private async Task<Row<DirectoryHead>> HeadAsync(int accountId, CancellationToken cancellationToken)
    {
        var head = await live.FindAsync<DirectoryHead>(accountId, DirectoryHead.RowKey, cancellationToken);
        if (head is { Value.DeletingSince: null }) return head;
        accounts.TryRemove(accountId, out _);
        throw DomainException.NotFound($"Account {accountId}");
    }

    private Known KnownOf(int accountId) => accounts.GetOrAdd(accountId, _ => new Known());

    /// <summary>What this process knows of an account.</summary>
    private sealed class Known
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public AccountDirectory? Directory { get; set; }
    }
}

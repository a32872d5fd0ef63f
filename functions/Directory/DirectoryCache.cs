using System.Collections.Concurrent;
using System.Collections.Immutable;
using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>The directories that this process has read lately, each followed to the newest version by what others changed.</summary>
internal sealed class DirectoryCache(LiveTable live, TimeProvider time)
{
    /// <summary>How long a directory that nobody asks for stays.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<int, Known> accounts = new();
    private long nextTidyTicks;

    /// <summary>Changes of an account from this process queue up here instead of colliding in the storage.</summary>
    public StorageTurn TurnOf(int accountId) => KnownOf(accountId).Turn;

    public void Keep(AccountDirectory directory) => KnownOf(directory.AccountId).Directory = directory;

    /// <summary>The directory with its head: one read, and one more where others changed it.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> LoadAsync(
        int accountId,
        CancellationToken cancellationToken
    ) => await LoadAsync(accountId, await HeadAsync(accountId, cancellationToken), cancellationToken);

    /// <summary>The directory of a head that was just read, or a newer one with its own.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> LoadAsync(
        int accountId,
        Row<DirectoryHead>? read,
        CancellationToken cancellationToken
    )
    {
        var head = Existing(accountId, read);
        var known = KnownOf(accountId);

        // Read by another request of this process since the head was.
        if (known.Directory?.Version > head.Value.Version) head = await HeadAsync(accountId, cancellationToken);
        if (known.Directory is { } directory)
        {
            if (directory.Version == head.Value.Version) return (head, directory);
            if (await FollowAsync(directory, head.Value.Version, cancellationToken) is { } followed)
                return (head, known.Directory = followed);
        }
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

    /// <summary>Makes the changes that lead from a directory to a newer version of it, in one read; null where not all are kept.</summary>
    private async Task<AccountDirectory?> FollowAsync(AccountDirectory directory, long version, CancellationToken cancellationToken)
    {
        var at = directory.Version;
        if (version < at || version - at > DirectoryChange.Kept) return null;
        var records = directory.Records.ToBuilder();
        var rows = live.RangeFromAsync(
            directory.AccountId,
            DirectoryChange.Prefix,
            DirectoryChange.RowKey(at),
            (int)(version - at),
            cancellationToken
        );
        await foreach (var entity in rows)
        {
            var change = RowCodec.Read<DirectoryChange>(entity);
            if (change.Key != DirectoryChange.RowKey(++at) || change.Value.Records is null) return null;
            change.Value.ApplyTo(records);
            if (at == version) return new AccountDirectory(directory.AccountId, version, records.ToImmutable());
        }
        return null;
    }

    private async Task<Row<DirectoryHead>> HeadAsync(int accountId, CancellationToken cancellationToken) =>
        Existing(accountId, await live.FindAsync<DirectoryHead>(accountId, DirectoryHead.RowKey, cancellationToken));

    private Row<DirectoryHead> Existing(int accountId, Row<DirectoryHead>? head)
    {
        if (head is { Value.DeletingSince: null }) return head;
        accounts.TryRemove(accountId, out _);
        throw DomainException.NotFound($"Account {accountId}");
    }

    /// <summary>What is known of an account; what nobody asked for lately is dropped on the way.</summary>
    private Known KnownOf(int accountId)
    {
        var now = time.GetUtcNow();
        if (now.UtcTicks >= Interlocked.Read(ref nextTidyTicks))
        {
            Interlocked.Exchange(ref nextTidyTicks, (now + Life).UtcTicks);
            foreach (var (id, old) in accounts)
            {
                if (old.UsedAt < now - Life) accounts.TryRemove(id, out _);
            }
        }
        var known = accounts.GetOrAdd(accountId, _ => new Known());
        known.UsedAt = now;
        return known;
    }

    /// <summary>What this process knows of an account.</summary>
    private sealed class Known
    {
        private long usedAtTicks;

        public StorageTurn Turn { get; } = new();

        public AccountDirectory? Directory { get; set; }

        public DateTimeOffset UsedAt
        {
            get => new(Interlocked.Read(ref usedAtTicks), TimeSpan.Zero);
            set => Interlocked.Exchange(ref usedAtTicks, value.UtcTicks);
        }
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using ContactRouting.Errors;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// The directories that this process has read lately, each followed to the newest version by what others changed. All of
/// them together take a bounded part of the memory; those that were not asked for the longest go first.
/// </summary>
/// <param name="mostBytes">What they may take, as <see cref="AccountDirectory.MemoryBytes"/> counts; 0 for the standard.</param>
internal sealed class DirectoryCache(LiveTable live, TimeProvider time, long mostBytes = 0)
{
    /// <summary>So many accounts are read whole at once: a large one takes several times its size meanwhile.</summary>
    private const int LoadsAtOnce = 8;

    /// <summary>The part of the memory that the directories may take by default: one of so many.</summary>
    private const int PartsOfMemory = 8;

    /// <summary>How long a directory that nobody asks for stays.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly long mostBytes = mostBytes > 0 ? mostBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / PartsOfMemory;
    private readonly ConcurrentDictionary<int, Known> accounts = new();
    private readonly StorageTurn loads = new(LoadsAtOnce);

    // Of what is kept and what it takes.
    private readonly Lock gate = new();
    private long bytes;
    private long nextTidyTicks;

    /// <summary>Changes of an account from this process queue up here instead of colliding in the storage.</summary>
    public StorageTurn TurnOf(int accountId) => KnownOf(accountId).Turn;

    public void Keep(AccountDirectory directory)
    {
        var size = directory.MemoryBytes;
        lock (gate)
        {
            var known = KnownOf(directory.AccountId);
            Replace(known, directory, size);
            known.CheckedAt = known.UsedAt;
            while (bytes > mostBytes && OldestBut(known) is { } oldest) Replace(oldest, null, 0);
        }
    }

    /// <summary>The directory where this process found it the newest a moment ago; else null.</summary>
    public AccountDirectory? FindRecent(int accountId, TimeSpan? mostOld = null) =>
        accounts.TryGetValue(accountId, out var known) && time.GetUtcNow() - known.CheckedAt < (mostOld ?? Moment) ? known.Directory : null;

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
        if (known.Directory is { } current && current.Version == head.Value.Version)
        {
            known.CheckedAt = known.UsedAt;
            return (head, current);
        }

        // Whoever comes meanwhile waits for what is read now instead of reading it as well.
        await known.Reading.WaitAsync(cancellationToken);
        try
        {
            // Read by another request of this process since the head was.
            if (known.Directory?.Version > head.Value.Version) head = await HeadAsync(accountId, cancellationToken);
            if (known.Directory is { } directory)
            {
                if (directory.Version == head.Value.Version) return (head, directory);
                if (await FollowAsync(directory, head.Value.Version, cancellationToken) is { } followed)
                {
                    Keep(followed);
                    return (head, followed);
                }
            }
            return await ReadAsync(head, known.Reading, accountId, cancellationToken);
        }
        finally
        {
            known.Reading.Release();
        }
    }

    /// <summary>Reads a directory whole.</summary>
    /// <param name="reading">Who waits there hears of each row.</param>
    private async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> ReadAsync(
        Row<DirectoryHead> head,
        StorageTurn reading,
        int accountId,
        CancellationToken cancellationToken
    )
    {
        await loads.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var records = ImmutableDictionary.CreateBuilder<string, IDirectoryRecord>(StringComparer.Ordinal);
                await foreach (var row in live.RangeAsync(accountId, LiveKeys.Directory, cancellationToken))
                {
                    records[row.Key] = (IDirectoryRecord)row.Read(RecordKind.Of(row.Key).Type);
                    reading.Answered();
                    loads.Answered();
                }

                // The rows belong to one version only if no change came between the first and the last of them.
                var newest = await HeadAsync(accountId, cancellationToken);
                if (newest.Value.Version == head.Value.Version)
                {
                    var directory = new AccountDirectory(accountId, head.Value.Version, records.ToImmutable());
                    Keep(directory);
                    return (newest, directory);
                }
                head = newest;
            }
        }
        finally
        {
            loads.Release();
        }
    }

    /// <summary>Makes the changes that lead from a directory to a newer version of it, in one read; null where not all are kept.</summary>
    private async Task<AccountDirectory?> FollowAsync(AccountDirectory directory, long version, CancellationToken cancellationToken)
    {
        var at = directory.Version;
        if (version < at || version - at > DirectoryChange.Kept) return null;
        var records = directory.Records.ToBuilder();
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var range = KeyRange.Prefix(LiveKeys.DirectoryChanges).Behind(DirectoryChange.RowKey(at));
        var rows = live.RangeAsync<DirectoryChange>(directory.AccountId, range, cancellationToken, (int)(version - at));
        await foreach (var change in rows)
        {
            if (change.Key != DirectoryChange.RowKey(++at) || change.Value.Records is null) return null;
            changed.UnionWith(change.Value.ApplyTo(records));
            if (at == version) return directory.Changed(version, records.ToImmutable(), changed);
        }
        return null;
    }

    private async Task<Row<DirectoryHead>> HeadAsync(int accountId, CancellationToken cancellationToken) =>
        Existing(accountId, await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, cancellationToken));

    private Row<DirectoryHead> Existing(int accountId, Row<DirectoryHead>? head)
    {
        if (head is { Value.DeletingSince: null }) return head;
        Forget(accountId);
        throw DomainException.NotFound($"Account {accountId}");
    }

    private void Forget(int accountId)
    {
        lock (gate)
        {
            if (accounts.TryRemove(accountId, out var known)) Replace(known, null, 0);
        }
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
                if (old.UsedAt < now - Life) Forget(id);
            }
        }
        var known = accounts.GetOrAdd(accountId, _ => new Known());
        known.UsedAt = now;
        return known;
    }

    private Known? OldestBut(Known some) =>
        accounts.Values.Where(known => known != some && known.Directory is not null).MinBy(known => known.UsedAt);

    private void Replace(Known known, AccountDirectory? directory, long size)
    {
        bytes += size - known.Bytes;
        (known.Directory, known.Bytes) = (directory, size);
    }

    /// <summary>What this process knows of an account.</summary>
    private sealed class Known
    {
        private long usedAtTicks;
        private long checkedAtTicks;

        public StorageTurn Turn { get; } = new();

        /// <summary>One request at a time reads what all of them lack.</summary>
        public StorageTurn Reading { get; } = new();

        public AccountDirectory? Directory { get; set; }

        /// <summary>What the directory takes.</summary>
        public long Bytes { get; set; }

        public DateTimeOffset UsedAt
        {
            get => new(Interlocked.Read(ref usedAtTicks), TimeSpan.Zero);
            set => Interlocked.Exchange(ref usedAtTicks, value.UtcTicks);
        }

        /// <summary>When the head of the newest directory was read last.</summary>
        public DateTimeOffset CheckedAt
        {
            get => new(Interlocked.Read(ref checkedAtTicks), TimeSpan.Zero);
            set => Interlocked.Exchange(ref checkedAtTicks, value.UtcTicks);
        }
    }
}

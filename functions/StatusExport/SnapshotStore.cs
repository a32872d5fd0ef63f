using System.Collections.Immutable;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Status;
using ContactRouting.Storage;

namespace ContactRouting.StatusExport;

/// <summary>
/// The stored snapshots: a pointer row with every variant in it, or, where they are too large for a row, chunks under a
/// generation that the pointer names, each variant written before the next is rendered. The pointer is written last; a
/// generation that it left goes after a minute.
/// </summary>
internal sealed class SnapshotStore(Tables tables) : IAccountCompanion
{
    private const string PointerKey = "current";
    private const string ChunkPrefix = "chunk|";
    private const int ChunkBytes = TableLimits.MaxValueBytes;

    private static readonly TimeSpan GenerationLife = TimeSpan.FromMinutes(1);

    /// <summary>A new account's export answers at once.</summary>
    public Task BeginAsync(Account account, CancellationToken cancellationToken) =>
        SaveAsync(AccountStatus.Empty(account.Id, account.Settings.TimeZone, account.CreatedAt), cancellationToken);

    /// <summary>Stores what is live, unless something at least as new is there.</summary>
    public async Task SaveAsync(AccountStatus status, CancellationToken cancellationToken)
    {
        var (partition, asOf) = (LiveTable.Partition(status.AccountId), status.AsOf);
        var stored = await PointerAsync(partition, cancellationToken);
        if (stored?.Value.AsOf >= asOf) return;

        var samples = LiveMinute.With(stored?.Value.Waiting ?? Pointer.NoSamples, asOf, status.Totals.Waiting);
        var (held, lengths, generation) = (new List<(string Key, byte[] Gzip)>(), new Dictionary<string, int>(), (string?)null);
        foreach (var (variant, body) in SnapshotVariant.RenderAll(status.After(samples)))
        {
            held.Add((variant.Key, body.Gzip));
            lengths.Add(variant.Key, body.Gzip.Length);
            if (lengths.Values.Sum() <= ChunkBytes) continue;
            generation ??= $"{TableKey.Time(asOf)}|{Guid.NewGuid():n}";
            foreach (var (key, gzip) in held) await WriteChunksAsync(partition, ChunksOf(generation, key), gzip, cancellationToken);
            held.Clear();
        }
        var mayLeaveChunks = stored is { Value: { Generation: not null } or { HasOldChunks: true } };
        var pointer = new Pointer
        {
            AsOf = asOf,
            Generation = generation,
            Lengths = lengths,
            Bodies = [.. held.SelectMany(body => body.Gzip)],
            Waiting = samples,
            HasOldChunks = mayLeaveChunks
                && await DeleteOldChunksAsync(partition, asOf, stored!.Value.Generation, cancellationToken),
        };
        var swapped = stored is null
            ? await tables.Snapshots.TryInsertAsync(partition, PointerKey, pointer, cancellationToken)
            : await tables.Snapshots.TryReplaceAsync(partition, PointerKey, pointer, stored.ETag, cancellationToken);
        if (!swapped) await SaveAsync(status, cancellationToken);
    }

    /// <summary>Every variant of the stored snapshot, in one read; the chunks of a large one when asked for. Null: none yet.</summary>
    public async Task<StoredSnapshot?> LoadAsync(int accountId)
    {
        var partition = LiveTable.Partition(accountId);
        if (await PointerAsync(partition, CancellationToken.None) is not { Value: var pointer }) return null;
        return new StoredSnapshot(pointer.AsOf, pointer.Waiting, variant => ReadAsync(partition, pointer, variant));
    }

    /// <summary>A variant as the pointer has it; where its generation has gone since, as it is now.</summary>
    /// <exception cref="DomainException">There is no snapshot any more.</exception>
    private async Task<SnapshotBody> ReadAsync(string partition, Pointer pointer, SnapshotVariant variant)
    {
        while (pointer.Generation is { } generation)
        {
            var body = await ReadChunksAsync(partition, ChunksOf(generation, variant.Key));
            if (body.Length == pointer.Lengths[variant.Key]) return new SnapshotBody(body);
            var now = await PointerAsync(partition, CancellationToken.None);
            if (now is null || now.Value.Generation == generation)
                throw new DomainException(ErrorKind.Unavailable, "The snapshot is not there any more.");
            pointer = now.Value;
        }
        return new SnapshotBody(pointer.Inline(variant));
    }

    public Task RemoveAsync(int accountId, CancellationToken cancellationToken) =>
        tables.Snapshots.DeleteRangeAsync(LiveTable.Partition(accountId), KeyRange.All, cancellationToken);

    private Task<Row<Pointer>?> PointerAsync(string partition, CancellationToken cancellationToken) =>
        tables.Snapshots.FindAsync<Pointer>(partition, PointerKey, cancellationToken);

    private async Task WriteChunksAsync(
        string partition,
        string prefix,
        byte[] body,
        CancellationToken cancellationToken
    )
    {
        var chunks = body.Chunk(ChunkBytes).Select((bytes, index) => (Key: prefix + TableKey.Number(index), bytes));
        var batch = new Batch(partition);
        foreach (var (key, bytes) in chunks)
        {
            if (batch.TryAdd(rows => rows.Upsert(key, new Chunk { Bytes = bytes }))) continue;
            await tables.Snapshots.CommitAsync(batch, cancellationToken);
            batch = new Batch(partition);
            batch.Upsert(key, new Chunk { Bytes = bytes });
        }
        await tables.Snapshots.CommitAsync(batch, cancellationToken);
    }

    private async Task<byte[]> ReadChunksAsync(string partition, string prefix)
    {
        using var body = new MemoryStream();
        await foreach (var chunk in tables.Snapshots.RangeAsync<Chunk>(partition, prefix, CancellationToken.None))
            body.Write(chunk.Value.Bytes);
        return body.ToArray();
    }

    /// <returns>Whether some are too young to go, or still in use.</returns>
    private async Task<bool> DeleteOldChunksAsync(
        string partition,
        DateTimeOffset asOf,
        string? current,
        CancellationToken cancellationToken
    )
    {
        var cutoff = ChunkPrefix + TableKey.Time(asOf - GenerationLife);
        var (old, left) = (new List<string>(), false);
        var range = new KeyRange(ChunkPrefix, ChunkPrefix + TableKey.Time(asOf));
        await foreach (var key in tables.Snapshots.KeysAsync(partition, range, cancellationToken))
        {
            var goes =
                string.CompareOrdinal(key, cutoff) < 0
                && (current is null || !key.StartsWith(ChunkPrefix + current, StringComparison.Ordinal));
            if (goes) old.Add(key);
            else left = true;
        }
        await tables.Snapshots.DeleteRowsAsync(partition, old, cancellationToken);
        return left;
    }

    private static string ChunksOf(string generation, string variant) => $"{ChunkPrefix}{generation}|{variant}|";

    private sealed record Pointer
    {
        public static readonly IReadOnlyDictionary<long, int> NoSamples = ImmutableDictionary<long, int>.Empty;

        public DateTimeOffset AsOf { get; init; }

        /// <summary>The chunks' generation, of one attempt to store them; null where the variants are in this row.</summary>
        public string? Generation { get; init; }

        /// <summary>Of the variants, in bytes.</summary>
        public IReadOnlyDictionary<string, int> Lengths { get; init; } = ImmutableDictionary<string, int>.Empty;

        /// <summary>All variants one behind the other, in the order of <see cref="SnapshotVariant.All"/>.</summary>
        public byte[] Bodies { get; init; } = [];

        /// <summary>How many waited in each minute of the last hour in which a snapshot was made.</summary>
        public IReadOnlyDictionary<long, int> Waiting { get; init; } = NoSamples;

        /// <summary>Chunks of earlier generations may be left.</summary>
        public bool HasOldChunks { get; init; }

        public byte[] Inline(SnapshotVariant variant)
        {
            var start = SnapshotVariant.All.TakeWhile(other => other != variant).Sum(other => Lengths[other.Key]);
            return Bodies[start..(start + Lengths[variant.Key])];
        }
    }

    private sealed record Chunk
    {
        public byte[] Bytes { get; init; } = [];
    }
}

/// <summary>A snapshot as the export serves it.</summary>
internal sealed class StoredSnapshot(
    DateTimeOffset asOf,
    IReadOnlyDictionary<long, int> waiting,
    Func<SnapshotVariant, Task<SnapshotBody>> read
)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<SnapshotVariant, Lazy<Task<SnapshotBody>>> bodies = new();

    /// <summary>The time before the snapshot's first row was read.</summary>
    public DateTimeOffset AsOf { get; } = asOf;

    /// <summary>How many waited in each minute of the last hour in which a snapshot was made.</summary>
    public IReadOnlyDictionary<long, int> Waiting { get; } = waiting;

    public Task<SnapshotBody> BodyAsync(SnapshotVariant variant) =>
        bodies.GetOrAdd(variant, key => new Lazy<Task<SnapshotBody>>(() => read(key))).Value;
}

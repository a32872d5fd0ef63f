using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Audit;

/// <summary>
/// What was changed, by whom, and who signed in. A change's entry is a row of the transaction that makes it, and moves to the
/// log's own table later, under the same key. A partition, an account's or the operator's, begins with its newest entry.
/// </summary>
internal sealed class AuditLog(Tables tables, LiveTable live, KeyRing keyRing, TimeProvider time)
{
    /// <summary>How many rows a minute's logins with names that nobody has can fill.</summary>
    private const int UnknownSlots = 16;

    private readonly byte[] key = keyRing.Derive("audit log")[0].Key;

    // What is to be counted next, by its row; each row's writes have their turn.
    private readonly Dictionary<(string Partition, string RowKey), Tally> tallies = [];
    private readonly StorageTurn[] turns = [.. Enumerable.Range(0, 64).Select(_ => new StorageTurn())];

    /// <summary>Adds an entry to a transaction.</summary>
    public void Add(Batch batch, AuditEntry entry)
    {
        entry = entry with { At = time.GetUtcNow() };
        batch.Upsert($"{LiveKeys.Audit}{NewKey(entry.At)}", entry);
    }

    /// <summary>Moves an account's entries to the log.</summary>
    public async Task MoveAsync(int accountId, IEnumerable<StoredRow> rows, CancellationToken cancellationToken) =>
        await MoveAsync(tables.Live, LiveTable.Partition(accountId), rows, cancellationToken);

    /// <summary>Moves entries that stand in some partition to their account's log; a killed move is made again, to the same keys.</summary>
    public async Task MoveAsync(Table from, string account, IEnumerable<StoredRow> rows, CancellationToken cancellationToken)
    {
        foreach (var some in rows.Chunk(Batch.MaxActions))
        {
            var batch = new Batch(account);
            foreach (var row in some) batch.Upsert(row.Key[LiveKeys.Audit.Length..], row.Read<AuditEntry>().Value);
            await tables.Audit.CommitAsync(batch, cancellationToken);
            await from.DeleteRowsAsync(some[0].PartitionKey, some.Select(row => row.Key), cancellationToken);
        }
    }

    /// <summary>
    /// Counts a login: a row for each result, name and address of a minute. Logins with names that nobody has share rows of
    /// the operator's, so that whoever makes names up fills no more than those.
    /// </summary>
    /// <param name="accountId">Null where nobody has the name.</param>
    /// <param name="actor">Whom it let in; somebody unknown where it failed.</param>
    /// <param name="username">The name or client id.</param>
    public Task CountLoginAsync(
        int? accountId,
        AuditActor actor,
        string? username,
        CancellationToken cancellationToken,
        string action = "login"
    )
    {
        var result = actor.Kind == ActorKind.Anonymous ? LoginResult.Failed : LoginResult.Succeeded;
        var kind = $"{action}|{actor.Kind}|{result}|{username}|{actor.Address}";
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(kind));
        var slot = accountId is null
            ? (hash[0] % UnknownSlots).ToString("x2", CultureInfo.InvariantCulture)
            : Convert.ToHexStringLower(hash, 0, 16);
        var partition = accountId is { } id ? LiveTable.Partition(id) : Tables.OperatorPartition;
        var now = time.GetUtcNow();
        var minute = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var login = new AuditEntry
        {
            At = minute,
            Action = action,
            Actor = actor,
            Username = accountId is null ? null : username,
            Result = result,
        };
        return TallyAsync(partition, $"{TableKey.NewestFirst(minute)}|{action}|{slot}", login, cancellationToken);
    }

    /// <summary>One write at a time, with all logins of this process that came while the one before was under way.</summary>
    private async Task TallyAsync(string partition, string rowKey, AuditEntry entry, CancellationToken cancellationToken)
    {
        var place = (partition, rowKey);
        Tally? tally;
        lock (tallies)
        {
            if (!tallies.TryGetValue(place, out tally)) tallies[place] = tally = new Tally();
            tally.Count++;
        }
        var turn = turns[(uint)place.GetHashCode() % turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (tally.IsWritten) return;
            lock (tallies)
            {
                // Nobody joins any more.
                if (tallies.GetValueOrDefault(place) == tally) tallies.Remove(place);
            }
            await AddAsync(partition, rowKey, entry, tally.Count, cancellationToken);
            tally.IsWritten = true;
        }
        finally
        {
            turn.Release();
        }
    }

    private Task<bool> AddAsync(string partition, string rowKey, AuditEntry entry, int count, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            if (await tables.Audit.TryInsertAsync(partition, rowKey, entry with { Count = count }, cancellationToken)) return true;
            var row = await tables.Audit.FindAsync<AuditEntry>(partition, rowKey, cancellationToken) ?? throw new ConflictException();
            var counted = entry with { Count = row.Value.Count + count };
            return await tables.Audit.TryReplaceAsync(partition, rowKey, counted, row.ETag, cancellationToken)
                ? true
                : throw new ConflictException();
        }, time, cancellationToken);

    /// <summary>Writes down a call of the operator before it is made.</summary>
    /// <returns>Under which key, for <see cref="EndCallAsync"/>.</returns>
    public async Task<(string Key, AuditEntry Entry)> BeginCallAsync(string method, string path, CancellationToken cancellationToken)
    {
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Action = "operator.called",
            Method = method,
            Path = path,
        };
        var rowKey = NewKey(entry.At);
        await WriteCallAsync(rowKey, entry, cancellationToken);
        return (rowKey, entry);
    }

    /// <summary>Adds what came of it.</summary>
    public Task EndCallAsync((string Key, AuditEntry Entry) call, int status, string? location) =>
        WriteCallAsync(call.Key, call.Entry with { Status = status, Location = location }, CancellationToken.None);

    private Task WriteCallAsync(string rowKey, AuditEntry entry, CancellationToken cancellationToken) =>
        tables.Audit.UpsertAsync(Tables.OperatorPartition, rowKey, entry, cancellationToken);

    /// <summary>An account's entries, newest first. What was not moved yet is moved now.</summary>
    public async Task<(IReadOnlyList<Row<AuditEntry>> Items, string? Next)> ListAsync(
        int accountId,
        AuditPage page,
        CancellationToken cancellationToken
    )
    {
        var pending = await live.RangeAsync(accountId, LiveKeys.Audit, cancellationToken).ToListAsync(cancellationToken);
        await MoveAsync(accountId, pending, cancellationToken);
        return await ListAsync(LiveTable.Partition(accountId), page, cancellationToken);
    }

    /// <summary>A partition's entries, newest first, and the key behind which the next page starts; null on the last.</summary>
    public async Task<(IReadOnlyList<Row<AuditEntry>> Items, string? Next)> ListAsync(
        string partition,
        AuditPage page,
        CancellationToken cancellationToken
    )
    {
        var range = new KeyRange(page.FirstKey, page.EndKey);
        var items = await tables.Audit.RangeAsync<AuditEntry>(partition, range, cancellationToken, page.Limit + 1)
            .Take(page.Limit + 1).ToListAsync(cancellationToken);
        return items.Count > page.Limit ? (items[..page.Limit], items[page.Limit - 1].Key) : (items, null);
    }

    private static string NewKey(DateTimeOffset at) => $"{TableKey.NewestFirst(at)}|{Guid.NewGuid():n}";

    /// <summary>Logins that one write counts.</summary>
    private sealed class Tally
    {
        public int Count { get; set; }

        public bool IsWritten { get; set; }
    }
}

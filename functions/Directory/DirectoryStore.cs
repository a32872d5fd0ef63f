using System.Collections.Concurrent;
using System.Collections.Immutable;
using Azure;
using ContactRouting.Accounts;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Webhooks;

namespace ContactRouting.Directory;

/// <summary>The head of an account's directory: every change of the directory passes through this row's ETag.</summary>
internal sealed record DirectoryHead
{
    public const string RowKey = "head";

    public const int FirstId = 1001;

    /// <summary>
    /// Counts up from the account's creation time in milliseconds, so that an account that is created anew under an old
    /// id never repeats a version that some instance remembers.
    /// </summary>
    public long Version { get; init; }

    public int NextId { get; init; } = FirstId;

    /// <summary>Since when the account is being removed; null while it is not.</summary>
    public DateTimeOffset? DeletingSince { get; init; }
}

/// <summary>
/// Reads and changes the accounts' directories. A read costs one operation, since the directory is kept by its version;
/// a change is decided on one version and commits only if that is still the newest.
/// </summary>
internal sealed class DirectoryStore(
    LiveTable live,
    DirectoryClaims claims,
    Credentials credentials,
    DeliveryQueue deliveries,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<int, AccountDirectory> cache = new();

    // Changes of an account from this process queue up here instead of colliding in the storage.
    private readonly ConcurrentDictionary<int, StorageTurn> turns = new();

    /// <summary>The directory as it is now, in one read, plus a range read where it changed.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<AccountDirectory> GetAsync(int accountId, CancellationToken cancellationToken) =>
        (await LoadAsync(accountId, await HeadAsync(accountId, cancellationToken), cancellationToken)).Directory;

    /// <summary>The directory of a head that was just read.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<AccountDirectory> GetAsync(int accountId, Row<DirectoryHead>? head, CancellationToken cancellationToken) =>
        (await LoadAsync(accountId, Existing(accountId, head), cancellationToken)).Directory;

    /// <summary>Decides a change on the newest directory and commits it in one transaction.</summary>
    /// <param name="change">May run several times; reads and edits, nothing else. Without an edit nothing is written.</param>
    public async Task<T> ChangeAsync<T>(int accountId, Func<DirectoryEdit, T> change, CancellationToken cancellationToken)
    {
        var takenElsewhere = new HashSet<string>(StringComparer.Ordinal);
        var turn = turns.GetOrAdd(accountId, _ => new StorageTurn());
        await turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await Conflict.RetryAsync(
                        () => AttemptAsync(accountId, change, takenElsewhere, cancellationToken),
                        time,
                        cancellationToken
                    );
                }
                catch (ValueTakenException taken)
                {
                    // What was made up can be made up anew; what was given comes a second time.
                    if (!takenElsewhere.Add(taken.Value.ToString())) throw taken.Value.Taken();
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<T> AttemptAsync<T>(
        int accountId,
        Func<DirectoryEdit, T> change,
        HashSet<string> takenElsewhere,
        CancellationToken cancellationToken
    )
    {
        var (head, directory) = await LoadAsync(accountId, await HeadAsync(accountId, cancellationToken), cancellationToken);
        var edit = new DirectoryEdit(directory, head.Value.NextId, takenElsewhere);
        var result = change(edit);
        if (edit.Changes.Count == 0) return result;

        var released = await claims.TakeAsync(edit, cancellationToken);
        var batch = new Batch(LiveTable.Partition(accountId));
        batch.Replace(DirectoryHead.RowKey, head.Value with { Version = edit.Directory.Version, NextId = edit.NextId }, head.ETag);
        foreach (var (key, record) in edit.Changes)
        {
            if (record is not null) batch.Upsert(key, record);
            else if (directory.Records.ContainsKey(key)) batch.Delete(key, ETag.All);
        }
        DeliveryState.Follow(batch, directory, edit);
        var happened = await FollowAgentsAsync(batch, edit, cancellationToken);
        Outbox.Add(batch, happened);
        await live.CommitAsync(accountId, batch, happened, cancellationToken);
        deliveries.Announce(accountId, happened);
        cache[accountId] = edit.Directory;
        await claims.ReleaseAsync(released, cancellationToken);
        foreach (
            var removed in edit
                .Changes.Where(change => change.Value is null)
                .Select(change => directory.Records.GetValueOrDefault(change.Key))
                .OfType<Agent>()
        )
            await credentials.RemoveAsync(new Principal(accountId, removed.Id), cancellationToken);
        return result;
    }

    /// <summary>The agents' live rows change with the agents and their subscriptions, in the same transaction.</summary>
    /// <returns>The change of presence that goes with it, or null.</returns>
    private async Task<PresenceEvent?> FollowAgentsAsync(Batch batch, DirectoryEdit edit, CancellationToken cancellationToken)
    {
        var touched = edit.Changes.Select(change => change.Value ?? edit.Before.Records.GetValueOrDefault(change.Key))
            .Select(record =>
                record switch
                {
                    Agent agent => agent.Id,
                    Subscription subscription => subscription.AgentId,
                    _ => (int?)null,
                }
            )
            .OfType<int>()
            .Distinct();
        PresenceEvent? happened = null;
        foreach (var id in touched)
        {
            var state = await live.FindAsync<AgentState>(edit.Before.AccountId, AgentState.RowKey(id), cancellationToken);
            if (edit.Directory.Agent(id) is not { } agent)
            {
                if (state?.Value.Load.Count > 0) throw new DomainException(ErrorKind.Conflict, $"agent {id} has contacts.");
                if (state is not null) ServingIndex.Change(batch, state, null);
                continue;
            }
            var after = (state?.Value ?? new AgentState()).Follow(edit.Directory, agent);
            if (edit.Presence is var (agentId, change) && agentId == id)
                (_, after, happened) = PresenceChanges.Decide(after, change, time.GetUtcNow());
            ServingIndex.Change(batch, state, after);
        }
        return happened;
    }

    private async Task<(Row<DirectoryHead> Head, AccountDirectory Directory)> LoadAsync(
        int accountId,
        Row<DirectoryHead> head,
        CancellationToken cancellationToken
    )
    {
        if (cache.TryGetValue(accountId, out var cached) && cached.Version == head.Value.Version) return (head, cached);
        while (true)
        {
            var records = ImmutableDictionary.CreateBuilder<string, IDirectoryRecord>(StringComparer.Ordinal);
            await foreach (var entity in live.RangeAsync(accountId, DirectoryKeys.All, cancellationToken))
                records[entity.RowKey] = (IDirectoryRecord)RowCodec.Read(DirectoryKeys.TypeOf(entity.RowKey), entity);

            // The rows belong to one version only if no change came between the first and the last of them.
            var newest = await HeadAsync(accountId, cancellationToken);
            if (newest.Value.Version == head.Value.Version)
                return (newest, cache[accountId] = new AccountDirectory(accountId, head.Value.Version, records.ToImmutable()));
            head = newest;
        }
    }

    private async Task<Row<DirectoryHead>> HeadAsync(int accountId, CancellationToken cancellationToken) =>
        Existing(accountId, await live.FindAsync<DirectoryHead>(accountId, DirectoryHead.RowKey, cancellationToken));

    private Row<DirectoryHead> Existing(int accountId, Row<DirectoryHead>? head)
    {
        if (head is { Value.DeletingSince: null }) return head;
        cache.TryRemove(accountId, out _);
        throw DomainException.NotFound($"Account {accountId}");
    }
}

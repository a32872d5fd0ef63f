using Azure;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// Reads and changes the accounts' directories. A read costs one operation, since the directory is kept by its version,
/// and one more for what others changed; a change is decided on one version and commits only if that is still the newest.
/// </summary>
internal sealed class DirectoryStore(
    LiveTable live,
    DirectoryClaims claims,
    Lazy<IEnumerable<IDirectoryCompanion>> companions,
    IOptions<DirectoryLimits> limits,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>With how many steps the search for those that fit a transaction begins.</summary>
    private const int FirstTry = 32;

    // So many agents' live rows are read at the same time.
    private const int Parallelism = 32;

    // The change's own row, that of the audit log, and that of the operation.
    private const int RowsOfCommit = 3;

    private readonly DirectoryCache cache = new(live, time);

    /// <summary>The directory as it is now, in one read, or two where it changed.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async Task<AccountDirectory> GetAsync(int accountId, CancellationToken cancellationToken) =>
        (await cache.LoadAsync(accountId, cancellationToken)).Directory;

    /// <summary>The directory as this process found it a moment ago, by default within a second; else as it is now.</summary>
    /// <exception cref="DomainException">There is no such account (any more).</exception>
    public async ValueTask<AccountDirectory> GetRecentAsync(
        int accountId,
        CancellationToken cancellationToken,
        TimeSpan? mostOld = null
    ) => cache.FindRecent(accountId, mostOld) ?? await GetAsync(accountId, cancellationToken);

    /// <summary>The directory of a head that was just read, or a newer one.</summary>
    public async Task<AccountDirectory> GetAsync(int accountId, Row<DirectoryHead>? head, CancellationToken cancellationToken) =>
        (await cache.LoadAsync(accountId, head, cancellationToken)).Directory;

    /// <summary>The directory as it is now; null where there is no such account (any more).</summary>
    /// <param name="head">The account's, that was just read; null to read it.</param>
    public async Task<AccountDirectory?> FindAsync(int accountId, Row<DirectoryHead>? head, CancellationToken cancellationToken)
    {
        try
        {
            return head is null ? await GetAsync(accountId, cancellationToken) : await GetAsync(accountId, head, cancellationToken);
        }
        catch (DomainException error) when (error.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Decides a change on the newest directory and commits it in one transaction.</summary>
    /// <param name="change">May run several times; reads and edits, nothing else. Without an edit nothing is written.</param>
    public Task<T> ChangeAsync<T>(int accountId, Func<DirectoryEdit, T> change, CancellationToken cancellationToken) =>
        InTurnAsync(
            accountId,
            takenElsewhere =>
                Conflict.RetryAsync(() => AttemptAsync(accountId, change, takenElsewhere, cancellationToken), time, cancellationToken),
            cancellationToken
        );

    public Task ChangeAsync(int accountId, Action<DirectoryEdit> change, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, edit =>
        {
            change(edit);
            return true;
        }, cancellationToken);

    /// <summary>
    /// Makes a change that may take several transactions, each of them with as many steps as fit. What can be refused is
    /// refused before the first one.
    /// </summary>
    /// <param name="plan">
    /// The steps, every beginning of which leaves a valid directory. It runs anew where somebody else changed the directory
    /// since, and is told how many steps of its last plan were made until then.
    /// </param>
    /// <exception cref="DomainException">Refused; after the first transaction it says how many steps are made.</exception>
    public async Task ChangeInStepsAsync(
        int accountId,
        Func<DirectoryEdit, int, IReadOnlyList<DirectoryStep>> plan,
        CancellationToken cancellationToken
    )
    {
        var change = new StepwiseChange(plan);
        try
        {
            await InTurnAsync(accountId, async takenElsewhere =>
            {
                Task<bool> StepAsync() => this.StepAsync(accountId, change, takenElsewhere, cancellationToken);
                while (await Conflict.RetryAsync(StepAsync, time, cancellationToken)) continue;
                return true;
            }, cancellationToken);
        }
        catch (Exception error) when (change.Made > 0 && error is DomainException or ConflictException)
        {
            throw change.Stopped(error);
        }
    }

    /// <summary>Finds what stands against a change in steps, without making it.</summary>
    /// <exception cref="DomainException">It would be refused.</exception>
    public Task CheckStepsAsync(
        int accountId,
        Func<DirectoryEdit, IReadOnlyList<DirectoryStep>> plan,
        CancellationToken cancellationToken
    ) =>
        InTurnAsync(accountId, async takenElsewhere =>
        {
            var (head, directory) = await cache.LoadAsync(accountId, cancellationToken);
            var edit = new DirectoryEdit(directory, head.Value.NextId, takenElsewhere);
            await RefuseAsync(edit.With(plan(edit)), cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Changes of an account from this process queue up here instead of colliding in the storage.</summary>
    /// <param name="change">Is told what is known to be other accounts'.</param>
    private async Task<T> InTurnAsync<T>(int accountId, Func<IReadOnlySet<string>, Task<T>> change, CancellationToken cancellationToken)
    {
        var takenElsewhere = new HashSet<string>(StringComparer.Ordinal);
        var turn = cache.TurnOf(accountId);
        await turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await change(takenElsewhere);
                }
                catch (ValueTakenException taken)
                {
                    // What was made up can be made up anew; what was given comes a second time.
                    if (taken.Values.FirstOrDefault(value => takenElsewhere.Contains(value.ToString())) is { } given) throw given.Taken();
                    takenElsewhere.UnionWith(taken.Values.Select(value => value.ToString()));
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
        IReadOnlySet<string> takenElsewhere,
        CancellationToken cancellationToken
    )
    {
        var (head, directory) = await cache.LoadAsync(accountId, cancellationToken);
        var edit = new DirectoryEdit(directory, head.Value.NextId, takenElsewhere);
        var result = change(edit);
        if (edit.Changes.Count == 0) return result;
        limits.Value.Refuse(directory.Size, edit.Directory.Size);
        await claims.TakeAsync(accountId, DirectoryClaims.AddedBy(edit), cancellationToken);
        var transaction = await FillAsync(head, edit, [], cancellationToken)
            ?? throw new InvalidOperationException($"A change of {edit.Changes.Count} records does not fit a transaction.");
        await CommitAsync(transaction, [], cancellationToken);
        return result;
    }

    /// <summary>Makes as many of the steps that are left as fit one transaction.</summary>
    /// <returns>Whether there are more.</returns>
    private async Task<bool> StepAsync(
        int accountId,
        StepwiseChange change,
        IReadOnlySet<string> takenElsewhere,
        CancellationToken cancellationToken
    )
    {
        var (head, directory) = await cache.LoadAsync(accountId, cancellationToken);
        var edit = new DirectoryEdit(directory, Math.Max(head.Value.NextId, change.NextId), takenElsewhere);
        if (change.Version != directory.Version)
        {
            var steps = change.Plan(edit, change.Made);
            var whole = edit.With(steps);
            await RefuseAsync(whole, cancellationToken);
            await claims.TakeAsync(accountId, DirectoryClaims.AddedBy(whole), cancellationToken);
            change.Begin(steps, directory.Version, edit.NextId, DirectoryClaims.NeededBy(whole));
        }
        if (change.Left.Count == 0) return false;
        try
        {
            var (count, transaction) = await FitAsync(head, edit, change, cancellationToken);
            await claims.TakeAsync(accountId, DirectoryClaims.AddedBy(transaction.Edit).Except(change.Values), cancellationToken);
            await CommitAsync(transaction, change.Values, cancellationToken);
            change.Advance(count, transaction);
        }
        catch (ConflictException)
        {
            change.Agents.Clear();
            throw;
        }
        return change.Left.Count > 0;
    }

    /// <summary>The longest beginning of the steps that are left that fits one transaction, found by filling it.</summary>
    private async Task<(int Count, DirectoryTransaction Transaction)> FitAsync(
        Row<DirectoryHead> head,
        DirectoryEdit edit,
        StepwiseChange change,
        CancellationToken cancellationToken
    )
    {
        var (fits, tooMany, transaction) = (0, change.Left.Count + 1, (DirectoryTransaction?)null);
        for (var count = Math.Min(FirstTry, change.Left.Count); fits + 1 < tooMany;)
        {
            if (await FillAsync(head, edit.With(change.Left.Take(count)), change.Agents, cancellationToken) is { } filled)
                (fits, transaction) = (count, filled);
            else tooMany = count;
            count = tooMany > change.Left.Count ? Math.Min(2 * count, change.Left.Count) : (fits + tooMany) / 2;
        }
        return transaction is null
            ? throw new InvalidOperationException($"The change of {change.Left[0].Record.RowKey} does not fit a transaction.")
            : (fits, transaction);
    }

    /// <summary>Fills a transaction with everything that a change of the directory takes; null where it does not hold that.</summary>
    /// <param name="agents">Live rows that were read; those that are missing are added.</param>
    private async Task<DirectoryTransaction?> FillAsync(
        Row<DirectoryHead> head,
        DirectoryEdit edit,
        Dictionary<int, Row<AgentState>?> agents,
        CancellationToken cancellationToken
    )
    {
        var touched = edit.Changes.Select(change => change.Value ?? edit.Before.Records.GetValueOrDefault(change.Key))
            .Concat(edit.Changes.Select(change => edit.Before.Records.GetValueOrDefault(change.Key) as Callback))
            .Select(record =>
                record switch
                {
                    Agent agent => agent.Id,
                    Callback callback => callback.AgentId,
                    _ => (int?)null,
                }
            )
            .OfType<int>()
            .Distinct()
            .ToList();
        var missing = touched.Where(id => !agents.ContainsKey(id));
        foreach (var (id, state) in await AgentsAsync(edit.Before.AccountId, missing, cancellationToken)) agents[id] = state;

        var batch = new Batch(LiveTable.Partition(edit.Before.AccountId));
        var events = new List<Event>();
        IReadOnlySet<string> told = new HashSet<string>();

        // An agent's events begin above all of one that had its id before.
        var now = time.GetUtcNow();
        var first = now.ToUnixTimeMilliseconds();
        var fits = batch.TryAdd(rows =>
        {
            FillDirectory(rows, head, edit);
            foreach (var companion in companions.Value) companion.Fill(rows, edit, now);
            events = [.. DirectoryEvents.Of(edit, now)];
            var callbacks = new List<Receiver>();
            foreach (var id in touched) FollowAgent(rows, edit, id, agents[id], first, events, callbacks);
            told = Outbox.Add(rows, edit.Directory, events, callbacks, now);
        }, RowsOfCommit);
        return fits ? new DirectoryTransaction(edit, batch, events, told, touched, now) : null;
    }

    private static void FillDirectory(Batch batch, Row<DirectoryHead> head, DirectoryEdit edit)
    {
        var version = edit.Directory.Version;
        var oldest = head.Value.OldestChange > 0 ? head.Value.OldestChange : version;
        for (; version - oldest >= DirectoryChange.Kept; oldest++) batch.Delete(DirectoryChange.RowKey(oldest), ETag.All);
        batch.Replace(
            LiveKeys.Head,
            head.Value with
            {
                Version = version,
                NextId = edit.NextId,
                OldestChange = oldest,
            },
            head.ETag
        );
        foreach (var (key, record) in edit.Changes)
        {
            if (record is not null) batch.Upsert(key, record);
            else if (edit.Before.Records.ContainsKey(key)) batch.Delete(key, ETag.All);
        }
    }

    /// <summary>An agent's live row changes with the agent and its subscriptions, in the same transaction.</summary>
    /// <param name="events">The change of presence that goes with it comes to them.</param>
    private void FollowAgent(
        Batch batch,
        DirectoryEdit edit,
        int id,
        Row<AgentState>? state,
        long firstSequence,
        List<Event> events,
        List<Receiver> callbacks
    )
    {
        if (edit.Directory.Agent(id) is not { } agent)
        {
            if (state?.Value.Load.Count > 0) throw HasContacts([edit.Before.Agent(id)!.Name]);
            if (state is not null) ServingIndex.Change(batch, state, null);
            return;
        }
        var followed = (state?.Value ?? new AgentState { Sequence = firstSequence }).Follow(edit.Directory, agent);
        var (after, happened) = (followed, (PresenceStep?)null);
        if (edit.Presence is var (agentId, change) && agentId == id)
            (_, after, happened) = PresenceChanges.Decide(followed, change, time.GetUtcNow());
        ServingIndex.Change(batch, state, after);
        if (happened is null) return;
        events.Add(AgentFacts.Event(happened, followed, after));
        callbacks.AddRange(AgentFacts.CallbacksFor(followed, after));
    }

    /// <summary>Finds what stands against a change before any of it is made.</summary>
    private async Task RefuseAsync(DirectoryEdit edit, CancellationToken cancellationToken)
    {
        limits.Value.Refuse(edit.Before.Size, edit.Directory.Size);
        var accountId = edit.Before.AccountId;
        var taken = await claims.FindTakenAsync(accountId, DirectoryClaims.AddedBy(edit), cancellationToken);
        if (taken.Count > 0) throw new ValueTakenException(taken);
        var removed = edit.RemovedAgents.ToList();
        var states = await AgentsAsync(accountId, removed.Select(agent => agent.Id), cancellationToken);
        var busy = removed.Where(agent => states[agent.Id]?.Value.Load.Count > 0).Select(agent => agent.Name).ToList();
        if (busy.Count > 0) throw HasContacts(busy);
    }

    private static DomainException HasContacts(List<string> names) =>
        new(
            ErrorKind.Conflict,
            $"{string.Join(", ", names.Take(10))}{(names.Count > 10 ? " and more" : "")} cannot be removed while they have contacts."
        );

    private async Task<IReadOnlyDictionary<int, Row<AgentState>?>> AgentsAsync(
        int accountId,
        IEnumerable<int> ids,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<int, Row<AgentState>?>();
        foreach (var some in ids.Chunk(Parallelism))
        {
            var rows = await Task.WhenAll(
                some.Select(id => live.FindAsync<AgentState>(accountId, AgentState.RowKey(id), cancellationToken))
            );
            foreach (var (id, row) in some.Zip(rows)) found[id] = row;
        }
        return found;
    }

    /// <param name="kept">What later transactions of the same change need.</param>
    private async Task CommitAsync(
        DirectoryTransaction transaction,
        IEnumerable<UniqueValue> kept,
        CancellationToken cancellationToken
    )
    {
        var (edit, batch) = (transaction.Edit, transaction.Batch);
        var accountId = edit.Before.AccountId;
        var givenUp = await claims.FindGivenUpAsync(edit, kept, cancellationToken);
        batch.Insert(DirectoryChange.RowKey(edit.Directory.Version), DirectoryChange.Of(edit));
        audit.Add(batch, DirectoryAudit.Of(edit));
        await live.CommitAsync(accountId, batch, EventData.Row(transaction.Events), cancellationToken);
        cache.Keep(edit.Directory);
        try
        {
            await claims.ReleaseAsync(givenUp, cancellationToken);
        }
        finally
        {
            foreach (var companion in companions.Value)
                await AfterCommit.AsFarAsItGoesAsync(() => companion.FollowAsync(transaction, cancellationToken));
        }
    }
}

using System.Collections.Concurrent;
using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Status;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Telemetry;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Sweep;

/// <summary>
/// Visits all accounts that are due: resumes deliveries that were left, moves contacts whose time has come, and aggregates
/// what is live into the status snapshot. It may run twice at once, on different instances.
/// </summary>
internal sealed partial class AccountVisits(
    DueMarks dueMarks,
    LiveTable live,
    DirectoryStore directories,
    FiguresStore figures,
    StatusBuilder builder,
    SnapshotStore snapshots,
    AccountRemoval removal,
    DeliveryService deliveries,
    ContactSweep contacts,
    Credentials credentials,
    LimitedTokens tokens,
    OriginIndex origins,
    AuditLog audit,
    EventHistory history,
    QueueWatch queues,
    Retention retention,
    Ticks ticks,
    TimeProvider time,
    ILogger<AccountVisits> logger
)
{
    /// <summary>How many accounts are visited at once.</summary>
    private const int Parallelism = 8;

    /// <summary>How long a visit counts among them: one that takes longer goes on beside the others.</summary>
    private static readonly TimeSpan Share = TimeSpan.FromSeconds(1);

    /// <summary>How long a visit may take; what it did not come to, the next one does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How many contacts that were kept long enough go in one tick.</summary>
    private const int MaxForgotten = 1000;

    private readonly ConcurrentDictionary<int, bool> underWay = new();

    /// <summary>What a tick does. An account whose visit takes long does not hold up the next tick, which leaves it alone.</summary>
    /// <param name="period">How long the tick waits for the slow ones.</param>
    public async Task TickAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        await ticks.RecordAsync(time.GetUtcNow(), cancellationToken);
        var marks = await dueMarks.ListAsync(cancellationToken);
        var left = new ConcurrentQueue<Leftovers>();
        var visits = VisitAllAsync([.. marks.Where(mark => !underWay.ContainsKey(mark.Value.AccountId))], left, cancellationToken);
        await Task.WhenAny(visits, Task.Delay(period, time, cancellationToken));
        await CleanAsync(left, cancellationToken);
    }

    /// <summary>Does what a tick does, and waits until all of it is done.</summary>
    /// <returns>How many accounts were visited.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await ticks.RecordAsync(time.GetUtcNow(), cancellationToken);
        var marks = await dueMarks.ListAsync(cancellationToken);
        var left = new ConcurrentQueue<Leftovers>();
        await VisitAllAsync(marks, left, cancellationToken);
        await CleanAsync(left, cancellationToken);
        return marks.Count;
    }

    /// <summary>Does for one account what a tick would do.</summary>
    public async Task StandInAsync(int accountId, CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<Leftovers>();
        await VisitAsync(accountId, time.GetUtcNow(), left, cancellationToken);
        await CleanAsync(left, cancellationToken);
    }

    private async Task VisitAllAsync(
        IReadOnlyList<Row<DueMark>> marks,
        ConcurrentQueue<Leftovers> left,
        CancellationToken cancellationToken
    )
    {
        var visits = new ConcurrentBag<Task>();
        await Parallel.ForEachAsync(
            marks,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (mark, token) =>
            {
                var visit = VisitAsync(mark, left, token);
                visits.Add(visit);
                await Task.WhenAny(visit, Task.Delay(Share, time, token));
            }
        );
        await Task.WhenAll(visits);
    }

    private async Task VisitAsync(Row<DueMark> mark, ConcurrentQueue<Leftovers> left, CancellationToken cancellationToken)
    {
        underWay[mark.Value.AccountId] = true;
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var start = time.GetUtcNow();
            var due = await VisitAsync(mark.Value.AccountId, start, left, either.Token);
            if (!due && mark.Value.ValidUntil < start) await dueMarks.RemoveAsync(mark, either.Token);
        }
#pragma warning disable CA1031 // One account's failure keeps its mark and does not hold up the others.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailure(error, mark.Value.AccountId);
        }
        finally
        {
            underWay.TryRemove(mark.Value.AccountId, out _);
        }
    }

    /// <summary>Visits an account: what is urgent first, then its snapshot; what is to be cleaned up is left for later.</summary>
    /// <returns>Whether the account has to be visited again, also if nothing else happens.</returns>
    private async Task<bool> VisitAsync(
        int accountId,
        DateTimeOffset asOf,
        ConcurrentQueue<Leftovers> left,
        CancellationToken cancellationToken
    )
    {
        var head = await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, cancellationToken);
        if (head is null) return false;
        if (head.Value.DeletingSince is { } since)
        {
            if (asOf - since < AccountRemoval.Patience) return true;
            await removal.FinishAsync(accountId, cancellationToken);
            return false;
        }
        var rows = await LiveRows.SweepAsync(live, accountId, asOf, cancellationToken);

        // Removed since its head was read: a later visit finishes that.
        if (await directories.FindAsync(accountId, head, cancellationToken) is not { } directory) return true;
        deliveries.Resume(directory, rows.Outbox);
        await contacts.SweepAsync(directory, rows, cancellationToken);
        await AfterCommit.AsFarAsItGoesAsync(() => figures.SumAsync(directory, rows.Endings, cancellationToken));
        var status = await builder.BuildAsync(directory, rows, asOf, cancellationToken);
        await AfterCommit.AsFarAsItGoesAsync(() => queues.LookAsync(directory, rows, cancellationToken));
        Measures.Waiting.Record(status.Totals.Waiting);
        Measures.OutboxDepth.Record(rows.Outbox.Count);
        if (status.Totals.Waiting > 0) Measures.LongestWait.Record(status.Totals.LongestWaitSeconds);
        await snapshots.SaveAsync(status, cancellationToken);
        var timers = rows.Timers.ToLookup(key => Timers.Parse(key).Kind);
        var forgotten = timers[TimerKind.Retention].ToList();
        var followed = timers[TimerKind.Credentials].ToList();
        var moved = timers[TimerKind.Origins].ToList();
        var over = timers[TimerKind.Token].ToList();
        left.Enqueue(new Leftovers(accountId, forgotten, Left(followed), Left(moved), over, rows.AuditEntries, rows.OldOperations));
        return rows.OperationsLeft
            || rows.OldOperations.Count > 0
            || forgotten.Count > 0
            || followed.Count > 0
            || moved.Count > 0
            || over.Count > 0
            || rows.AuditEntries.Count > 0
            || rows.Outbox.Count > 0
            || rows.Endings.Count > 0
            || !status.Rests;

        // What their changes do not follow themselves any more.
        List<string> Left(List<string> keys) => [.. keys.Where(key => asOf - Timers.Parse(key).At >= Credentials.FollowUpAge)];
    }

    /// <summary>What can wait until everybody else was visited, and is bounded.</summary>
    private async Task CleanAsync(ConcurrentQueue<Leftovers> left, CancellationToken cancellationToken)
    {
        for (var room = MaxForgotten; left.TryDequeue(out var account);)
        {
            try
            {
                await contacts.ForgetAsync(account.AccountId, [.. account.Timers.Take(room)], cancellationToken);
                room = Math.Max(0, room - account.Timers.Count);
                await credentials.FollowUpAsync(account.AccountId, account.Credentials, cancellationToken);
                await origins.FollowUpAsync(account.AccountId, account.Origins, cancellationToken);
                await tokens.ForgetAsync(account.AccountId, account.Tokens, cancellationToken);
                await audit.MoveAsync(account.AccountId, account.Entries, cancellationToken);
                await history.MoveAsync(account.AccountId, account.Operations, cancellationToken);
                await retention.CleanAsync(account.AccountId, cancellationToken);
            }
#pragma warning disable CA1031 // It is tried again with the account's next visit.
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailure(error, account.AccountId);
            }
        }
        await retention.CleanAsync(Tables.OperatorPartition, cancellationToken);
    }

    /// <summary>What an account's visit left to be cleaned up.</summary>
    /// <param name="Timers">Of contacts that were kept long enough.</param>
    /// <param name="Credentials">Timers of changes that were left half done.</param>
    /// <param name="Origins">Timers of changes of origins that were left half done.</param>
    /// <param name="Tokens">Timers of tokens that are over.</param>
    /// <param name="Entries">The audit log's that are not in it yet.</param>
    /// <param name="Operations">Whose events are to go into the history.</param>
    private sealed record Leftovers(
        int AccountId,
        IReadOnlyList<string> Timers,
        IReadOnlyList<string> Credentials,
        IReadOnlyList<string> Origins,
        IReadOnlyList<string> Tokens,
        IReadOnlyList<StoredRow> Entries,
        IReadOnlyList<StoredRow> Operations
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "The status snapshot of account {accountId} failed")]
    private partial void LogFailure(Exception error, int accountId);
}

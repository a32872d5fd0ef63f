using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Logging;

namespace ContactRouting.StatusExport;

/// <summary>
/// Visits all accounts that are due: resumes deliveries that were left, moves contacts whose time has come, and aggregates
/// what is live into the status snapshot. It may run twice at once, on different instances.
/// </summary>
internal sealed partial class StatusSnapshots(
    DueMarks dueMarks,
    LiveTable live,
    DirectoryStore directories,
    SnapshotStore snapshots,
    AccountRemoval removal,
    DeliveryService deliveries,
    ContactSweep contacts,
    Retention retention,
    Ticks ticks,
    TimeProvider time,
    ILogger<StatusSnapshots> logger
)
{
    private const int Parallelism = 8;

    /// <returns>How many accounts were visited.</returns>
    public async Task<int> BuildDueAsync(CancellationToken cancellationToken)
    {
        await ticks.RecordAsync(time.GetUtcNow(), cancellationToken);
        var marks = await dueMarks.ListAsync(cancellationToken);
        await Parallel.ForEachAsync(
            marks,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (mark, token) =>
            {
                try
                {
                    var start = time.GetUtcNow();
                    var due = await VisitAsync(mark.Value.AccountId, start, token);
                    if (!due && mark.Value.ValidUntil < start)
                        await dueMarks.RemoveAsync(mark, token);
                }
#pragma warning disable CA1031 // One account's failure keeps its mark and does not hold up the others.
                catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    LogFailure(error, mark.Value.AccountId);
                }
            }
        );
        await retention.CleanAsync(Retention.OperatorPartition, cancellationToken);
        return marks.Count;
    }

    /// <summary>Does for one account what a tick would do.</summary>
    public Task StandInAsync(int accountId, CancellationToken cancellationToken) =>
        VisitAsync(accountId, time.GetUtcNow(), cancellationToken);

    /// <summary>Builds one account's snapshot.</summary>
    /// <returns>Whether the account has to be visited again, also if nothing else happens.</returns>
    private async Task<bool> VisitAsync(int accountId, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var head = await live.FindAsync<DirectoryHead>(accountId, DirectoryHead.RowKey, cancellationToken);
        if (head is null) return false;
        if (head.Value.DeletingSince is { } since)
        {
            if (asOf - since < AccountRemoval.Patience) return true;
            await removal.FinishAsync(accountId, cancellationToken);
            return false;
        }
        var swept = await live.SweepAsync(accountId, cancellationToken);
        var directory = await directories.GetAsync(accountId, head, cancellationToken);
        var outbox = swept.Keys(LiveTable.OutboxPrefix).Select(Outbox.AgentOf).Distinct().ToList();
        foreach (var agentId in outbox) deliveries.Resume(new DeliveryTarget(accountId, agentId));
        await contacts.SweepAsync(directory, swept, cancellationToken);
        await retention.CleanAsync(accountId, cancellationToken);

        var agents = swept.Read<AgentState>(AgentState.Prefix).Select(row => row.Value).ToList();
        var waiting = swept.Read<WaitingEntry>(Line.All).Select(row => (Line.Parse(row.Key), row.Value.EnqueuedAt)).ToList();
        var chats = swept.Read<HandlingEntry>(ContactRows.HandlingPrefix).Where(row => row.Value.State == ContactState.Active)
            .GroupBy(row => row.Value.AgentId).ToDictionary(agent => agent.Key, agent => agent.Count());
        await snapshots.SaveAsync(accountId, StatusReport.Of(directory, agents, waiting, chats, asOf), asOf, cancellationToken);
        return swept.OperationsLeft
            || outbox.Count > 0
            || waiting.Count > 0
            || agents.Any(agent => agent.IsLoggedIn || agent.Load.Count > 0);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The status snapshot of account {accountId} failed")]
    private partial void LogFailure(Exception error, int accountId);
}

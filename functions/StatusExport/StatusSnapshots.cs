using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Logging;

namespace ContactRouting.StatusExport;

/// <summary>Aggregates presence into the snapshots of all accounts that are due, and resumes deliveries that were left.</summary>
internal sealed partial class StatusSnapshots(
    DueMarks dueMarks, LiveTable live, DirectoryStore directories, SnapshotStore snapshots, AccountRemoval removal, DeliveryService deliveries, TimeProvider time, ILogger<StatusSnapshots> logger)
{
    private const int Parallelism = 8;

    public async Task BuildDueAsync(CancellationToken cancellationToken)
    {
        var marks = await dueMarks.ListAsync(cancellationToken);
        await Parallel.ForEachAsync(marks, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (mark, token) =>
        {
            try
            {
                var start = time.GetUtcNow();
                var due = await VisitAsync(mark.Value.AccountId, start, token);
                if (!due && mark.Value.ValidUntil < start) await dueMarks.RemoveAsync(mark, token);
            }
#pragma warning disable CA1031 // One account's failure keeps its mark and does not hold up the others.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailure(error, mark.Value.AccountId);
            }
        });
    }

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
        var (agents, outbox, operationsLeft) = await live.SweepAsync<AgentState>(accountId, AgentState.Prefix, cancellationToken);
        foreach (var agentId in outbox.Select(Outbox.AgentOf).Distinct()) deliveries.Resume(new DeliveryTarget(accountId, agentId));
        var directory = await directories.GetAsync(accountId, head, cancellationToken);
        await snapshots.SaveAsync(accountId, StatusReport.Of(directory, agents, asOf), asOf, cancellationToken);
        return operationsLeft || outbox.Count > 0 || agents.Any(agent => agent.IsLoggedIn);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The status snapshot of account {accountId} failed")]
    private partial void LogFailure(Exception error, int accountId);
}

using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.StatusExport;

internal sealed class StatusSnapshotTimer(StatusSnapshots snapshots)
{
    [Function("StatusSnapshot")]
    public Task Run([TimerTrigger("%StatusSnapshotSchedule%")] TimerInfo timer, CancellationToken cancellationToken) => snapshots.BuildDueAsync(cancellationToken);
}

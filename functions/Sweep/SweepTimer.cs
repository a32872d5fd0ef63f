using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>One timer for everything that the clock moves: a tick bills its minimum, whatever it does.</summary>
internal sealed class SweepTimer(AccountVisits snapshots, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    [Function("StatusSnapshot")]
    public Task Run([TimerTrigger("%StatusSnapshotSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        snapshots.TickAsync(schedule.Value.Period(time.GetUtcNow()), cancellationToken);
}

using ContactRouting.Accounts;
using ContactRouting.Hosting;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace ContactRouting.StatusExport;

/// <summary>One timer for everything that the clock moves: a tick bills its minimum, whatever it does.</summary>
internal sealed class StatusSnapshotTimer(StatusSnapshots snapshots, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    [Function("StatusSnapshot")]
    public Task Run([TimerTrigger("%StatusSnapshotSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        snapshots.TickAsync(schedule.Value.Period(time.GetUtcNow()), cancellationToken);
}

/// <summary>What the timer does, now.</summary>
internal sealed class SweepFunction(OperatorApi api, StatusSnapshots snapshots)
{
    [Function("OperatorSweeps")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/sweeps")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            OperatorScope.Sweeps,
            new() { Post = async _ => Reply.Json(new { accounts = await snapshots.SweepAsync(cancellationToken) }) },
            cancellationToken
        );
}

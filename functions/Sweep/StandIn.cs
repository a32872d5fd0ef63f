using System.Threading.Channels;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>
/// Stands in for the timer while it does not tick: where its instance dies, the Functions host starts it elsewhere only
/// after a minute or more. Until then each request's account is visited after its answer, once a period and instance;
/// visits are fenced, so that it does no harm where the timer ticks after all.
/// </summary>
/// <param name="snapshots">Made late, like the ticks: a process loads nothing for them before a request was answered.</param>
internal sealed partial class StandIn(
    Lazy<AccountVisits> snapshots,
    Lazy<Ticks> ticks,
    IOptions<ScheduleOptions> schedule,
    TimeProvider time,
    ILogger<StandIn> logger
) : BackgroundService, IAfterAnswer
{
    // Those that find it full come again.
    private readonly Channel<int> answered = Channel.CreateBounded<int>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly HashSet<int> visited = [];
    private DateTimeOffset nextLook;
    private bool hasStopped;

    public void Answered(int accountId) => answered.Writer.TryWrite(accountId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var accountId in answered.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                if (hasStopped && visited.Add(accountId)) await snapshots.Value.StandInAsync(accountId, stoppingToken);
            }
#pragma warning disable CA1031 // The next request tries again, and the timer will.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailure(error, accountId);
            }
        }
    }

    /// <summary>Looks whether the timer ticks: one read a period.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < nextLook) return;
        nextLook = now + schedule.Value.Period(now);
        visited.Clear();
        hasStopped = schedule.Value.HasStopped(await ticks.Value.LastAsync(cancellationToken), now);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Standing in for the timer failed for account {accountId}")]
    private partial void LogFailure(Exception error, int accountId);
}

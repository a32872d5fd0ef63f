using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Webhooks;

/// <summary>Runs the deliveries of this process, several agents at a time.</summary>
/// <param name="dispatcher">Made late: a process loads nothing for it before there is something to deliver.</param>
internal sealed partial class DeliveryService(
    DeliveryQueue queue,
    Lazy<WebhookDispatcher> dispatcher,
    TimeProvider time,
    ILogger<DeliveryService> logger
) : BackgroundService
{
    // Most wait for somebody else's server.
    private const int Parallelism = 64;

    // Until when a failed delivery rests: it saves the timer's repeated announcements their reads.
    private readonly ConcurrentDictionary<DeliveryTarget, DateTimeOffset> resting = new();

    /// <summary>Announces an agent whose events were found waiting, unless it is known to rest.</summary>
    public void Resume(DeliveryTarget target)
    {
        if (!resting.TryGetValue(target, out var until) || until <= time.GetUtcNow()) queue.Announce(target);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(
            queue.ReadAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = stoppingToken },
            DeliverAsync
        );

    private async ValueTask DeliverAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (await dispatcher.Value.DeliverAsync(target, cancellationToken) is { } again) resting[target] = again;
            else resting.TryRemove(target, out _);
        }
#pragma warning disable CA1031 // One agent's failure must not end the deliveries of the others; its events stay in the outbox.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailure(error, target.AccountId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivering for account {accountId} failed; the timer tries again")]
    private partial void LogFailure(Exception error, int accountId);
}

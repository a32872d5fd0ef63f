using ContactRouting.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Webhooks;

/// <summary>Runs the deliveries of this process.</summary>
/// <param name="dispatcher">Made late: a process loads nothing for it before there is something to deliver.</param>
internal sealed partial class DeliveryService(
    DeliveryQueue queue,
    Lazy<WebhookDispatcher> dispatcher,
    TimeProvider time,
    ILogger<DeliveryService> logger
) : BackgroundService
{
    private readonly RestingAgents resting = new(time);

    /// <summary>Announces an agent whose events were found waiting, unless it is known to rest.</summary>
    /// <param name="version">The directory's.</param>
    public void Resume(DeliveryTarget target, long version)
    {
        if (!resting.IsResting(target, version)) queue.Announce(target);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            await foreach (var turn in queue.Turns.ReadAllAsync(stoppingToken))
            {
                running.RemoveAll(task => task.IsCompleted);
                running.Add(RunAsync(turn, stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RunAsync(DeliveryTurn turn, CancellationToken cancellationToken)
    {
        var target = turn.Delivery.Target;
        try
        {
            if (turn.Delivery.Url is not { } url)
            {
                foreach (var lane in await LookAsync(target, cancellationToken)) queue.Add(Delivery.Calls(target, lane.Url), lane);
            }
            else if ((turn.Loaded ?? (await LookAsync(target, cancellationToken)).FirstOrDefault(lane => lane.Url == url)) is { } lane)
            {
                if (await dispatcher.Value.RunAsync(lane, cancellationToken)) queue.Announce(target);
                else resting.Rest(target, lane.View.RestsUntil(time.GetUtcNow()), lane.View.Version);
            }
        }
        catch (Exception error) when (StorageUnavailableException.Of(error) is { } unavailable)
        {
            LogUnavailable(target.AccountId, unavailable.Message);
        }
#pragma warning disable CA1031 // One agent's failure must not end the deliveries of the others; its events stay in the outbox.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailure(error, target.AccountId);
        }
        finally
        {
            queue.End(turn.Delivery);
        }
    }

    private async Task<IReadOnlyList<DeliveryLane>> LookAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        var view = await dispatcher.Value.LookAsync(target, cancellationToken);
        resting.Rest(target, view?.RestsUntil(time.GetUtcNow()), view?.Version ?? 0);
        return view?.Due(time.GetUtcNow()) ?? [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivering for account {accountId}: {cause}; the timer tries again")]
    private partial void LogUnavailable(int accountId, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivering for account {accountId} failed; the timer tries again")]
    private partial void LogFailure(Exception error, int accountId);
}

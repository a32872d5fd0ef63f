using ContactRouting.Directory;
using ContactRouting.Presence;
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
    private readonly RestingTargets resting = new(time);

    /// <summary>Announces the subjects whose events were found waiting, except those that rest.</summary>
    /// <param name="outbox">The account's rows.</param>
    public void Resume(AccountDirectory directory, IEnumerable<StoredRow> outbox)
    {
        foreach (var rows in outbox.GroupBy(row => Outbox.SubjectOf(row.Key)))
        {
            var target = new DeliveryTarget(directory.AccountId, rows.Key);
            if (resting.IsResting(target, directory.Version)) continue;
            var now = time.GetUtcNow();
            var view = DeliveryView.Of(target, directory, rows.Select(row => row.Read<OutboxEntry>()), now);
            if (view.Rests(now)) view.PutTo(resting, now);
            else queue.Announce(target, isNews: false);
        }
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
                var outcome = await dispatcher.Value.RunAsync(lane, cancellationToken);
                if (outcome.HasMore) queue.Announce(target, isNews: false);
                else if (outcome.RestsUntil is { } until) resting.Shorten(target, until);

                // Whoever waits for a host that answers need not wait on.
                if (outcome.HasArrived)
                    foreach (var other in resting.TakeAt(lane.Host)) queue.Announce(other, isNews: true);
            }
        }
        catch (Exception error) when (StorageUnavailableException.Of(error) is { } unavailable)
        {
            LogUnavailable(target.AccountId, unavailable.Message);
        }
#pragma warning disable CA1031 // One subject's failure must not end the deliveries of the others; its events stay in the outbox.
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
        var hurried = queue.TakeNews(target);
        var view = await dispatcher.Value.LookAsync(target, cancellationToken);
        var now = time.GetUtcNow();
        if (view is null) resting.End(target);
        else view.PutTo(resting, now);
        return view?.Due(now, hurried) ?? [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivering for account {accountId}: {cause}; the timer tries again")]
    private partial void LogUnavailable(int accountId, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivering for account {accountId} failed; the timer tries again")]
    private partial void LogFailure(Exception error, int accountId);
}

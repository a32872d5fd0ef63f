using System.Diagnostics;
using Azure;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Telemetry;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Webhooks;

/// <summary>
/// Tells subscriptions of an agent's events: each at least once, in order for each URL, however many instances are at it.
/// A failed call is repeated with growing pauses and holds back what comes after it to the same URL; after a day the event is
/// a dead letter and the next one has its turn.
/// </summary>
internal sealed partial class WebhookDispatcher(
    LiveTable live,
    DirectoryStore directories,
    WebhookClient client,
    ICallbackSecrets callbackSecrets,
    DeadLetters deadLetters,
    TimeProvider time,
    ILogger<WebhookDispatcher> logger
)
{
    /// <summary>Longer than a call and the write after it take.</summary>
    public static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(30);

    /// <summary>Then others that wait for the host have their turn.</summary>
    public const int MostCallsInARow = 20;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private DateTimeOffset LeaseEnd => time.GetUtcNow() + LeaseLife;

    /// <summary>Reads what an agent has to deliver, and removes what was delivered.</summary>
    /// <returns>Null where nothing is left.</returns>
    public async Task<DeliveryView?> LookAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        // In this order: what an event is for is known before the event, so who is not found is gone.
        var events = await ReadAsync<PresenceEvent>(target, Outbox.Prefix(target.AgentId), cancellationToken);
        if (events.Count == 0) return null;
        var rows = await ReadAsync<DeliveryState>(target, DeliveryState.Prefix(target.AgentId), cancellationToken);
        if (await FindDirectoryAsync(target.AccountId, cancellationToken) is not { } directory) return null;
        var view = new DeliveryView(target, directory, [.. events.Select(row => row.Value)], rows);
        var done = events.Where(row => view.IsDone(row.Value)).Select(row => row.Key).ToList();
        if (done.Count > 0) await live.DeleteAsync(target.AccountId, done, cancellationToken);
        return done.Count < events.Count ? view : null;
    }

    /// <summary>Calls a URL with what is due, in order, until nothing is left, a call fails, or others have their turn.</summary>
    /// <returns>Whether there is more to look at now.</returns>
    public async Task<bool> RunAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        var view = lane.View;
        if (await TryWriteAsync(lane.With(LeaseEnd), null, cancellationToken) is not { } held) return false;
        for (var calls = 1; held.Next is { } call; calls++)
        {
            var secrets = await callbackSecrets.FindAsync(view.Target.AccountId);

            // Where the storage took long for the lease, the call might not end within it.
            if (held.LeasedUntil < time.GetUtcNow() + WebhookClient.Timeout) return true;
            var (after, report) = await CallAsync(held, call, secrets, cancellationToken);
            var arrived = after.Attempts == 0;
            var goesOn = arrived && calls < MostCallsInARow;
            var done = arrived && view.IsDone(call.Event, aside: after.SubscriptionId) ? call.Event : null;
            var written = await TryWriteAsync(Outcome(held), done, cancellationToken);
            if (written is null && await WithoutGoneAsync(held, cancellationToken) is { } left)
                (written, done) = (await TryWriteAsync(Outcome(left), null, cancellationToken), null);
            if (written is null) return true;
            report?.Invoke();
            if (view.Update(written, call.Event) && done is null)
                await live.DeleteAsync(view.Target.AccountId, [Outbox.RowKey(call.Event)], cancellationToken);
            if (!goesOn) return arrived;
            held = written;

            DeliveryLane Outcome(DeliveryLane lane)
            {
                var outcome = lane.With(LeaseEnd, after);
                return goesOn && outcome.Next is not null ? outcome : outcome.With(null);
            }
        }

        // Events that came while this instance held the lease were left to it.
        return await AreMoreAsync(view, cancellationToken);
    }

    /// <summary>Tells a subscription of an event.</summary>
    /// <returns>Its state then, and what is to be reported once that is written: nobody misses a call of an account that is gone.</returns>
    private async Task<(DeliveryState State, Action? Report)> CallAsync(
        DeliveryLane lane,
        DeliveryCall call,
        IReadOnlyList<string> secrets,
        CancellationToken cancellationToken
    )
    {
        var (accountId, subscription) = (lane.View.Target.AccountId, call.To.Subscription);

        // A subscription that changes its URL takes along what it was not told of; too late for a URL that knows of later events.
        var isLate = lane.IsPast(call.Event);
        var failure = isLate ? "was told of later events" : await SendAsync(call, secrets, cancellationToken);
        var now = time.GetUtcNow();
        if (failure is null)
        {
            Measures.DeliveryLatency.Record((now - call.Event.CommittedAt).TotalSeconds);
            return (lane.Told(call), null);
        }
        if (!isLate && now - call.Event.CommittedAt < Patience)
        {
            var failed = lane.Failed(call, now, PauseAfter);
            return (failed, () => LogFailure(accountId, subscription.Id, failure, failed.Attempts));
        }
        await deadLetters.AddAsync(accountId, subscription, call.Event, failure, cancellationToken);
        Measures.DeadLetters.Add(1);
        return (lane.Told(call), () => LogGivenUp(accountId, subscription.Id, failure));
    }

    private async Task<string?> SendAsync(DeliveryCall call, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        try
        {
            using var span = Traces.Callback(call.Event.Trace);
            using var request = AgentCallback.Request(call.To.Subscription, call.Event, secrets, time.GetUtcNow());
            span?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri!.Host);
            var failure = await client.SendAsync(request, cancellationToken);
            span?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failure);
            return failure;
        }
        catch (UriFormatException)
        {
            return "has a URL that leads nowhere";
        }
    }

    /// <summary>Writes a lane's states by their ETags, and removes an event that all have been told of.</summary>
    /// <returns>The lane as it is written; null where another instance has it now, or one of its subscriptions is gone.</returns>
    private async Task<DeliveryLane?> TryWriteAsync(DeliveryLane lane, PresenceEvent? done, CancellationToken cancellationToken)
    {
        var batch = new Batch(LiveTable.Partition(lane.View.Target.AccountId));
        foreach (var member in lane.Members) batch.Replace(member.RowKey, member.State, member.ETag);
        if (done is not null) batch.Delete(Outbox.RowKey(done), ETag.All);
        return await live.TryCommitAsync(batch, cancellationToken) is { } committed
            ? lane with
            {
                Members =
                [
                    .. lane.Members.Select(member => member with { ETag = committed.RowOf(member.RowKey, member.State)!.ETag }),
                ],
            }
            : null;
    }

    /// <summary>A lane without the subscriptions that are gone, where the others are still leased to this instance; else null.</summary>
    private async Task<DeliveryLane?> WithoutGoneAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync<DeliveryState>(lane.View.Target, DeliveryState.Prefix(lane.View.Target.AgentId), cancellationToken);
        var stored = rows.ToDictionary(row => row.Key, row => row.ETag);
        var left = lane.Members.Where(member => stored.ContainsKey(member.RowKey)).ToList();
        return left.Count > 0 && left.All(member => stored[member.RowKey] == member.ETag) ? lane with { Members = left } : null;
    }

    private async Task<bool> AreMoreAsync(DeliveryView view, CancellationToken cancellationToken)
    {
        var (prefix, last) = (Outbox.Prefix(view.Target.AgentId), Outbox.RowKey(view.Events[^1]));
        return await live.CountAsync(view.Target.AccountId, KeyRange.Prefix(prefix).Behind(last), cancellationToken, 1) > 0;
    }

    private async Task<AccountDirectory?> FindDirectoryAsync(int accountId, CancellationToken cancellationToken)
    {
        try
        {
            return await directories.GetAsync(accountId, cancellationToken);
        }
        catch (DomainException error) when (error.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private ValueTask<List<Row<T>>> ReadAsync<T>(DeliveryTarget target, string prefix, CancellationToken cancellationToken) =>
        live.RangeAsync<T>(target.AccountId, prefix, cancellationToken).ToListAsync(cancellationToken);

    private static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return (pause < LongestPause ? pause : LongestPause) * (0.9 + 0.2 * Random.Shared.NextDouble());
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Account {accountId}: the callback of subscription {subscriptionId} {failure} (attempt {attempt})"
    )]
    private partial void LogFailure(int accountId, int subscriptionId, string failure, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Account {accountId}: the callback of subscription {subscriptionId} {failure} and is a dead letter now"
    )]
    private partial void LogGivenUp(int accountId, int subscriptionId, string failure);
}

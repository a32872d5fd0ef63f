using System.Diagnostics;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ContactRouting.Webhooks;

/// <summary>
/// Tells receivers what happened to a subject: each at least once, in order for each URL, however many instances are at it.
/// A failed call is repeated with growing pauses and holds back what comes after it to the same URL; in the end the event is
/// a dead letter and the next one has its turn.
/// </summary>
internal sealed partial class WebhookDispatcher(
    LiveTable live,
    DirectoryStore directories,
    WebhookClient client,
    ICallbackSecrets callbackSecrets,
    DeadLetters deadLetters,
    DeliveryLog log,
    SubscriptionStates states,
    IOptions<WebhooksOptions> options,
    TimeProvider time,
    ILogger<WebhookDispatcher> logger
)
{
    /// <summary>Longer than a call and the write after it take.</summary>
    public static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(30);

    /// <summary>Then others that wait for the host have their turn.</summary>
    public const int MostCallsInARow = 20;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <summary>Reads what a subject's receivers have to be told; what nobody is to be told any more goes.</summary>
    /// <returns>Null where nothing is left.</returns>
    public async Task<DeliveryView?> LookAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        // In this order: a receiver is known before its first event, so who is not found is gone.
        var rows = await live.RangeAsync<OutboxEntry>(target.AccountId, Outbox.Prefix(target.Subject), cancellationToken)
            .ToListAsync(cancellationToken);
        if (rows.Count == 0 || await directories.FindAsync(target.AccountId, null, cancellationToken) is not { } directory) return null;
        var view = DeliveryView.Of(target, directory, rows, time.GetUtcNow());

        // As its owner wants it: nobody need be alarmed.
        foreach (var item in view.Off) await SetAsideAsync(target.AccountId, item, new("is switched off"), cancellationToken);
        string[] over = [.. view.Gone, .. view.Off.Select(item => item.Row.Key)];
        if (over.Length > 0) await live.DeleteAsync(target.AccountId, over, cancellationToken);
        return view.Lanes.Count == 0 ? null : view;
    }

    /// <summary>Calls a URL with what is due, in order, until nothing is left, a call fails, or others have their turn.</summary>
    public async Task<DeliveryOutcome> RunAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        var accountId = lane.Target.AccountId;
        var held = await TryWriteAsync(accountId, null, lane.Items[0], Leased, cancellationToken);
        for (var calls = 1; held is not null; calls++)
        {
            var secrets = held.To.Receiver.Kind == ReceiverKind.Callback
                ? await callbackSecrets.FindAsync(accountId)
                : await states.SecretsAsync(accountId, held.To.Receiver.Id, cancellationToken);

            // Where the storage took long, the call might not end within its lease: it is renewed, and left where that takes long too.
            if (IsShort(held) && (held = await TryWriteAsync(accountId, null, held, Leased, cancellationToken)) is null) break;
            if (IsShort(held)) return DeliveryOutcome.More;
            var answer = await CallAsync(accountId, held, secrets, cancellationToken);
            var pause = answer.Failure is null ? null : PauseAfter(held, answer);
            if (pause is not null)
            {
                OutboxEntry Put(OutboxEntry entry) => Failed(entry, lane.UrlHash, pause.Value);
                var failed = await TryWriteAsync(accountId, null, held, Put, cancellationToken);
                if (failed is null) return DeliveryOutcome.More;
                LogFailure(accountId, held.To.Receiver.Kind, held.To.Receiver.Id, answer.Failure!, failed.Row.Value.Attempts);
                await NoteAsync(accountId, failed, answer, DeliveryStatus.Pending, cancellationToken);
                await JudgeAsync(accountId, failed, answer, cancellationToken);
                return new DeliveryOutcome(RestsUntil: failed.Row.Value.NextAttemptAt);
            }
            var tried = Tried(held);
            if (answer.Failure is not null) await GiveUpAsync(accountId, tried, answer, cancellationToken);
            else Measures.DeliveryLatency.Record((time.GetUtcNow() - held.Row.Value.CommittedAt).TotalSeconds);

            // Who was given up may be switched off now.
            var goesOn = answer.Failure is null && calls < MostCallsInARow && calls < lane.Items.Count;
            var next = goesOn ? lane.Items[calls] : null;
            var written = await TryWriteAsync(accountId, held, next, Leased, cancellationToken);
            if (answer.Failure is null) await NoteAsync(accountId, tried, answer, DeliveryStatus.Delivered, cancellationToken);
            await JudgeAsync(accountId, tried, answer, cancellationToken);
            if (written is null) return DeliveryOutcome.More with { HasArrived = answer.Failure is null };
            held = written;
        }

        // Somebody else has it.
        return default;
    }

    private bool IsShort(DeliveryItem held) => held.Row.Value.LeasedUntil < time.GetUtcNow() + held.To.Timeout;

    private OutboxEntry Leased(OutboxEntry entry) => entry with { LeasedUntil = time.GetUtcNow() + LeaseLife };

    private OutboxEntry Tried(OutboxEntry entry) => entry with { Attempts = entry.Attempts + 1, LastAttemptAt = time.GetUtcNow() };

    private DeliveryItem Tried(DeliveryItem item) => item with { Row = item.Row with { Value = Tried(item.Row.Value) } };

    private OutboxEntry Failed(OutboxEntry entry, string url, TimeSpan pause) =>
        Tried(entry) with { LeasedUntil = null, FailedUrl = url, NextAttemptAt = time.GetUtcNow() + pause };

    /// <returns>Null where it is to be given up.</returns>
    private TimeSpan? PauseAfter(DeliveryItem item, WebhookAnswer answer)
    {
        if (answer.Status == 410 && item.To.Receiver.Kind == ReceiverKind.Subscription) return null;
        var entry = item.Row.Value;
        if (item.To.PauseAfter(entry.Attempts + 1, time.GetUtcNow() - entry.CommittedAt, options.Value) is not { } pause) return null;
        pause *= 0.9 + 0.2 * Random.Shared.NextDouble();
        if (item.To.Receiver.Kind == ReceiverKind.Callback || answer.RetryAfter is not { } asked || asked < pause) return pause;
        return asked < LongestRetryAfter ? asked : LongestRetryAfter;
    }

    private async Task<WebhookAnswer> CallAsync(
        int accountId,
        DeliveryItem item,
        IReadOnlyList<string> secrets,
        CancellationToken cancellationToken
    )
    {
        var happened = item.Row.Value.Event;
        try
        {
            using var span = Traces.Callback(happened.Trace);
            var (request, payload) = item.To.Call(accountId, happened);
            using var call = request;
            foreach (var (name, value) in WebhookSignature.Headers(secrets, happened.Id, time.GetUtcNow(), payload))
                request.Headers.Add(name, value);
            span?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri!.Host);
            var answer = await client.SendAsync(request, item.To.Timeout, cancellationToken);
            span?.SetStatus(answer.Failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, answer.Failure);
            return answer;
        }
        catch (UriFormatException)
        {
            return new WebhookAnswer("has a URL that leads nowhere");
        }
    }

    private async Task GiveUpAsync(int accountId, DeliveryItem item, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        await SetAsideAsync(accountId, item, answer, cancellationToken);
        Measures.DeadLetters.Add(1);
        LogGivenUp(accountId, item.To.Receiver.Kind, item.To.Receiver.Id, answer.Failure!);
    }

    private async Task SetAsideAsync(int accountId, DeliveryItem item, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        await deadLetters.AddAsync(accountId, item, answer.Failure!, cancellationToken);
        await NoteAsync(accountId, item, answer, DeliveryStatus.Dead, cancellationToken);
    }

    /// <summary>Writes down how a subscription was told.</summary>
    private async Task NoteAsync(
        int accountId,
        DeliveryItem item,
        WebhookAnswer answer,
        DeliveryStatus status,
        CancellationToken cancellationToken
    )
    {
        if (item.To is not SubscriptionDestination { Subscription: var subscription }) return;
        var entry = item.Row.Value;
        var record = new DeliveryRecord
        {
            SubscriptionId = subscription.Id,
            EventId = entry.Event.Id,
            EventType = entry.Event.Type,
            Subject = entry.Event.Subject,
            OccurredAt = entry.Event.OccurredAt,
            Status = status,
            Attempts = entry.Attempts,
            LastAttemptAt = entry.LastAttemptAt ?? time.GetUtcNow(),
            NextAttemptAt = status == DeliveryStatus.Pending ? entry.NextAttemptAt : null,
            AnswerStatus = answer.Status,
            Answer = answer.Text,
            Failure = answer.Failure,
        };
        await log.WriteAsync(accountId, entry, record, cancellationToken);
    }

    /// <summary>Switches a subscription off that is gone, or of which every call fails for too long.</summary>
    private async Task JudgeAsync(int accountId, DeliveryItem item, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        if (item.To is not SubscriptionDestination { Subscription: var subscription }) return;
        var isRepeated = item.Row.Value.Attempts > 1;
        var isHopeless = await states.NoteAsync(accountId, subscription.Id, answer.Failure is null, isRepeated, cancellationToken);
        var reason = answer.Status == 410 ? "gone" : isHopeless ? "failing" : null;
        if (reason is null || !subscription.Enabled) return;
        await directories.ChangeAsync(accountId, edit =>
        {
            if (edit.Directory.Subscription(subscription.Id) is { Enabled: true } current && current.Url == subscription.Url)
                edit.Put(current with { Enabled = false, DisabledReason = reason });
            return true;
        }, cancellationToken);
        LogDisabled(accountId, subscription.Id, reason);
    }

    /// <summary>Removes what was told, and changes the next, each by its ETag.</summary>
    /// <returns>The next as it is written; null where there is none, or somebody else was faster.</returns>
    private async Task<DeliveryItem?> TryWriteAsync(
        int accountId,
        DeliveryItem? told,
        DeliveryItem? next,
        Func<OutboxEntry, OutboxEntry> change,
        CancellationToken cancellationToken
    )
    {
        var batch = new Batch(LiveTable.Partition(accountId));
        if (told is not null) batch.Delete(told.Row.Key, told.Row.ETag);
        var changed = next is null ? null : change(next.Row.Value);
        if (next is not null) batch.Replace(next.Row.Key, changed!, next.Row.ETag);
        return await live.TryCommitAsync(batch, cancellationToken) is { } committed && next is not null
            ? next with { Row = committed.RowOf(next.Row.Key, changed!)! }
            : null;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Account {accountId}: {kind} {receiverId} {failure} (attempt {attempt})"
    )]
    private partial void LogFailure(int accountId, ReceiverKind kind, int receiverId, string failure, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Account {accountId}: {kind} {receiverId} {failure}, and an event for it is a dead letter now"
    )]
    private partial void LogGivenUp(int accountId, ReceiverKind kind, int receiverId, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Account {accountId}: subscription {subscriptionId} is switched off: {reason}")]
    private partial void LogDisabled(int accountId, int subscriptionId, string reason);
}

/// <summary>How calls to a URL ended.</summary>
/// <param name="HasMore">Whether there may be more to do now.</param>
/// <param name="HasArrived">Whether the last one arrived: its host answers.</param>
/// <param name="RestsUntil">When the last one, which failed, is to be repeated.</param>
internal readonly record struct DeliveryOutcome(bool HasMore = false, bool HasArrived = false, DateTimeOffset? RestsUntil = null)
{
    public static readonly DeliveryOutcome More = new(HasMore: true);
}

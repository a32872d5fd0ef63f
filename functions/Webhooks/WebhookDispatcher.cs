using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Webhooks;

/// <summary>
/// Tells subscriptions of an agent's events: each at least once, in order, however many instances are at it. A failed
/// call is repeated with growing pauses; after a day the event is a dead letter and the next one has its turn.
/// </summary>
internal sealed partial class WebhookDispatcher(
    LiveTable live,
    DirectoryStore directories,
    WebhookClient client,
    DeadLetters deadLetters,
    TimeProvider time,
    ILogger<WebhookDispatcher> logger
)
{
    /// <summary>Longer than a call and the write after it take.</summary>
    private static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Delivers what is due for an agent now.</summary>
    /// <returns>When it is worth looking again for what is left; null where nothing is.</returns>
    public async Task<DateTimeOffset?> DeliverAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        while (true)
        {
            var events = await ReadAsync<PresenceEvent>(target, Outbox.Prefix(target.AgentId), cancellationToken);
            if (events.Count == 0) return null;
            var states = await ReadAsync<DeliveryState>(target, DeliveryState.Prefix(target.AgentId), cancellationToken);
            var directory = await directories.GetAsync(target.AccountId, cancellationToken);

            // Of a subscription that is gone nobody waits for anything any more.
            var lines = states.Where(state => directory.Subscription(state.Value.SubscriptionId) is not null)
                .Select(state => new DeliveryLine(
                    directory.Subscription(state.Value.SubscriptionId)!,
                    state,
                    [.. events.Select(row => row.Value)]
                ))
                .ToList();
            var ended = await Task.WhenAll(lines.Select(line => RunAsync(target.AccountId, line, cancellationToken)));
            var done = events
                .Where(row => ended.All(state => !row.Value.To.Contains(state.SubscriptionId) || state.Sequence >= row.Value.Sequence))
                .ToList();
            await live.DeleteAsync(target.AccountId, done.Select(row => row.Key), cancellationToken);

            // Events that came while this instance held a lease were left to it: look again after the leases are given back.
            var moved = ended.Zip(lines, (state, line) => state.Sequence > line.State.Value.Sequence).Any(moved => moved);
            if (!moved)
                return done.Count == events.Count
                    ? null
                    : ended
                        .Where(state => events.Any(row => row.Value.To.Contains(state.SubscriptionId)))
                        .Min(state => Later(state.NextAttemptAt, state.LeasedUntil) ?? time.GetUtcNow());
        }
    }

    /// <summary>Delivers to one subscription in order until there is nothing left or a call fails.</summary>
    /// <returns>How far it is then.</returns>
    private async Task<DeliveryState> RunAsync(int accountId, DeliveryLine line, CancellationToken cancellationToken)
    {
        var row = line.State;
        while (line.NextAfter(row.Value.Sequence) is { } happened)
        {
            var now = time.GetUtcNow();
            if (row == line.State)
            {
                if (row.Value.LeasedUntil > now || row.Value.NextAttemptAt > now) return row.Value;
                if (await WriteAsync(accountId, row, row.Value with { LeasedUntil = now + LeaseLife }, cancellationToken) is not { } leased)
                    return row.Value;
                row = leased;
            }
            var failure = await SendAsync(line.Subscription, happened, cancellationToken);
            var after = await JudgeAsync(accountId, line, row.Value, happened, failure, cancellationToken);
            if (await WriteAsync(accountId, row, after, cancellationToken) is not { } written) return line.State.Value;
            row = written;
            if (after.Attempts > 0) break;
        }
        return row.Value;
    }

    private async Task<DeliveryState> JudgeAsync(
        int accountId,
        DeliveryLine line,
        DeliveryState state,
        PresenceEvent happened,
        string? failure,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        if (failure is not null && now - happened.CommittedAt < Patience)
        {
            LogFailure(accountId, line.Subscription.Id, failure, state.Attempts + 1);
            return state with
            {
                LeasedUntil = null,
                Attempts = state.Attempts + 1,
                NextAttemptAt = now + PauseAfter(state.Attempts + 1),
            };
        }
        if (failure is not null)
        {
            LogGivenUp(accountId, line.Subscription.Id, failure);
            await deadLetters.AddAsync(accountId, line.Subscription, happened, failure, cancellationToken);
        }
        var isLast = line.NextAfter(happened.Sequence) is null;
        return state with
        {
            Sequence = happened.Sequence,
            LeasedUntil = isLast ? null : now + LeaseLife,
            Attempts = 0,
            NextAttemptAt = null,
        };
    }

    private async Task<string?> SendAsync(Subscription subscription, PresenceEvent happened, CancellationToken cancellationToken)
    {
        using var request = AgentCallback.Request(subscription, happened);
        return await client.SendAsync(request, cancellationToken);
    }

    private async Task<List<Row<T>>> ReadAsync<T>(DeliveryTarget target, string prefix, CancellationToken cancellationToken)
    {
        var rows = new List<Row<T>>();
        await foreach (var entity in live.RangeAsync(target.AccountId, prefix, cancellationToken)) rows.Add(RowCodec.Read<T>(entity));
        return rows;
    }

    /// <summary>Writes a delivery's state by its ETag; null where another instance has it now, or the subscription is gone.</summary>
    private Task<Row<DeliveryState>?> WriteAsync(
        int accountId,
        Row<DeliveryState> row,
        DeliveryState state,
        CancellationToken cancellationToken
    ) => live.TryReplaceAsync(accountId, row, state, cancellationToken);

    private static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return (pause < LongestPause ? pause : LongestPause) * (0.9 + 0.2 * Random.Shared.NextDouble());
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Account {accountId}: the callback of subscription {subscriptionId} {failure} (attempt {attempt})"
    )]
    private partial void LogFailure(int accountId, int subscriptionId, string failure, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Account {accountId}: the callback of subscription {subscriptionId} {failure} for a day and is a dead letter now"
    )]
    private partial void LogGivenUp(int accountId, int subscriptionId, string failure);
}

/// <summary>What one subscription has to be told, in order.</summary>
internal sealed record DeliveryLine(Subscription Subscription, Row<DeliveryState> State, IReadOnlyList<PresenceEvent> Events)
{
    public PresenceEvent? NextAfter(long sequence) =>
        Events.FirstOrDefault(happened => happened.Sequence > sequence && happened.To.Contains(Subscription.Id));
}

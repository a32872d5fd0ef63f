using System.Globalization;
using System.Security.Cryptography;
using Azure;
using ContactRouting.Errors;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>What is kept of a subscription beside the directory: it comes and goes with it.</summary>
internal sealed record SubscriptionState
{
    /// <summary>Sealed.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Sealed; the one before, that is good until then.</summary>
    public string? PreviousSecret { get; init; }

    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>The operations that made the subscription and drew its secret, where they came with a key: each takes place once.</summary>
    public string? CreatedBy { get; init; }

    public string? RotatedBy { get; init; }

    /// <summary>Since when every call fails; null where the last one arrived.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public static string RowKey(int subscriptionId) => $"{LiveKeys.Subscriptions}{TableKey.Number(subscriptionId)}";
}

/// <summary>The subscriptions' secrets, and since when they fail.</summary>
internal sealed class SubscriptionStates(LiveTable live, KeyRing keyRing, TimeProvider time)
{
    /// <summary>How long a secret that was replaced stays good.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>How long every call may fail before nothing is hoped for any more.</summary>
    private static readonly TimeSpan Hopeless = TimeSpan.FromDays(5);

    private readonly TimedCache<(int Account, int Subscription), SubscriptionState?> known = new(TimeSpan.FromSeconds(30), time);

    /// <summary>Puts a new subscription's state into its transaction, with a secret that nobody knows yet.</summary>
    public void Add(Batch rows, int accountId, int subscriptionId, string? operation)
    {
        var state = new SubscriptionState { Secret = Sealed(NewSecret(), accountId, subscriptionId), CreatedBy = operation };
        rows.Insert(SubscriptionState.RowKey(subscriptionId), state);
    }

    public static void Remove(Batch rows, int subscriptionId) => rows.Delete(SubscriptionState.RowKey(subscriptionId), ETag.All);

    /// <summary>The subscription that an operation has made already: one that came again after its commit.</summary>
    public async Task<int?> FindMadeAsync(int accountId, string operation, CancellationToken cancellationToken)
    {
        await foreach (var row in live.RangeAsync<SubscriptionState>(accountId, LiveKeys.Subscriptions, cancellationToken))
        {
            if (row.Value.CreatedBy == operation) return int.Parse(row.Key[LiveKeys.Subscriptions.Length..], CultureInfo.InvariantCulture);
        }
        return null;
    }

    /// <summary>The secrets that calls are signed with, the newest first; none where no configured key opens them.</summary>
    public async Task<IReadOnlyList<string>> SecretsAsync(int accountId, int subscriptionId, CancellationToken cancellationToken)
    {
        var state = await FindAsync(accountId, subscriptionId, cancellationToken);
        if (state is null) return [];
        var previous = state.PreviousUntil > time.GetUtcNow() ? state.PreviousSecret : null;
        return
        [
            .. new[] { state.Secret, previous }.OfType<string>()
                .Select(secret => keyRing.Open(secret, Place(accountId, subscriptionId)))
                .OfType<string>(),
        ];
    }

    /// <summary>The secret of a subscription that was just made.</summary>
    /// <exception cref="DomainException">It is gone already.</exception>
    public async Task<string> ShowAsync(int accountId, int subscriptionId, CancellationToken cancellationToken) =>
        (await SecretsAsync(accountId, subscriptionId, cancellationToken)) is [var secret, ..]
            ? secret
            : throw DomainException.NotFound($"Subscription {subscriptionId}");

    /// <summary>Gives a subscription another secret; the one before stays good for a day.</summary>
    /// <param name="operation">What is known by it takes place once; null where the request came without a key.</param>
    /// <returns>The secret, and until when the one before is good.</returns>
    /// <exception cref="DomainException">There is no such subscription.</exception>
    public async Task<(string Secret, DateTimeOffset? PreviousUntil)> RotateAsync(
        int accountId,
        int subscriptionId,
        string? operation,
        CancellationToken cancellationToken
    )
    {
        var drawn = Sealed(NewSecret(), accountId, subscriptionId);
        SubscriptionState Rotate(SubscriptionState state) => state with
        {
            Secret = drawn,
            PreviousSecret = state.Secret,
            PreviousUntil = time.GetUtcNow() + Overlap,
            RotatedBy = operation,
        };
        bool IsDone(SubscriptionState state) => operation is not null && state.RotatedBy == operation;
        var rotated = await ChangeAsync(
            accountId,
            subscriptionId,
            state => IsDone(state) ? state : Rotate(state),
            cancellationToken
        );
        return (await ShowAsync(accountId, subscriptionId, cancellationToken), rotated?.PreviousUntil);
    }

    /// <summary>Notes how a call ended: a write where that is news.</summary>
    /// <param name="isRepeated">Whether it failed before: another instance may have noted that.</param>
    /// <returns>Whether every call fails for so long that the subscription is hopeless.</returns>
    public async Task<bool> NoteAsync(
        int accountId,
        int subscriptionId,
        bool arrived,
        bool isRepeated,
        CancellationToken cancellationToken
    )
    {
        if (isRepeated && arrived) known.Forget((accountId, subscriptionId));
        var state = await FindAsync(accountId, subscriptionId, cancellationToken);
        if (!arrived && IsHopeless(state))
        {
            // A call may have arrived from another instance meanwhile.
            known.Forget((accountId, subscriptionId));
            state = await FindAsync(accountId, subscriptionId, cancellationToken);
        }
        if (state is null || arrived == state.FailingSince is null) return !arrived && IsHopeless(state);
        DateTimeOffset? since = arrived ? null : time.GetUtcNow();
        await ChangeAsync(accountId, subscriptionId, stored => stored with { FailingSince = since }, cancellationToken);
        return false;
    }

    private bool IsHopeless(SubscriptionState? state) => time.GetUtcNow() - state?.FailingSince >= Hopeless;

    /// <returns>The state as it is then; null where the subscription is gone.</returns>
    private Task<SubscriptionState?> ChangeAsync(
        int accountId,
        int subscriptionId,
        Func<SubscriptionState, SubscriptionState> change,
        CancellationToken cancellationToken
    ) =>
        Conflict.RetryAsync(async () =>
        {
            var key = SubscriptionState.RowKey(subscriptionId);
            if (await live.FindAsync<SubscriptionState>(accountId, key, cancellationToken) is not { } row) return null;
            var after = change(row.Value);
            if (after == row.Value) return after;
            var batch = new Batch(LiveTable.Partition(accountId));
            batch.Replace(key, after, row.ETag);
            if (await live.TryCommitAsync(batch, cancellationToken) is null) throw new ConflictException();
            known.Keep((accountId, subscriptionId), after);
            return (SubscriptionState?)after;
        }, time, cancellationToken);

    private Task<SubscriptionState?> FindAsync(int accountId, int subscriptionId, CancellationToken cancellationToken) =>
        known.GetAsync(
            (accountId, subscriptionId),
            async () =>
            {
                var key = SubscriptionState.RowKey(subscriptionId);
                return (await live.FindAsync<SubscriptionState>(accountId, key, cancellationToken))?.Value;
            }
        );

    private static string NewSecret() => WebhookSignature.Secret(RandomNumberGenerator.GetBytes(WebhookSignature.SecretBytes));

    private string Sealed(string secret, int accountId, int subscriptionId) => keyRing.Seal(secret, Place(accountId, subscriptionId));

    private static string Place(int accountId, int subscriptionId) => $"subscription|{accountId}|{subscriptionId}";
}

using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>
/// How far the delivery to a subscription is, and who is at it: one row per subscription and agent, which comes and
/// goes with the subscription. Whoever calls a URL holds the lease of all the agent's subscriptions to it; that keeps the
/// order over all instances.
/// </summary>
internal sealed record DeliveryState
{
    public int SubscriptionId { get; init; }

    /// <summary>The last event that arrived, or was given up.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The URL that was last called, by its hash: what the rest says does not hold for another.</summary>
    public string? CalledUrl { get; init; }

    /// <summary>Failures in a row for the next event.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public static string Prefix(int agentId) => $"{LiveKeys.Deliveries}{TableKey.Number(agentId)}|";

    public static string RowKey(int agentId, int subscriptionId) => Prefix(agentId) + TableKey.Number(subscriptionId);
}

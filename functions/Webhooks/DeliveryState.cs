using Azure;
using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>
/// How far the delivery to a subscription is, and who is at it: one row per subscription and agent, which comes and
/// goes with the subscription. Whoever calls a URL holds the lease of all the agent's subscriptions to it; that keeps the
/// order over all instances.
/// </summary>
internal sealed record DeliveryState
{
    public const string AllPrefix = "w|";

    public int SubscriptionId { get; init; }

    /// <summary>The last event that arrived, or was given up.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The URL that was last called, by its hash: what the rest says does not hold for another.</summary>
    public string? CalledUrl { get; init; }

    /// <summary>Failures in a row for the next event.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public static string Prefix(int agentId) => $"{AllPrefix}{TableKey.Number(agentId)}|";

    public static string RowKey(int agentId, int subscriptionId) => Prefix(agentId) + TableKey.Number(subscriptionId);

    /// <summary>Puts the rows of subscriptions that come, go or change their agent into the transaction.</summary>
    /// <param name="sequenceOf">The last event of an agent: those up to it are not a new subscription's.</param>
    public static void Follow(Batch batch, DirectoryEdit edit, Func<int, long> sequenceOf)
    {
        foreach (var (key, record) in edit.Changes)
        {
            var (old, changed) = (edit.Before.Records.GetValueOrDefault(key) as Subscription, record as Subscription);
            if (old?.AgentId == changed?.AgentId) continue;
            if (old is not null) batch.Delete(RowKey(old.AgentId, old.Id), ETag.All);
            if (changed is null) continue;
            var begin = new DeliveryState { SubscriptionId = changed.Id, Sequence = sequenceOf(changed.AgentId) };
            batch.Insert(RowKey(changed.AgentId, changed.Id), begin);
        }
    }
}

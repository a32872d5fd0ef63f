using Azure;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>The rows of deliveries come and go with their subscriptions; an event of a change is delivered after it.</summary>
internal sealed class DeliveryCompanion(DeliveryQueue deliveries) : IDirectoryCompanion
{
    /// <summary>Rows of subscriptions that come, go or change their agent. Events up to now are not a new subscription's.</summary>
    public void Fill(Batch rows, DirectoryEdit edit, DateTimeOffset now, Func<int, long> sequenceOf)
    {
        foreach (var (key, record) in edit.Changes)
        {
            var (old, changed) = (edit.Before.Records.GetValueOrDefault(key) as Subscription, record as Subscription);
            if (old?.AgentId == changed?.AgentId) continue;
            if (old is not null) rows.Delete(DeliveryState.RowKey(old.AgentId, old.Id), ETag.All);
            if (changed is null) continue;
            var begin = new DeliveryState { SubscriptionId = changed.Id, Sequence = sequenceOf(changed.AgentId) };
            rows.Insert(DeliveryState.RowKey(changed.AgentId, changed.Id), begin);
        }
    }

    public Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken)
    {
        deliveries.Announce(committed.Edit.Before.AccountId, committed.Happened);
        return Task.CompletedTask;
    }
}

using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>A subscription's state comes and goes with it; what a change tells is delivered after it.</summary>
internal sealed class DeliveryCompanion(DeliveryQueue deliveries, SubscriptionStates states) : IDirectoryCompanion
{
    public void Fill(Batch rows, DirectoryEdit edit, DateTimeOffset now)
    {
        foreach (var (key, record) in edit.Changes)
        {
            var (old, changed) = (edit.Before.Records.GetValueOrDefault(key) as Subscription, record as Subscription);
            if (old is null && changed is not null) states.Add(rows, edit.Before.AccountId, changed.Id);
            if (old is not null && changed is null) SubscriptionStates.Remove(rows, old.Id);
        }
    }

    public Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken)
    {
        deliveries.Announce(committed.Edit.Before.AccountId, committed.Told);
        return Task.CompletedTask;
    }
}

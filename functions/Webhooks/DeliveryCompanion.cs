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
            if (old is null && changed is not null) states.Add(rows, edit.Before.AccountId, changed.Id, edit.Operation);
            if (old is not null && changed is null) SubscriptionStates.Remove(rows, old.Id);
        }
    }

    public async Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken)
    {
        var before = committed.Edit.Before;
        deliveries.Announce(before.AccountId, committed.Told);

        // Failures of the time before say nothing of one that is switched on again, or of another URL.
        foreach (var changed in committed.Edit.Changes.Values.OfType<Subscription>().Where(changed => changed.Enabled))
        {
            if (before.Subscription(changed.Id) is { } old && (!old.Enabled || old.Url != changed.Url))
                await states.NoteAsync(before.AccountId, changed.Id, arrived: true, isRepeated: true, cancellationToken);
        }
    }
}

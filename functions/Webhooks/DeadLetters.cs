using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>Callbacks that did not arrive within a day.</summary>
internal sealed class DeadLetters(Tables tables)
{
    /// <summary>Writes a callback down; once, however often it is tried.</summary>
    public Task AddAsync(
        int accountId,
        Subscription subscription,
        PresenceEvent happened,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var key = $"{TableKey.Time(happened.CommittedAt)}|{happened.Id}|{TableKey.Number(subscription.Id)}";
        var letter = new DeadLetter
        {
            SubscriptionId = subscription.Id,
            Url = subscription.Url,
            Method = subscription.Method,
            Reason = reason,
            Event = happened,
        };
        return tables.DeadLetters.UpsertAsync(LiveTable.Partition(accountId), key, letter, cancellationToken);
    }
}

internal sealed record DeadLetter
{
    public int SubscriptionId { get; init; }

    public string Url { get; init; } = "";

    public CallbackMethod Method { get; init; }

    public string Reason { get; init; } = "";

    public PresenceEvent Event { get; init; } = new();
}

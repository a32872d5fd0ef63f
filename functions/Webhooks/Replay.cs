using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>How much was put on its way once more.</summary>
/// <param name="Count">Events and receivers.</param>
/// <param name="HasMore">Whether there may be more, which one request leaves to the next.</param>
/// <param name="Next">The events' cursor from which that goes on; null where the same request does it.</param>
internal sealed record Replayed(int Count, bool HasMore = false, string? Next = null);

/// <summary>Puts events on their way once more, under the ids that they have: receivers can tell.</summary>
internal sealed class Replay(
    LiveTable live,
    DirectoryStore directories,
    EventHistory history,
    DeadLetters deadLetters,
    DeliveryQueue deliveries,
    TimeProvider time
)
{
    /// <summary>What one request replays at most.</summary>
    private const int Most = 5_000;

    private const int PageSize = 500;

    /// <summary>Rows of a commit, besides its own.</summary>
    private const int ChunkSize = 50;

    /// <summary>Tells a subscription that it is there, in the way of all events.</summary>
    /// <param name="operation">The request's, or null: one that comes again tells the same event again.</param>
    public async Task<Event> PingAsync(int accountId, Subscription subscription, string? operation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ping = EventData.Make(
            EventTypes.SubscriptionPing,
            Subject.Subscription(subscription.Id),
            EventData.SequenceAt(now),
            now,
            null,
            new Facts { ["id"] = subscription.Id, ["description"] = subscription.Description }
        );
        if (operation is not null) ping = ping with { Id = operation };
        await PutAsync(accountId, [(ping, Receiver.Of(subscription))], cancellationToken);
        return ping;
    }

    /// <summary>One event of a subject, to a subscription that wants it.</summary>
    /// <param name="subject">Where the event is found.</param>
    /// <exception cref="DomainException">The event is not kept any more.</exception>
    public async Task<Replayed> OneAsync(
        int accountId,
        Subscription subscription,
        string eventId,
        Subject subject,
        CancellationToken cancellationToken
    )
    {
        var events = await history.ListAsync(accountId, subject, DateTimeOffset.MinValue, cancellationToken);
        if (events.FirstOrDefault(happened => happened.Id == eventId) is not { } found)
            throw DomainException.Invalid("eventId", "is no event of that subject that is kept.");
        await PutAsync(accountId, [(found, Receiver.Of(subscription))], cancellationToken);
        return new Replayed(1);
    }

    /// <summary>What happened from one time to another, as far as the subscription wants to be told of it.</summary>
    /// <param name="after">A cursor of the events; the answer's goes on where this stopped.</param>
    public async Task<Replayed> RangeAsync(
        int accountId,
        Subscription subscription,
        string? after,
        DateTimeOffset to,
        CancellationToken cancellationToken
    )
    {
        var (told, receiver) = (0, Receiver.Of(subscription));
        while (told < Most)
        {
            var page = await history.ListAsync(accountId, after, PageSize, cancellationToken, to);
            var wanted = page.Events.Where((subscription with { Enabled = true }).Wants).Select(happened => (happened, receiver)).ToList();
            await PutAsync(accountId, wanted, cancellationToken);
            told += wanted.Count;
            if (!page.HasMore) return new Replayed(told);
            after = page.Next;
        }
        return new Replayed(told, HasMore: true, after);
    }

    /// <summary>Dead letters, the oldest first; each goes once it is on its way.</summary>
    /// <param name="isMeant">Which of them.</param>
    public async Task<Replayed> DeadLettersAsync(int accountId, Func<DeadLetter, bool> isMeant, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var (told, after) = (0, (string?)null);
        do
        {
            (var letters, after) = await deadLetters.ListAsync(accountId, after, PageSize, cancellationToken);
            var meant = letters.Where(letter => isMeant(letter.Value))
                .Where(letter => Destination.Of(directory, Receiver.Parse(letter.Value.Receiver)) is { IsOn: true })
                .ToList();
            foreach (var chunk in meant.Chunk(ChunkSize))
            {
                var calls = chunk.Select(letter => (letter.Value.Entry.Event, Receiver.Parse(letter.Value.Receiver)));
                await PutAsync(accountId, [.. calls], cancellationToken);
                await deadLetters.RemoveAsync(accountId, chunk.Select(letter => letter.Key), cancellationToken);
            }
            told += meant.Count;
        }
        while (after is not null && told < Most);
        return new Replayed(told, after is not null);
    }

    private async Task PutAsync(int accountId, IReadOnlyList<(Event Event, Receiver To)> calls, CancellationToken cancellationToken)
    {
        foreach (var chunk in calls.DistinctBy(call => Outbox.RowKey(call.Event, call.To)).Chunk(ChunkSize))
        {
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var (happened, to) in chunk)
                batch.Upsert(Outbox.RowKey(happened, to), new OutboxEntry { Event = happened, CommittedAt = time.GetUtcNow() });
            await live.CommitAsync(accountId, batch, null, cancellationToken);
            deliveries.Announce(accountId, chunk.Select(call => Subject.Parse(call.Event.Subject).Key).Distinct());
        }
    }
}

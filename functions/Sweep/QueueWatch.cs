using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Webhooks;

namespace ContactRouting.Sweep;

/// <summary>How an account's queues were when a sweep looked last: one row, which is written where one of them changed.</summary>
internal sealed record QueueStates
{
    public IReadOnlyList<int> Open { get; init; } = [];

    public IReadOnlyList<int> Busy { get; init; } = [];

    public IReadOnlyList<int> Closed { get; init; } = [];

    /// <summary>Rises with each event of any of them.</summary>
    public long Sequence { get; init; }

    public Dictionary<int, Availability> ByQueue() =>
        Open.Select(id => (id, Availability.Open)).Concat(Busy.Select(id => (id, Availability.Busy)))
            .Concat(Closed.Select(id => (id, Availability.Closed))).ToDictionary();

    public static QueueStates Of(IReadOnlyDictionary<int, Availability> states, long sequence)
    {
        IReadOnlyList<int> Those(Availability availability) =>
            [.. states.Where(state => state.Value == availability).Select(state => state.Key)];
        return new QueueStates
        {
            Open = Those(Availability.Open),
            Busy = Those(Availability.Busy),
            Closed = Those(Availability.Closed),
            Sequence = sequence,
        };
    }
}

/// <summary>Tells when queues open, get busy, and close, as far as a sweep sees it: what comes and goes between two is not told.</summary>
internal sealed class QueueWatch(LiveTable live, DeliveryQueue deliveries, TimeProvider time)
{
    /// <summary>So many events fit a commit's row.</summary>
    private const int MostEvents = 20;

    /// <summary>Of a commit, besides what it tells.</summary>
    private const int OwnRows = 2;

    public async Task LookAsync(AccountDirectory directory, LiveRows rows, CancellationToken cancellationToken)
    {
        var row = rows.QueueStates;
        var (known, sequence, etag) = (row?.Value.ByQueue() ?? [], row?.Value.Sequence ?? 0, row?.ETag);
        var (presence, now) = (new PresenceOfAll(rows.Agents.Select(agent => agent.Value)).For(Channels.Standard), time.GetUtcNow());
        var seen = directory.All<Queue>().OrderBy(queue => queue.Id).Select(queue =>
            (Queue: queue, Now: Resolution.Judge(directory, Line.OfQueue(queue.Id), presence, new Moment(now)).Availability)
        );
        var changed = seen.Select(queue => (queue.Queue, Before: known.GetValueOrDefault(queue.Queue.Id, Availability.Closed), queue.Now))
            .Where(queue => queue.Before != queue.Now)
            .Select(queue => (queue.Queue.Id, queue.Now, Event: EventData.Make(
                TypeOf(queue.Now),
                Subject.Queue(queue.Queue.Id),
                ++sequence,
                now,
                FactsOf(queue.Queue, queue.Before),
                FactsOf(queue.Queue, queue.Now)
            )))
            .ToList();
        foreach (var gone in known.Keys.Where(id => directory.Queue(id) is null).ToList()) known.Remove(gone);
        var receivers = directory.Subscriptions.Count(subscription => changed.Any(queue => subscription.Wants(queue.Event)));
        var chunkSize = Math.Min(MostEvents, (Batch.MaxActions - OwnRows) / Math.Max(1, receivers));
        foreach (var chunk in changed.Chunk(chunkSize))
        {
            foreach (var (id, availability, _) in chunk) known[id] = availability;
            var events = chunk.Select(queue => queue.Event).ToList();
            var batch = new Batch(LiveTable.Partition(directory.AccountId));
            var states = QueueStates.Of(known, events[^1].Sequence);
            if (etag is { } read) batch.Replace(LiveKeys.QueueStates, states, read);
            else batch.Insert(LiveKeys.QueueStates, states);
            var told = Outbox.Add(batch, directory, events, [], now);
            var committed = await live.CommitAsync(directory.AccountId, batch, EventData.Row(events), cancellationToken);
            deliveries.Announce(directory.AccountId, told);

            // Where the answer was lost, the next sweep goes on.
            if (committed.RowOf(LiveKeys.QueueStates, states) is not { } written) return;
            etag = written.ETag;
        }
    }

    private static Facts FactsOf(Queue queue, Availability availability) => new()
    {
        ["id"] = queue.Id,
        ["name"] = queue.Name,
        ["displayName"] = queue.DisplayName,
        ["availability"] = availability,
    };

    private static string TypeOf(Availability availability) => availability switch
    {
        Availability.Open => EventTypes.QueueOpened,
        Availability.Busy => EventTypes.QueueBusy,
        _ => EventTypes.QueueClosed,
    };
}

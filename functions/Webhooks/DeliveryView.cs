using System.Security.Cryptography;
using System.Text;
using Azure;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>An agent's events as they were read, and how far its subscriptions are, as its calls go on.</summary>
internal sealed class DeliveryView
{
    private readonly Lock turn = new();
    private readonly Dictionary<string, DeliveryLane> lanes;

    public DeliveryView(
        DeliveryTarget target,
        AccountDirectory directory,
        IReadOnlyList<PresenceEvent> events,
        IEnumerable<Row<DeliveryState>> states
    )
    {
        (Target, Version, Events) = (target, directory.Version, events);
        lanes = states
            .Select(row => (Row: row, Subscription: directory.Subscription(row.Value.SubscriptionId)))
            .Where(state => state.Subscription?.AgentId == target.AgentId)
            .Select(state => new DeliveryMember(state.Subscription!, state.Row.ETag, state.Row.Value))
            .GroupBy(member => AgentCallback.Url(member.Subscription))
            .ToDictionary(lane => lane.Key, lane => new DeliveryLane(this, lane.Key, [.. lane]));
    }

    public DeliveryTarget Target { get; }

    /// <summary>The directory's, whose subscriptions these are.</summary>
    public long Version { get; }

    public IReadOnlyList<PresenceEvent> Events { get; }

    /// <summary>What can be called now: a lane for each URL.</summary>
    public IReadOnlyList<DeliveryLane> Due(DateTimeOffset now)
    {
        lock (turn) return [.. lanes.Values.Where(lane => lane.Next is not null && !(lane.RestsUntil > now))];
    }

    /// <summary>Until when nobody need look again; null where nothing is left. What can be called now should be within a lease.</summary>
    public DateTimeOffset? RestsUntil(DateTimeOffset now)
    {
        lock (turn)
            return lanes.Values.Where(lane => lane.Next is not null)
                .Min(lane => lane.RestsUntil is { } until && until > now ? until : (DateTimeOffset?)(now + WebhookDispatcher.LeaseLife));
    }

    /// <summary>Whether all subscriptions know of an event, one of them aside. Nobody waits for one that is gone.</summary>
    public bool IsDone(PresenceEvent happened, int? aside = null)
    {
        lock (turn)
            return !lanes.Values.SelectMany(lane => lane.Members)
                .Any(member => member.Subscription.Id != aside && member.HasToBeTold(happened));
    }

    /// <summary>Takes over a lane that has gone on.</summary>
    /// <returns>Whether now all subscriptions know of the event.</returns>
    public bool Update(DeliveryLane lane, PresenceEvent happened)
    {
        lock (turn)
        {
            lanes[lane.Url] = lane;
            return IsDone(happened);
        }
    }
}

/// <summary>What the subscriptions of an agent to one URL have to be told, in order.</summary>
internal sealed record DeliveryLane(DeliveryView View, string Url, IReadOnlyList<DeliveryMember> Members)
{
    private readonly string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Url)))[..32];

    /// <summary>The next call, or null.</summary>
    public DeliveryCall? Next =>
        View.Events.SelectMany(_ => Members, (happened, member) => new DeliveryCall(happened, member))
            .FirstOrDefault(call => call.To.HasToBeTold(call.Event));

    public DateTimeOffset? LeasedUntil => Members.Max(member => member.State.LeasedUntil);

    /// <summary>Until when there is nothing to do: somebody is at it, or the next call failed before.</summary>
    public DateTimeOffset? RestsUntil
    {
        get
        {
            var pause = Next?.To.State is { } state && state.CalledUrl == hash ? state.NextAttemptAt : null;
            return LeasedUntil is { } leased && !(pause > leased) ? leased : pause;
        }
    }

    /// <summary>Whether the URL was told of later events, by a subscription that had it when they happened.</summary>
    public bool IsPast(PresenceEvent happened) =>
        Members.Any(member => member.State.CalledUrl == hash && member.State.Sequence > happened.Sequence);

    /// <summary>The subscription's state once it was told of an event, or the event was given up.</summary>
    public DeliveryState Told(DeliveryCall call) =>
        call.To.State with { Sequence = call.Event.Sequence, CalledUrl = hash, Attempts = 0, NextAttemptAt = null };

    /// <summary>The subscription's state once a call failed.</summary>
    /// <param name="pauseAfter">How long to wait after so many failures in a row.</param>
    public DeliveryState Failed(DeliveryCall call, DateTimeOffset now, Func<int, TimeSpan> pauseAfter)
    {
        var attempts = (call.To.State.CalledUrl == hash ? call.To.State.Attempts : 0) + 1;
        return call.To.State with { CalledUrl = hash, Attempts = attempts, NextAttemptAt = now + pauseAfter(attempts) };
    }

    /// <summary>The lane under another lease.</summary>
    /// <param name="changed">The new state of one of its subscriptions.</param>
    public DeliveryLane With(DateTimeOffset? leasedUntil, DeliveryState? changed = null) => this with
    {
        Members =
        [
            .. Members.Select(member => member with
            {
                State = (member.Subscription.Id == changed?.SubscriptionId ? changed : member.State) with { LeasedUntil = leasedUntil },
            }),
        ],
    };
}

/// <summary>A subscription and how far its delivery is, as it was read at an ETag.</summary>
internal sealed record DeliveryMember(Subscription Subscription, ETag ETag, DeliveryState State)
{
    public string RowKey => DeliveryState.RowKey(Subscription.AgentId, Subscription.Id);

    public bool HasToBeTold(PresenceEvent happened) => happened.Sequence > State.Sequence && happened.To.Contains(Subscription.Id);
}

/// <summary>A subscription to be told of an event.</summary>
internal sealed record DeliveryCall(PresenceEvent Event, DeliveryMember To);

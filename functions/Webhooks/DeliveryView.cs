using System.Security.Cryptography;
using System.Text;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>What a subject's receivers have to be told, as it was read: a lane for each URL.</summary>
/// <param name="Lanes">What somebody is to be told.</param>
/// <param name="Off">What its owner has switched off, and nobody has in hand.</param>
/// <param name="Gone">The keys of the rows whose receivers are not there any more.</param>
internal sealed record DeliveryView(
    DeliveryTarget Target,
    IReadOnlyList<DeliveryLane> Lanes,
    IReadOnlyList<DeliveryItem> Off,
    IReadOnlyList<string> Gone
)
{
    public static DeliveryView Of(DeliveryTarget target, AccountDirectory directory, IEnumerable<Row<OutboxEntry>> rows, DateTimeOffset now)
    {
        var (on, off, gone) = (new List<DeliveryItem>(), new List<DeliveryItem>(), new List<string>());
        foreach (var row in rows)
        {
            if (Destination.Of(directory, Outbox.ReceiverOf(row.Key)) is not { } to) gone.Add(row.Key);
            else (to.IsOn || row.Value.LeasedUntil > now ? on : off).Add(new DeliveryItem(row, to));
        }
        var lanes = on.GroupBy(item => item.To.Url).Select(lane => new DeliveryLane(target, directory.Version, lane.Key, [.. lane]));
        return new DeliveryView(target, [.. lanes], off, gone);
    }

    /// <summary>Whether all there is to do has to wait.</summary>
    public bool Rests(DateTimeOffset now) => Off.Count == 0 && Gone.Count == 0 && Lanes.Count > 0 && Due(now, hurried: false).Count == 0;

    /// <summary>What can be called now.</summary>
    /// <param name="hurried">Whether there is reason to believe that a call arrives that failed a moment ago.</param>
    public IReadOnlyList<DeliveryLane> Due(DateTimeOffset now, bool hurried) => [.. Lanes.Where(lane => lane.IsDue(now, hurried))];

    /// <summary>Notes until when nobody need look again. What can be called now should be within a lease.</summary>
    public void PutTo(RestingTargets resting, DateTimeOffset now)
    {
        var leased = now + WebhookDispatcher.LeaseLife;
        var until = Lanes.Min(lane => lane.RestsUntil > now ? lane.RestsUntil.Value : leased);
        var hosts = Lanes.GroupBy(lane => lane.Host).ToDictionary(
            lanes => lanes.Key,
            lanes => lanes.Min(lane => lane.RestsUntil > now ? lane.HurriesFrom : leased)
        );
        resting.Put(Target, until, Lanes[0].Version, hosts);
    }
}

/// <summary>What one URL has to be told of a subject, in order; nothing overtakes the first.</summary>
internal sealed record DeliveryLane(DeliveryTarget Target, long Version, string Url, IReadOnlyList<DeliveryItem> Items)
{
    /// <summary>How soon a call is tried again for a reason of its own.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    public string Host => Delivery.HostOf(Url);

    /// <summary>Until when there is nothing to do: somebody is at it, or the next call failed before.</summary>
    public DateTimeOffset? RestsUntil => First.LeasedUntil is { } leased && !(Pause > leased) ? leased : Pause;

    /// <summary>From when on there is something to do, where there is reason to believe that the call arrives.</summary>
    public DateTimeOffset HurriesFrom
    {
        get
        {
            var (leased, paused) = (First.LeasedUntil ?? default, First.LastAttemptAt + LeastPause ?? default);
            return leased > paused ? leased : paused;
        }
    }

    /// <summary>The URL in rows.</summary>
    public string UrlHash { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Url)))[..32];

    private OutboxEntry First => Items[0].Row.Value;

    private DateTimeOffset? Pause => First.FailedUrl == UrlHash ? First.NextAttemptAt : null;

    public bool IsDue(DateTimeOffset now, bool hurried) => !(RestsUntil > now) || (hurried && HurriesFrom <= now);
}

/// <summary>An event for a receiver, as it was read.</summary>
internal sealed record DeliveryItem(Row<OutboxEntry> Row, Destination To);

using System.Security.Cryptography;
using System.Text;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Webhooks;

/// <summary>What a subject's receivers have to be told, as it was read: a lane for each URL.</summary>
internal sealed class DeliveryView(DeliveryTarget target, long version, IEnumerable<DeliveryItem> items)
{
    public IReadOnlyList<DeliveryLane> Lanes { get; } =
        [.. items.GroupBy(item => item.To.Url).Select(lane => new DeliveryLane(target, version, lane.Key, [.. lane]))];

    /// <summary>The directory's, whose receivers these are.</summary>
    public long Version => version;

    public string[] Hosts => [.. Lanes.Select(lane => lane.Host).Distinct()];

    /// <summary>What can be called now.</summary>
    /// <param name="hurried">Whether there is reason to believe that a call arrives that failed a moment ago.</param>
    public IReadOnlyList<DeliveryLane> Due(DateTimeOffset now, bool hurried) => [.. Lanes.Where(lane => lane.IsDue(now, hurried))];

    /// <summary>Until when nobody need look again. What can be called now should be within a lease.</summary>
    public DateTimeOffset RestsUntil(DateTimeOffset now) =>
        Lanes.Min(lane => lane.RestsUntil is { } until && until > now ? until : now + WebhookDispatcher.LeaseLife);
}

/// <summary>What one URL has to be told of a subject, in order; nothing overtakes the first.</summary>
internal sealed record DeliveryLane(DeliveryTarget Target, long Version, string Url, IReadOnlyList<DeliveryItem> Items)
{
    /// <summary>How soon a call is tried again for a reason of its own.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    public string Host => Delivery.HostOf(Url);

    /// <summary>Until when there is nothing to do: somebody is at it, or the next call failed before.</summary>
    public DateTimeOffset? RestsUntil => First.LeasedUntil is { } leased && !(Pause > leased) ? leased : Pause;

    /// <summary>The URL in rows.</summary>
    public string UrlHash { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Url)))[..32];

    private OutboxEntry First => Items[0].Row.Value;

    private DateTimeOffset? Pause => First.FailedUrl == UrlHash ? First.NextAttemptAt : null;

    public bool IsDue(DateTimeOffset now, bool hurried) =>
        !(First.LeasedUntil > now) && (!(Pause > now) || (hurried && First.LastAttemptAt + LeastPause <= now));
}

/// <summary>An event for a receiver, as it was read.</summary>
internal sealed record DeliveryItem(Row<OutboxEntry> Row, Destination To);

namespace ContactRouting.Events;

/// <summary>What can happen, in the words of the events.</summary>
internal static class EventTypes
{
    public const string ContactArrived = "contact.arrived";
    public const string ContactQueued = "contact.queued";
    public const string ContactOffered = "contact.offered";
    public const string ContactDeclined = "contact.declined";
    public const string ContactExpired = "contact.expired";
    public const string ContactRevoked = "contact.revoked";
    public const string ContactAccepted = "contact.accepted";
    public const string ContactTransferred = "contact.transferred";
    public const string ContactCompleted = "contact.completed";
    public const string ContactEnded = "contact.ended";
    public const string ContactAbandoned = "contact.abandoned";
    public const string ContactRefused = "contact.refused";
    public const string AgentPresenceChanged = "agent.presence.changed";
    public const string AgentLeaseExpired = "agent.lease.expired";
    public const string AgentAbsent = "agent.absent";
    public const string QueueOpened = "queue.opened";
    public const string QueueBusy = "queue.busy";
    public const string QueueClosed = "queue.closed";
    public const string ConfigurationChanged = "configuration.changed";
    public const string SubscriptionDisabled = "subscription.disabled";
    public const string SubscriptionPing = "subscription.ping";

    public static readonly IReadOnlyList<string> All =
    [
        ContactArrived,
        ContactQueued,
        ContactOffered,
        ContactDeclined,
        ContactExpired,
        ContactRevoked,
        ContactAccepted,
        ContactTransferred,
        ContactCompleted,
        ContactEnded,
        ContactAbandoned,
        ContactRefused,
        AgentPresenceChanged,
        AgentLeaseExpired,
        AgentAbsent,
        QueueOpened,
        QueueBusy,
        QueueClosed,
        ConfigurationChanged,
        SubscriptionDisabled,
    ];

    /// <summary>What is wrong with a pattern: a type, or the beginning of some and <c>*</c>; null where it is right.</summary>
    public static string? PatternFault(string pattern) =>
        All.Any(type => Matches(pattern, type)) ? null : $"matches none of {string.Join(", ", All)}; a pattern ends with .* or is a type.";

    public static bool Matches(string pattern, string type) =>
        pattern == "*" || pattern == type
        || (pattern.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(pattern[..^1], StringComparison.Ordinal));
}

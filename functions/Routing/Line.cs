using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>Where contacts wait: for a queue, or for one agent.</summary>
internal readonly record struct Line(int? QueueId, int? AgentId)
{
    public static Line OfQueue(int id) => new(id, null);

    public static Line OfAgent(int id) => new(null, id);

    /// <summary>Where another system's contact waits that names no queue: it counts, and nobody serves it.</summary>
    public static Line Unknown { get; } = OfQueue(0);

    public static Line Of(Level level) => level.Target == LevelTarget.Queue ? OfQueue(level.TargetId) : OfAgent(level.TargetId);

    /// <summary>The queue whose line it is; null for an agent's, and where the queue is gone.</summary>
    public Queue? QueueIn(AccountDirectory directory) => QueueId is { } id ? directory.Queue(id) : null;

    public bool ExistsIn(AccountDirectory directory) =>
        AgentId is { } agent ? directory.Agent(agent) is not null : QueueIn(directory) is not null;
}

/// <summary>A contact's place among all that wait, over all lines: by priority, the highest first, then by how long it waits.</summary>
/// <param name="Since">Since when it waits.</param>
/// <param name="Contact">Tells apart who came at once.</param>
internal readonly record struct Place(int Priority, DateTimeOffset Since, string Contact) : IComparable<Place>
{
    public int CompareTo(Place other) =>
        other.Priority.CompareTo(Priority) is not 0 and var byPriority ? byPriority
        : Since.CompareTo(other.Since) is not 0 and var byAge ? byAge
        : string.CompareOrdinal(Contact, other.Contact);

    public static bool operator <(Place one, Place other) => one.CompareTo(other) < 0;

    public static bool operator >(Place one, Place other) => one.CompareTo(other) > 0;

    public static bool operator <=(Place one, Place other) => one.CompareTo(other) <= 0;

    public static bool operator >=(Place one, Place other) => one.CompareTo(other) >= 0;
}

/// <summary>A level or queue that a contact left for another.</summary>
internal sealed record LeftPlace(string? LevelId, int? QueueId);

/// <summary>A contact that waits, as far as a decision has to know it.</summary>
/// <param name="Since">Since when, without the time in which it was served.</param>
/// <param name="Passed">Who let it pass in this line, the one asked longest ago first.</param>
internal sealed record WaitingContact(
    Line Line,
    Place Place,
    string ContactId,
    string Channel,
    DateTimeOffset Since,
    IReadOnlyList<int> Passed
)
{
    public int? ServiceId { get; init; }

    /// <summary>The level of the service that it came by, by its stable id.</summary>
    public string? LevelId { get; init; }

    /// <summary>What it left before, and does not come back to.</summary>
    public IReadOnlyList<LeftPlace> Left { get; init; } = [];

    /// <summary>What it asks for.</summary>
    public RoutingTarget Target => ServiceId is null ? new(null, Line.QueueId, Line.AgentId) : new(ServiceId, null, null);
}

/// <summary>What becomes of agents who let a contact pass, when somebody is looked for anew.</summary>
internal enum WhoLetItPass
{
    IsLeftOut,

    /// <summary>Where nobody else can take it.</summary>
    MayBeAskedAgain,
}

using System.Globalization;
using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Routing;

/// <summary>Where contacts wait: for a queue, or for one agent.</summary>
internal readonly record struct Line(int? QueueId, int? AgentId)
{
    /// <summary>Waiting contacts, line by line.</summary>
    public const string All = "q|";

    /// <summary>Those that another system assigns, line by line; they come right before ours.</summary>
    public const string AllOfOthers = "qx|";

    public static Line OfQueue(int id) => new(id, null);

    public static Line OfAgent(int id) => new(null, id);

    public static Line Of(Level level) => level.Target == LevelTarget.Queue ? OfQueue(level.TargetId) : OfAgent(level.TargetId);

    public string Prefix => $"{All}{Key}|";

    public string PrefixOfOthers => $"{AllOfOthers}{Key}|";

    /// <summary>The queue whose line it is; null for an agent's, and where the queue is gone.</summary>
    public Queue? QueueIn(AccountDirectory directory) => QueueId is { } id ? directory.Queue(id) : null;

    public bool ExistsIn(AccountDirectory directory) =>
        AgentId is { } agent ? directory.Agent(agent) is not null : QueueIn(directory) is not null;

    /// <summary>The line in a row key.</summary>
    public string Key => $"{(QueueId is null ? 'a' : 'q')}{TableKey.Number(QueueId ?? AgentId!.Value)}";

    public static Line Parse(string key)
    {
        var id = int.Parse(key[1..], CultureInfo.InvariantCulture);
        return key[0] == 'q' ? OfQueue(id) : OfAgent(id);
    }

    /// <summary>The line of a waiting contact's row among those of its line.</summary>
    public static Line OfRow(string rowKey) => Parse(rowKey.Split('|')[1]);
}

/// <summary>
/// A contact's place among all that wait: by priority, the highest first, then by how long it waits. Places compare as
/// text, over all lines of an account.
/// </summary>
internal readonly record struct Place(string Key) : IComparable<Place>
{
    public static Place Of(int priority, DateTimeOffset waitingSince, string contactId) =>
        new($"{TableKey.Number(int.MaxValue / 2 - priority)}{TableKey.Time(waitingSince)}|{contactId}");

    public int CompareTo(Place other) => string.CompareOrdinal(Key, other.Key);

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

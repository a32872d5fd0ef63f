using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Routing;

/// <summary>Where contacts wait: for a queue, or for one agent.</summary>
internal readonly record struct Line(int? QueueId, int? AgentId)
{
    public const string All = "q|";

    public static Line OfQueue(int id) => new(id, null);

    public static Line OfAgent(int id) => new(null, id);

    public static Line Of(Level level) => level.Target == LevelTarget.Queue ? OfQueue(level.TargetId) : OfAgent(level.TargetId);

    public string Prefix => $"{All}{(QueueId is { } queue ? 'q' : 'a')}{TableKey.Number(QueueId ?? AgentId!.Value)}|";

    /// <summary>The place of a contact: by priority, the highest first, then by its time.</summary>
    public string PlaceOf(int priority, DateTimeOffset enqueuedAt, string contactId) =>
        $"{Prefix}{TableKey.Number(int.MaxValue / 2 - priority)}{TableKey.Time(enqueuedAt)}|{contactId}";

    /// <summary>The line of a waiting contact's row.</summary>
    public static Line Parse(string rowKey)
    {
        var part = rowKey.Split('|')[1];
        var id = int.Parse(part[1..], System.Globalization.CultureInfo.InvariantCulture);
        return part[0] == 'q' ? OfQueue(id) : OfAgent(id);
    }
}

/// <summary>Who waits in a line, as far as an arrival has to know.</summary>
/// <param name="FirstPlace">The row key of the first; null where nobody waits.</param>
/// <param name="Length">Counted up to the line's limit, where it has one.</param>
internal sealed record LineState(string? FirstPlace, int Length)
{
    public static readonly LineState Empty = new(null, 0);
}

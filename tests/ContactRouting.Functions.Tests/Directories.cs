using System.Collections.Immutable;
using ContactRouting.Directory;
using ContactRouting.Routing;

namespace ContactRouting.Tests;

/// <summary>Directories and presence by hand.</summary>
internal static class Directories
{
    public static AccountDirectory Of(params IDirectoryRecord[] records) =>
        new(1, 1, records.ToImmutableDictionary(record => record.RowKey, StringComparer.Ordinal));

    public static Agent Agent(int id, int[]? queues = null, string[]? groups = null) => new()
    {
        Id = id,
        ExternalId = $"AG_{id:D16}",
        Name = $"agent-{id}",
        DisplayName = $"Agent {id}",
        Email = $"{id}@example.com",
        Queues = [.. (queues ?? []).Select(queue => new Assignment(queue))],
        Groups = groups ?? [],
    };

    public static Queue Queue(int id, bool enabled = true) =>
        new()
        {
            Id = id,
            ExternalId = $"QU_{id:D16}",
            Name = $"queue-{id}",
            DisplayName = $"Queue {id}",
            Enabled = enabled,
        };

    public static Level Level(int index, LevelTarget target, int targetId) =>
        new()
        {
            Id = $"l{index}",
            ServiceId = 1,
            Target = target,
            TargetId = targetId,
        };

    public static Service Service(int levels) => new() { Id = 1, Levels = [.. Enumerable.Range(0, levels).Select(index => $"l{index}")] };
}

/// <summary>Presence by unit, or by an agent's id; what is not named is offline.</summary>
internal sealed class PresenceByUnit : Dictionary<object, UnitState>, IPresence
{
    public UnitState OfUnit(ServingUnit unit) => GetValueOrDefault(unit);

    public UnitState OfAgent(int agentId) => GetValueOrDefault(agentId);

    public IEnumerable<int> CandidatesOf(ServingUnit unit) => [];

    private UnitState GetValueOrDefault(object key) => TryGetValue(key, out var state) ? state : UnitState.Offline;
}

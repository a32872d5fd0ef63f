using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Routing;

/// <summary>Those who serve a queue together: its direct operators, or a group.</summary>
internal static class ServingUnit
{
    public static string Operators(int queueId) => $"q{TableKey.Number(queueId)}";

    public static string Group(string groupId) => $"g{groupId}";

    /// <summary>The group that a unit is; null for a queue's operators.</summary>
    public static string? GroupOf(string unit) => unit[0] == 'g' ? unit[1..] : null;

    /// <summary>Whether a unit serves a queue, as the directory has it.</summary>
    public static bool Serves(string unit, AccountDirectory directory, int queueId) =>
        GroupOf(unit) is { } group
            ? directory.RoutingsOf(queueId).Any(routing => routing.GroupId == group)
            : unit == Operators(queueId);
}

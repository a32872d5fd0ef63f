using Azure;
using ContactRouting.Storage;

namespace ContactRouting.Presence;

/// <summary>
/// The index of logged-in agents: a row per agent and unit, sorted so that the first row of a unit tells whether
/// somebody can serve, somebody is at least logged in, or nobody is there; among those who can serve, the longest idle
/// comes first.
/// </summary>
internal static class ServingIndex
{
    private const char CanServe = '0';
    private const char LoggedIn = '1';

    public const string All = "x|";

    public static string Prefix(string unit) => $"{All}{unit}|";

    public static string UnitOf(string key) => key.Split('|')[1];

    /// <summary>What the first row of a unit's range says about it; null where there is none.</summary>
    public static UnitState StateOf(string unit, string? firstKey) => firstKey?[Prefix(unit).Length] switch
    {
        null => UnitState.Offline,
        CanServe => UnitState.CanServe,
        _ => UnitState.LoggedIn,
    };

    /// <summary>The rows that an agent's state calls for.</summary>
    public static IEnumerable<string> RowKeys(AgentState? agent)
    {
        if (agent is not { IsLoggedIn: true }) return [];
        var rank = $"{(agent.CanServe ? CanServe : LoggedIn)}{TableKey.Time(agent.StatusSince ?? default)}|{TableKey.Number(agent.AgentId)}";
        return agent.Units.Select(unit => Prefix(unit) + rank);
    }

    /// <summary>Puts an agent's change into the batch: its live row and the index rows that come and go.</summary>
    public static void Change(Batch batch, Row<AgentState>? before, AgentState? after)
    {
        if (after is null) batch.Delete(before!.Key, before.ETag);
        else if (before is null) batch.Insert(AgentState.RowKey(after.AgentId), after);
        else batch.Replace(before.Key, after, before.ETag);

        var (old, wanted) = (RowKeys(before?.Value).ToHashSet(), RowKeys(after).ToHashSet());
        foreach (var key in old.Except(wanted)) batch.Delete(key, ETag.All);
        foreach (var key in wanted.Except(old)) batch.Insert(key, new object());
    }
}

/// <summary>What a unit can do for a guest now.</summary>
internal enum UnitState
{
    /// <summary>Nobody is logged in.</summary>
    Offline,

    /// <summary>Somebody is logged in, nobody can serve.</summary>
    LoggedIn,

    /// <summary>Somebody can serve.</summary>
    CanServe,
}

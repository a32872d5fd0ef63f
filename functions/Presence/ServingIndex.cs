using System.Globalization;
using Azure;
using ContactRouting.Directory;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Presence;

/// <summary>What an index row tells of its agent, so that a decision need not read the agent.</summary>
internal sealed record IndexEntry
{
    public int AgentId { get; init; }

    public int Free { get; init; }

    public IReadOnlyDictionary<string, int> ChannelCosts { get; init; } =
        System.Collections.Immutable.ImmutableDictionary<string, int>.Empty;

    public bool CanTake(string channel) => Free >= ChannelCosts.GetValueOrDefault(channel, 1);
}

/// <summary>
/// The index of logged-in agents: a row per agent and unit. First come those who can serve, in the order of the unit's
/// strategy, then those who are at least logged in; so the first rows of a unit tell whom to take.
/// </summary>
internal static class ServingIndex
{
    private const char CanServe = '0';
    private const char LoggedIn = '1';

    public static string Prefix(ServingUnit unit) => $"{LiveKeys.ServingIndex}{unit}|";

    public static ServingUnit UnitOf(string key) => ServingUnit.Parse(TableKey.Parts(key)[1]);

    /// <summary>Whether a row's agent can serve, or is only logged in.</summary>
    public static bool IsServing(string key) => TableKey.Parts(key)[2][0] == CanServe;

    /// <summary>The rows that an agent's state calls for.</summary>
    public static IEnumerable<string> RowKeys(AgentState? agent) =>
        agent is { IsLoggedIn: true } ? agent.Units.Select(unit => RowKey(agent, unit)) : [];

    public static string RowKey(AgentState agent, ServingUnit unit) =>
        $"{Prefix(unit)}{(agent.CanServe ? CanServe : LoggedIn)}{Rank(agent, unit)}|{TableKey.Number(agent.AgentId)}";

    public static IndexEntry EntryOf(AgentState agent) =>
        new()
        {
            AgentId = agent.AgentId,
            Free = agent.Free,
            ChannelCosts = agent.ChannelCosts,
        };

    /// <summary>Puts an agent's change into the batch: its live row, its lease's timer, and the index rows that change.</summary>
    /// <returns>The agent as the batch has it: what routing changes gets a new place where agents are chosen at random.</returns>
    public static AgentState? Change(Batch batch, Row<AgentState>? before, AgentState? after)
    {
        var routed = before?.Value.Load.SequenceEqual(after?.Load ?? []) != true;
        if (after is not null && routed) after = after with { Shuffle = Random.Shared.Next() };
        if (after is null) batch.Delete(before!.Key, before.ETag);
        else if (before is null) batch.Insert(AgentState.RowKey(after.AgentId), after);
        else batch.Replace(before.Key, after, before.ETag);

        var (old, wanted) = (RowKeys(before?.Value).ToHashSet(), RowKeys(after).ToHashSet());
        foreach (var key in old.Except(wanted)) batch.Delete(key, ETag.All);
        foreach (var key in wanted.Except(old)) batch.Insert(key, EntryOf(after!));
        if (after is not null && before is not null && IsTold(before.Value, after))
        {
            foreach (var key in wanted.Intersect(old)) batch.Upsert(key, EntryOf(after));
        }
        Timers.Change(batch, before?.Value.LeaseTimer, after?.LeaseTimer);
        return after;
    }

    /// <summary>Whether the entries have something new to tell under the same keys.</summary>
    private static bool IsTold(AgentState before, AgentState after) =>
        before.Free != after.Free
        || !before.ChannelCosts.OrderBy(cost => cost.Key).SequenceEqual(after.ChannelCosts.OrderBy(cost => cost.Key));

    private static string Rank(AgentState agent, ServingUnit unit)
    {
        var (load, idle) = (agent.CapacityUnits - agent.Free, TableKey.Time(agent.IdleSince ?? agent.StatusSince ?? default));
        return agent.Strategies.GetValueOrDefault(unit) switch
        {
            AgentStrategy.LeastLoaded => string.Create(CultureInfo.InvariantCulture, $"{load * 1000 / agent.CapacityUnits:D6}{idle}"),
            AgentStrategy.RoundRobin => TableKey.Time(agent.LastOfferedAt ?? default),
            AgentStrategy.Random => TableKey.Number(agent.Shuffle),
            _ => TableKey.Number(load) + idle,
        };
    }
}

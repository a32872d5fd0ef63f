using ContactRouting.Storage;

namespace ContactRouting.Presence;

/// <summary>Events that somebody has to be told of: a row each, per agent in the order they happened.</summary>
internal static class Outbox
{
    public static string Prefix(int agentId) => $"{LiveKeys.Outbox}{TableKey.Number(agentId)}|";

    public static int AgentOf(string rowKey) => int.Parse(TableKey.Parts(rowKey)[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Puts an event into the transaction that makes it; none where nobody asked for it.</summary>
    public static void Add(Batch batch, PresenceEvent? happened)
    {
        if (happened is { To.Count: > 0 }) batch.Insert(RowKey(happened), happened);
    }

    public static string RowKey(PresenceEvent happened) => $"{Prefix(happened.AgentId)}{happened.Sequence:D19}";
}

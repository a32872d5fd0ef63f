namespace ContactRouting.Events;

/// <summary>An event as everybody gets it: pushed, listed, in a history.</summary>
internal static class EventView
{
    public static object Of(int accountId, Event happened) => new
    {
        happened.Type,
        happened.Id,
        happened.Subject,
        happened.Sequence,
        happened.OccurredAt,
        accountId,
        happened.Data,
    };
}

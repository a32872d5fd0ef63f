using Azure;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>The rows that a contact's state calls for; a change writes the difference, in the contact's own transaction.</summary>
internal static class ContactRows
{
    public const string HandlingPrefix = "r|";

    public static string HandlingKey(int agentId, string contactId) => $"{HandlingPrefix}{TableKey.Number(agentId)}|{contactId}";

    public static void Change(Batch batch, Row<Contact>? before, Contact after, DateTimeOffset now)
    {
        if (before is null) batch.Insert(Contact.RowKey(after.Id), after);
        else batch.Replace(before.Key, after, before.ETag);
        var (old, wanted) = (before is null ? [] : Derived(before.Value, now), Derived(after, now));
        foreach (var key in old.Keys.Except(wanted.Keys)) batch.Delete(key, ETag.All);
        foreach (var (key, value) in wanted)
        {
            if (!old.TryGetValue(key, out var known)) batch.Insert(key, value);
            else if (!known.Equals(value)) batch.Upsert(key, value);
        }
    }

    public static Dictionary<string, object> Derived(Contact contact, DateTimeOffset now)
    {
        var rows = new Dictionary<string, object>(StringComparer.Ordinal);
        if (contact.State == ContactState.Queued)
        {
            rows[contact.Line.PlaceOf(contact.Priority, contact.EnqueuedAt, contact.Id)] = new WaitingEntry
            {
                ContactId = contact.Id,
                Channel = contact.Channel,
                EnqueuedAt = contact.EnqueuedAt,
                DeclinedBy = contact.DeclinedBy,
                External = contact.External,
            };
        }
        if (contact is { State: ContactState.Offered or ContactState.Active or ContactState.WrapUp, AgentId: { } agentId })
            rows[HandlingKey(agentId, contact.Id)] = new HandlingEntry
            {
                AgentId = agentId,
                State = contact.State,
                AcceptedAt = contact.State == ContactState.Active ? now : null,
            };
        foreach (var (at, kind) in TimersOf(contact)) rows[Timers.RowKey(at, kind, contact.Id)] = Nothing;
        return rows;
    }

    private static readonly object Nothing = new();

    private static IEnumerable<(DateTimeOffset At, TimerKind Kind)> TimersOf(Contact contact)
    {
        if (contact is { State: ContactState.Offered, OfferExpiresAt: { } expires }) yield return (expires, TimerKind.Offer);
        if (contact is { State: ContactState.Queued, WaitUntil: { } until }) yield return (until, TimerKind.Wait);
        if (contact is { State: ContactState.WrapUp, WrapUpUntil: { } rested }) yield return (rested, TimerKind.WrapUp);
        if (contact.RetainUntil is { } retained) yield return (retained, TimerKind.Retention);
    }
}

using Azure;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>The rows that a contact's state calls for; a change writes the difference, in the contact's own transaction.</summary>
internal static class ContactRows
{
    private static readonly object Nothing = new();

    public static string HandlingPrefixOf(int agentId) => $"{LiveKeys.Handling}{TableKey.Number(agentId)}|";

    public static string HandlingKey(int agentId, string contactId) => HandlingPrefixOf(agentId) + Contact.KeyOf(contactId);

    /// <summary>The key of the contact of a row under its agent.</summary>
    public static string ContactOfHandling(string rowKey) => TableKey.Parts(rowKey)[2];

    /// <summary>Where a contact stands among all by their arrival.</summary>
    public static string PlaceInHistory(Contact contact) => $"{TableKey.Time(contact.EnqueuedAt)}|{Contact.KeyOf(contact.Id)}";

    /// <summary>The key of the contact of a row in the history.</summary>
    public static string ContactOfHistory(string rowKey) => TableKey.Parts(rowKey)[2];

    public static void Change(Batch batch, Row<Contact>? before, Contact after)
    {
        if (before is null) batch.Insert(Contact.RowKey(after.Id), after);
        else batch.Replace(before.Key, after, before.ETag);
        if (after.IsCounted && before is not { Value.IsCounted: true })
            batch.Insert(ContactEnding.RowKey(after.Id), ContactEnding.Of(after)!);
        var (old, wanted) = (before is null ? [] : Derived(before.Value), Derived(after));
        foreach (var key in old.Keys.Except(wanted.Keys)) batch.Delete(key, ETag.All);
        foreach (var (key, value) in wanted)
        {
            if (!old.TryGetValue(key, out var known)) batch.Insert(key, value);
            else if (!known.Equals(value)) batch.Upsert(key, value);
        }
    }

    public static Dictionary<string, object> Derived(Contact contact)
    {
        var rows = new Dictionary<string, object>(StringComparer.Ordinal);
        if (contact.State == ContactState.Queued)
        {
            var waiting = contact.Waiting.Place;
            var entry = new WaitingEntry
            {
                ContactId = contact.Id,
                Channel = contact.Channel,
                WaitingSince = contact.WaitingSince,
                Passed = contact.Passed,
                ServiceId = contact.ServiceId,
                LevelId = contact.LevelId,
                Left = contact.Left,
            };
            if (contact.External) rows[WaitingRows.KeyOfOther(contact.Line, waiting)] = entry;
            else foreach (var key in WaitingRows.Keys(contact.Line, waiting)) rows[key] = entry;
        }
        if (contact is { State: ContactState.Offered or ContactState.Active or ContactState.WrapUp, AgentId: { } agentId })
            rows[HandlingKey(agentId, contact.Id)] = new HandlingEntry
            {
                ContactId = contact.Id,
                AgentId = agentId,
                State = contact.State,
                QueueId = contact.QueueId,
                Unit = contact.Unit,
                AcceptedAt = contact.AcceptedAt,
                Since = contact.State switch
                {
                    ContactState.Offered => contact.OfferedAt,
                    ContactState.Active => contact.AcceptedAt,
                    _ => contact.EndedAt,
                },
            };
        foreach (var (at, kind) in TimersOf(contact)) rows[Timers.RowKey(at, kind, Contact.KeyOf(contact.Id))] = Nothing;

        // Whoever forgets the contact finds its place in the history by the timer.
        var place = PlaceInHistory(contact);
        if (contact.RetainUntil is { } retained) rows[Timers.RowKey(retained, TimerKind.Retention, place)] = Nothing;
        rows[LiveKeys.History + place] = new HistoryEntry
        {
            ContactId = contact.Id,
            ArrivedAt = contact.EnqueuedAt,
            State = contact.State,
            ServiceId = contact.ServiceId,
            Channel = contact.Channel,
            QueueId = contact.QueueId ?? contact.LastQueueId,
            AnsweredAt = contact.AnsweredAt,
            AgentId = contact.AnsweredBy,
            EndedAt = contact.EndedAt,
        };
        return rows;
    }

    /// <summary>The rows of a contact that was kept long enough, by the timer's id.</summary>
    public static IEnumerable<string> KeptKeys(string retentionId) =>
        [LiveKeys.Contacts + TableKey.Parts(retentionId)[1], LiveKeys.History + retentionId];

    private static IEnumerable<(DateTimeOffset At, TimerKind Kind)> TimersOf(Contact contact)
    {
        if (contact is { State: ContactState.Offered, OfferExpiresAt: { } expires }) yield return (expires, TimerKind.Offer);
        if (contact is { State: ContactState.Queued, WaitUntil: { } until }) yield return (until, TimerKind.Wait);
        if (contact is { State: ContactState.WrapUp, WrapUpUntil: { } rested }) yield return (rested, TimerKind.WrapUp);
        if (contact is { IsOver: false, EndsAt: { } ends }) yield return (ends, TimerKind.External);
    }
}

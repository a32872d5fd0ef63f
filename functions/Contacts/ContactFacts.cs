using ContactRouting.Events;

namespace ContactRouting.Contacts;

/// <summary>A contact as it is told, and the events that its changes are.</summary>
internal static class ContactFacts
{
    /// <summary>What every answer and event tells of a contact.</summary>
    public static Facts Of(Contact contact) => new()
    {
        ["id"] = contact.Id,
        ["state"] = ContactLife.StateName(contact.State),
        ["serviceId"] = contact.ServiceId,
        ["level"] = contact.Level,
        ["queueId"] = contact.QueueId,
        ["channel"] = contact.Channel,
        ["priority"] = contact.Priority,
        ["enqueuedAt"] = contact.EnqueuedAt,
        ["offer"] = contact is { State: ContactState.Offered, AgentId: { } agentId, OfferExpiresAt: { } expiresAt }
            ? new { agentId, expiresAt }
            : null,
        ["offeredAt"] = contact.OfferedAt,
        ["acceptedAt"] = contact.AcceptedAt,
        ["wrapUpUntil"] = contact.WrapUpUntil,
        ["endedAt"] = contact.EndedAt,
        ["endedBy"] = contact.EndedBy,
        ["attributes"] = contact.Attributes,
        ["agentId"] = contact.State is ContactState.Active or ContactState.WrapUp or ContactState.Ended ? contact.AgentId : null,
    };

    /// <summary>The sequence that the first event follows of a contact that comes at a time.</summary>
    public static long SequenceBefore(DateTimeOffset now) => now.ToUnixTimeMilliseconds();

    /// <summary>The events of a change, in their order: none where it is no step, two where a step follows at once.</summary>
    public static IEnumerable<Event> Events(ContactChange change, DateTimeOffset now)
    {
        var (before, after) = (change.Before?.Value, change.After);
        var steps = (after.Sequence - (before?.Sequence ?? SequenceBefore(now))) switch
        {
            0 => (ContactStep[])[],
            1 => [after.Step],
            _ => [before is null ? ContactStep.Arrived : ContactStep.Completed, after.Step],
        };
        var facts = steps.Length == 0 ? [] : Of(after);
        return steps.Select((step, index) => EventData.Make(
            $"contact.{step.ToString().ToLowerInvariant()}",
            Subject.Contact(after.Id),
            after.Sequence - steps.Length + index + 1,
            after is { External: true, OccurredAt: { } told } ? told : now,
            index > 0 ? facts : before is null ? null : Of(before),
            facts
        ));
    }
}

using ContactRouting.Storage;

namespace ContactRouting.Contacts;

internal enum Outcome
{
    Answered,
    Abandoned,
    Refused,
}

/// <summary>
/// How a contact ended: a row from the commit that ended it until it is in the figures of its day. A contact has one in its
/// life, as it was known when that was written.
/// </summary>
internal sealed record ContactEnding
{
    public Outcome Outcome { get; init; }

    /// <summary>Where it waited last; null where it came for one agent, or another system named no queue.</summary>
    public int? QueueId { get; init; }

    /// <summary>Who answered it last.</summary>
    public int? AgentId { get; init; }

    /// <summary>From its arrival until it was answered first, or ended.</summary>
    public long WaitedMilliseconds { get; init; }

    /// <summary>From when it was answered last to its end; null where it was not answered, or nobody told its end.</summary>
    public long? HandledMilliseconds { get; init; }

    public DateTimeOffset EndedAt { get; init; }

    public static string RowKey(string contactId) => LiveKeys.Endings + Contact.KeyOf(contactId);

    /// <summary>Null while the guest is there, and where it is not known that anybody answered.</summary>
    public static ContactEnding? Of(Contact contact)
    {
        Outcome? outcome = contact.State switch
        {
            ContactState.WrapUp or ContactState.Ended when contact.AnsweredAt is not null => Contacts.Outcome.Answered,
            ContactState.Abandoned => Contacts.Outcome.Abandoned,
            ContactState.Refused => Contacts.Outcome.Refused,
            _ => null,
        };
        if (outcome is not { } how || contact.EndedAt is not { } endedAt) return null;
        var isAnswered = how == Contacts.Outcome.Answered;

        // Of another system's contact the accept is when we heard of it; one that was taken for over ended later than was told.
        var answeredLast = contact.External ? contact.AnsweredAt : contact.AcceptedAt;
        var isTold = !contact.External || endedAt <= contact.OccurredAt;
        return new ContactEnding
        {
            Outcome = how,
            QueueId = contact.QueueId ?? contact.LastQueueId,
            AgentId = isAnswered ? contact.AnsweredBy : null,
            WaitedMilliseconds = Between(contact.EnqueuedAt, isAnswered ? contact.AnsweredAt!.Value : endedAt),
            HandledMilliseconds = isAnswered && isTold && answeredLast is { } from ? Between(from, endedAt) : null,
            EndedAt = endedAt,
        };
    }

    private static long Between(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (to - from).Ticks / TimeSpan.TicksPerMillisecond);
}

using System.Globalization;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Storage;

namespace ContactRouting.Presence;

internal enum ReceiverKind
{
    /// <summary>Of RingMe's agent events.</summary>
    Callback,

    /// <summary>Of our own API's events.</summary>
    Subscription,
}

/// <summary>Who is told of events: a record of the directory, by its kind and id.</summary>
internal readonly record struct Receiver(ReceiverKind Kind, int Id)
{
    /// <summary>In row keys.</summary>
    public string Key => (Kind == ReceiverKind.Callback ? "c" : "s") + TableKey.Number(Id);

    public static Receiver Of(Subscription subscription) => new(ReceiverKind.Subscription, subscription.Id);

    public static Receiver Parse(string key) =>
        new(key[0] == 'c' ? ReceiverKind.Callback : ReceiverKind.Subscription, int.Parse(key.AsSpan(1), CultureInfo.InvariantCulture));
}

/// <summary>An event that a receiver has to be told of, and how far that is.</summary>
internal sealed record OutboxEntry
{
    public Event Event { get; init; } = new();

    public DateTimeOffset CommittedAt { get; init; }

    /// <summary>Who has it in hand has it until then.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>How often it was tried, always in vain.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The URL that failed, by its hash: the pause does not hold for another.</summary>
    public string? FailedUrl { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }
}

/// <summary>
/// Events that somebody has to be told of: a row for each event and receiver, put into the transaction that the event is, by
/// subject in the order in which they happened.
/// </summary>
internal static class Outbox
{
    public static string Prefix(string subject) => $"{LiveKeys.Outbox}{subject}|";

    /// <summary>The subject's key in a row's.</summary>
    public static string SubjectOf(string rowKey) => TableKey.Parts(rowKey)[1];

    public static Receiver ReceiverOf(string rowKey) => Receiver.Parse(TableKey.Parts(rowKey)[3]);

    public static string RowKey(Event happened, Receiver receiver) =>
        $"{Prefix(Subject.Parse(happened.Subject).Key)}{happened.Sequence:D19}|{receiver.Key}";

    /// <summary>Puts events into the transaction that makes them, for everybody who wants to be told.</summary>
    /// <param name="callbacks">Who wants to be told by RingMe's format, if there is an agent's event among them.</param>
    /// <returns>The keys of the subjects of which somebody has to be told.</returns>
    public static IReadOnlySet<string> Add(
        Batch batch,
        AccountDirectory directory,
        IEnumerable<Event> events,
        IEnumerable<Receiver> callbacks,
        DateTimeOffset now
    )
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var happened in events)
        {
            var subject = Subject.Parse(happened.Subject);
            var receivers = directory.Subscriptions.Where(subscription => subscription.Wants(happened)).Select(Receiver.Of);
            if (subject.Kind == Subject.AgentKind) receivers = receivers.Concat(callbacks);
            foreach (var receiver in receivers)
            {
                batch.Insert(RowKey(happened, receiver), new OutboxEntry { Event = happened, CommittedAt = now });
                told.Add(subject.Key);
            }
        }
        return told;
    }
}

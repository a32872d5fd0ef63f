using System.Text.Json;
using ContactRouting.Events;

namespace ContactRouting.Directory.Changes;

/// <summary>The events that a change of a directory is.</summary>
internal static class DirectoryEvents
{
    /// <summary>So many records are named.</summary>
    private const int MostNamed = 100;

    /// <summary>As JSON. Of an event's 20 KiB at most this leaves room for the rest.</summary>
    private const int MostNamedBytes = 16 * 1024;

    public static IEnumerable<Event> Of(DirectoryEdit edit, DateTimeOffset now)
    {
        var made = edit.Changes.Where(change => change.Value is not null || edit.Before.Records.ContainsKey(change.Key)).ToList();
        var bytes = 0;
        var named = made.Take(MostNamed)
            .Select(change =>
                ConfigurationDifference.Of(edit.Before, change.Value ?? edit.Before.Records[change.Key], remove: change.Value is null)
            )
            .TakeWhile(change => (bytes += JsonSerializer.SerializeToUtf8Bytes(change, EventData.Json).Length + 1) <= MostNamedBytes)
            .ToList();
        var facts = new Facts
        {
            ["version"] = edit.Directory.Version,
            ["changes"] = named,
            ["changesLeftOut"] = made.Count - named.Count,
        };
        yield return EventData.Make(
            EventTypes.ConfigurationChanged,
            Subject.Configuration,
            edit.Directory.Version,
            now,
            new Facts { ["version"] = edit.Before.Version },
            facts
        );
        foreach (var subscription in edit.Changes.Values.OfType<Subscription>().Where(subscription => !subscription.Enabled))
        {
            if (edit.Before.Subscription(subscription.Id) is not { Enabled: true } before) continue;
            yield return EventData.Make(
                EventTypes.SubscriptionDisabled,
                Subject.Subscription(subscription.Id),
                EventData.SequenceAt(now),
                now,
                Facts(before),
                Facts(subscription)
            );
        }
    }

    private static Facts Facts(Subscription subscription) => new()
    {
        ["id"] = subscription.Id,
        ["description"] = subscription.Description,
        ["enabled"] = subscription.Enabled,
        ["disabledReason"] = subscription.DisabledReason,
    };
}

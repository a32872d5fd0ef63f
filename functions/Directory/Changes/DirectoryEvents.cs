using ContactRouting.Events;

namespace ContactRouting.Directory.Changes;

/// <summary>The events that a change of a directory is.</summary>
internal static class DirectoryEvents
{
    /// <summary>So many records are named.</summary>
    private const int MostNamed = 100;

    public static IEnumerable<Event> Of(DirectoryEdit edit, DateTimeOffset now)
    {
        var made = edit.Changes.Where(change => change.Value is not null || edit.Before.Records.ContainsKey(change.Key)).ToList();
        var named = made.Take(MostNamed).Select(change =>
            ConfigurationDifference.Of(edit.Before, change.Value ?? edit.Before.Records[change.Key], remove: change.Value is null)
        );
        var facts = new Facts
        {
            ["version"] = edit.Directory.Version,
            ["changes"] = named.ToList(),
            ["changesLeftOut"] = Math.Max(0, made.Count - MostNamed),
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

namespace ContactRouting.Directory;

/// <summary>A place in a record that names another record.</summary>
/// <param name="Field">Its path in a configuration document, from the record's own.</param>
/// <param name="Key">The other's row key.</param>
/// <param name="What">What has to stand there, in words.</param>
/// <param name="Holds">Whether the other cannot be removed because of it; else the place goes along with the other.</param>
internal sealed record Reference(string Field, string Key, string What, bool Holds = true);

/// <summary>What refers to what: the one description behind refusals, a document's checks, and the order of changes.</summary>
internal static class DirectoryReferences
{
    public static IEnumerable<Reference> Of(IDirectoryRecord record) => record switch
    {
        Queue queue =>
            from overflow in queue.Overflows
            where overflow.Value.Target() is not null
            select new Reference($"{overflow.Key}.queueId", overflow.Value.Target()!, "queue's id"),
        Agent agent =>
        [
            .. agent.Queues.Select((place, index) =>
                new Reference($"queues[{index}].queueId", DirectoryKeys.Queue(place.QueueId), "queue's id", Holds: false)),
            .. agent.Groups.Select((id, index) => new Reference($"groups[{index}]", DirectoryKeys.Group(id), "group's id", Holds: false)),
        ],
        Subscription subscription => [new Reference("agentId", DirectoryKeys.Agent(subscription.AgentId), "agent's id", Holds: false)],
        QueueGroup routing =>
        [
            new Reference("queueId", DirectoryKeys.Queue(routing.QueueId), "queue's id", Holds: false),
            new Reference("groupId", DirectoryKeys.Group(routing.GroupId), "group's id", Holds: false),
        ],
        Level level =>
        [
            new Reference("widgetId", DirectoryKeys.Widget(level.WidgetId), "widget's id"),
            new Reference(
                "name",
                level.Target == LevelTarget.Queue ? DirectoryKeys.Queue(level.TargetId) : DirectoryKeys.Agent(level.TargetId),
                "queue's or agent's"
            ),
        ],
        Service service => service.Levels.Select(id =>
            new Reference("levels", DirectoryKeys.Level(service.Id, id), "level's id", Holds: false)),
        _ => [],
    };

    /// <summary>Whatever keeps a record from being removed, in words.</summary>
    public static IEnumerable<string> HoldersOf(AccountDirectory directory, IDirectoryRecord record) =>
        directory
            .Records.Values.Where(other => other.RowKey != record.RowKey)
            .Where(other => Of(other).Any(reference => reference.Holds && reference.Key == record.RowKey))
            .Select(other => Describe(directory, other))
            .OrderBy(holder => holder.Order, StringComparer.Ordinal)
            .Select(holder => holder.Words)
            .Where(words => words.Length > 0);

    /// <returns>No words for a level that its service does not list: nobody can reach it.</returns>
    private static (string Order, string Words) Describe(AccountDirectory directory, IDirectoryRecord record) => record switch
    {
        Level level => directory.Service(level.ServiceId)?.Levels.ToList().IndexOf(level.Id) is >= 0 and var index
            ? ($"{DirectoryKeys.Service(level.ServiceId)}|{index:D3}", $"level {index} of service {level.ServiceId}")
            : ("", ""),
        Queue queue => (queue.RowKey, $"queue {queue.Name}"),
        var other => throw new InvalidOperationException($"{other.RowKey} holds nothing."),
    };
}

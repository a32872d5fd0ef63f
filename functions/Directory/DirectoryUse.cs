namespace ContactRouting.Directory;

/// <summary>Where a record is referred to by others that would dangle without it.</summary>
internal static class DirectoryUse
{
    /// <summary>The places, in words.</summary>
    public static IEnumerable<string> Of(AccountDirectory directory, IDirectoryRecord record) => record switch
    {
        Queue queue => Levels(directory, level => level.Target == LevelTarget.Queue && level.TargetId == queue.Id)
            .Concat(Routings(directory, routing => routing.QueueId == queue.Id)),
        Agent agent => Levels(directory, level => level.Target == LevelTarget.Agent && level.TargetId == agent.Id),
        Widget widget => Levels(directory, level => level.WidgetId == widget.Id),
        Group group => Routings(directory, routing => routing.GroupId == group.Id),
        _ => [],
    };

    private static IEnumerable<string> Levels(AccountDirectory directory, Func<Level, bool> refers) =>
        from service in directory.All<Service>().OrderBy(service => service.Id)
        from place in service.Levels.Select((id, index) => (index, level: directory.Level(service.Id, id)))
        where refers(place.level)
        select $"level {place.index} of service {service.Id}";

    private static IEnumerable<string> Routings(AccountDirectory directory, Func<GroupRouting, bool> refers) =>
        directory
            .All<GroupRouting>()
            .Where(refers)
            .OrderBy(routing => routing.Id, StringComparer.Ordinal)
            .Select(routing => $"group routing {routing.Id}");
}

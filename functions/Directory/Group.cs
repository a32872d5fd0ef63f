namespace ContactRouting.Directory;

/// <summary>Agents that serve queues together.</summary>
internal sealed record Group : IDirectoryRecord
{
    /// <summary>The GR_ id.</summary>
    public string Id { get; init; } = "";

    public string DisplayName { get; init; } = "";

    /// <summary>How an agent is chosen among the members.</summary>
    public AgentStrategy Strategy { get; init; }

    public string RowKey => DirectoryKeys.Group(Id);
}

/// <summary>A queue is served by a group.</summary>
internal sealed record QueueGroup : IDirectoryRecord
{
    /// <summary>The GR_RO_ id.</summary>
    public string Id { get; init; } = "";

    public int QueueId { get; init; }

    public string GroupId { get; init; } = "";

    /// <summary>Tried first; the others serve only while no primary group can.</summary>
    public bool Primary { get; init; }

    public string RowKey => DirectoryKeys.QueueGroup(Id);
}

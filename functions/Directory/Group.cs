using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>Agents that serve queues together.</summary>
internal sealed record Group : IDirectoryRecord
{
    public const string IdPrefix = "GR_";

    /// <summary>The GR_ id.</summary>
    public string Id { get; init; } = "";

    /// <summary>For people.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>How an agent is chosen among the members.</summary>
    public AgentStrategy Strategy { get; init; }

    public string RowKey => DirectoryKeys.Group(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(DisplayName), Names.DisplayFault(DisplayName) },
        { nameof(Id), Names.IdFault(Id, IdPrefix) },
    };

    public IEnumerable<Reference> References() => [];
}

/// <summary>A queue is served by a group.</summary>
internal sealed record QueueGroup : IDirectoryRecord
{
    public const string IdPrefix = "GR_RO_";

    /// <summary>The GR_RO_ id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The queue that is served.</summary>
    public int QueueId { get; init; }

    /// <summary>The queue by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Queue { get; init; }

    /// <summary>The group that serves it.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>The group by its display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>Tried first; the others serve only while no primary group can.</summary>
    public bool Primary { get; init; }

    public string RowKey => DirectoryKeys.QueueGroup(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults { { nameof(Id), Names.IdFault(Id, IdPrefix) } };

    public IEnumerable<Reference> References() =>
    [
        new(nameof(QueueId), DirectoryKeys.Queue(QueueId), "queue's id", Holds: false),
        new(nameof(GroupId), DirectoryKeys.Group(GroupId), "group's id", Holds: false),
    ];
}

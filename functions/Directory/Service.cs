using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>An ordered rollover of levels.</summary>
internal sealed record Service : IDirectoryRecord
{
    public const int MaxLevels = 200;

    public int Id { get; init; }

    public string Name { get; init; } = "";

    public string OfflineHtml { get; init; } = "";

    /// <summary>The levels' stable ids, most preferred first.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    public string RowKey => DirectoryKeys.Service(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Name), Names.DisplayFault(Name) },
        { nameof(OfflineHtml), Names.HtmlFault(OfflineHtml) },
        { nameof(Levels), Levels.Count > MaxLevels ? $"are more than {MaxLevels}." : null },
        { nameof(Levels), Levels.Distinct().Count() < Levels.Count ? "have the same id twice." : null },
    };

    public IEnumerable<Reference> References() =>
        Levels.Select(id => new Reference(nameof(Levels), DirectoryKeys.Level(Id, id), "level's id", Holds: false));
}

/// <summary>What a level leads to.</summary>
internal enum LevelTarget
{
    Queue,
    Agent,
}

/// <summary>A level's contents; its place is in the service's order.</summary>
internal sealed record Level : IDirectoryRecord
{
    private const int MaxIdLength = 40;

    public string Id { get; init; } = "";

    public int ServiceId { get; init; }

    public LevelTarget Target { get; init; }

    /// <summary>The queue's or agent's id.</summary>
    public int TargetId { get; init; }

    /// <summary>The widget of its chats; 0 for none.</summary>
    public int WidgetId { get; init; }

    public string Html { get; init; } = "";

    private bool HasFitId => Id.Length <= MaxIdLength && Id.All(char.IsAsciiLetterOrDigit);

    public string RowKey => DirectoryKeys.Level(ServiceId, Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Id), HasFitId ? null : $"must be at most {MaxIdLength} ASCII letters and digits." },
        { nameof(Html), Names.HtmlFault(Html) },
    };

    public IEnumerable<Reference> References() =>
    [
        .. WidgetId == 0 ? (Reference[])[] : [new(nameof(WidgetId), DirectoryKeys.Widget(WidgetId), "widget's id")],
        new(
            nameof(TargetId),
            Target == LevelTarget.Queue ? DirectoryKeys.Queue(TargetId) : DirectoryKeys.Agent(TargetId),
            "queue's or agent's"
        ),
    ];

    public static string NewId() => Guid.NewGuid().ToString("n");

    public Level LeadingTo(IDirectoryRecord? target) => target switch
    {
        Queue queue => this with { Target = LevelTarget.Queue, TargetId = queue.Id },
        Agent agent => this with { Target = LevelTarget.Agent, TargetId = agent.Id },
        _ => this,
    };
}

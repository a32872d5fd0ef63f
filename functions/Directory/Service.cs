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
    public const int MaxHtmlLength = 30_000;

    public string Id { get; init; } = "";

    public int ServiceId { get; init; }

    public LevelTarget Target { get; init; }

    /// <summary>The queue's or agent's id.</summary>
    public int TargetId { get; init; }

    public int WidgetId { get; init; }

    public string Html { get; init; } = "";

    public string RowKey => DirectoryKeys.Level(ServiceId, Id);

    public static string NewId() => Guid.NewGuid().ToString("n");

    public Level LeadingTo(IDirectoryRecord? target) => target switch
    {
        Queue queue => this with { Target = LevelTarget.Queue, TargetId = queue.Id },
        Agent agent => this with { Target = LevelTarget.Agent, TargetId = agent.Id },
        _ => this,
    };
}

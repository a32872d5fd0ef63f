using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// An account's whole configuration as one document. An item without an id is the one of the same name, or new. What
/// the document leaves out is removed. Items refer to each other by ids or by names.
/// </summary>
internal sealed partial record Configuration
{
    /// <summary>Where an editor finds the schema of the document; it is not kept.</summary>
    [JsonPropertyName("$schema")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Schema { get; init; }

    /// <summary>Who serves guests.</summary>
    public IReadOnlyList<Agent> Agents { get; init; } = [];

    /// <summary>Where contacts wait.</summary>
    public IReadOnlyList<Queue> Queues { get; init; } = [];

    /// <summary>Agents that serve queues together.</summary>
    public IReadOnlyList<Group> Groups { get; init; } = [];

    /// <summary>Which groups serve which queues.</summary>
    public IReadOnlyList<QueueGroup> GroupRoutings { get; init; } = [];

    /// <summary>How chats look on pages.</summary>
    public IReadOnlyList<Widget> Widgets { get; init; } = [];

    /// <summary>Lists of levels to which guests are led.</summary>
    public IReadOnlyList<ServiceConfiguration> Services { get; init; } = [];

    /// <summary>Whom to call when agents log in or out.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Whom to tell of events.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; init; } = [];

    /// <summary>The catalogue of assignable services.</summary>
    public IReadOnlyList<UserService> UserServices { get; init; } = [];

    /// <summary>Whether a stored record is already as it is wanted.</summary>
    public static bool IsSame(IDirectoryRecord? stored, IDirectoryRecord wanted) => stored is not null && Text(stored) == Text(wanted);

    /// <summary>The JSON path of a record's property, below its item's.</summary>
    /// <param name="property">As a <see cref="Errors.RecordFault"/> has it.</param>
    public static string PathOf(string item, string property)
    {
        if (property.Length == 0) return item;
        var name = property == nameof(Level.TargetId) ? nameof(LevelConfiguration.Name) : property;
        var path = PropertyStart().Replace(name, letter => letter.Value.ToLowerInvariant());
        return $"{item}.{path.Replace("[\"", ".", StringComparison.Ordinal).Replace("\"]", "", StringComparison.Ordinal)}";
    }

    [GeneratedRegex(@"(?<=^|\.)[A-Z]")]
    private static partial Regex PropertyStart();

    private static string Text(IDirectoryRecord record) => JsonSerializer.Serialize(record, record.GetType(), DirectoryJson.Options);

    public static Configuration Of(AccountDirectory directory) => new()
    {
        Agents = [.. directory.All<Agent>().OrderBy(agent => agent.Id)],
        Queues = [.. directory.All<Queue>().OrderBy(queue => queue.Id)],
        Groups = [.. directory.All<Group>().OrderBy(group => group.Id, StringComparer.Ordinal)],
        GroupRoutings = [.. directory.All<QueueGroup>().OrderBy(routing => routing.Id, StringComparer.Ordinal)],
        Widgets = [.. directory.All<Widget>().OrderBy(widget => widget.Id)],
        Services =
        [
            .. directory.All<Service>().OrderBy(service => service.Id).Select(service => ServiceConfiguration.Of(directory, service)),
        ],
        Callbacks = [.. directory.All<Callback>().OrderBy(callback => callback.Id)],
        Subscriptions = [.. directory.Subscriptions.OrderBy(subscription => subscription.Id)],
        UserServices = [.. directory.All<UserService>().OrderBy(service => service.TechnicalName, StringComparer.Ordinal)],
    };
}

/// <summary>A service with its levels, most preferred first.</summary>
internal sealed record ServiceConfiguration
{
    /// <summary>Its number; over all accounts no other service has it.</summary>
    public int Id { get; init; }

    /// <summary>For people.</summary>
    public string Name { get; init; } = "";

    /// <summary>What pages show while no level takes guests.</summary>
    public string OfflineHtml { get; init; } = "";

    /// <summary>Most preferred first.</summary>
    public IReadOnlyList<LevelConfiguration> Levels { get; init; } = [];

    public static ServiceConfiguration Of(AccountDirectory directory, Service service) => new()
    {
        Id = service.Id,
        Name = service.Name,
        OfflineHtml = service.OfflineHtml,
        Levels = [.. service.Levels.Select(id => directory.Level(service.Id, id)).Select(level => new LevelConfiguration
        {
            Id = level.Id,
            Name = directory.NameOf(level),
            WidgetId = level.WidgetId,
            Html = level.Html,
        })],
    };
}

/// <summary>A queue or an agent to which guests are led.</summary>
internal sealed record LevelConfiguration
{
    /// <summary>Its lasting id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The queue's or agent's name or display name.</summary>
    public string Name
    {
        get;
        init => field = Names.Normal(value);
    } = "";

    /// <summary>The widget of its chats; 0 for none.</summary>
    public int WidgetId { get; init; }

    /// <summary>The widget by its name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Widget { get; init; }

    /// <summary>What pages show while it takes guests; a link where it is empty.</summary>
    public string Html { get; init; } = "";
}

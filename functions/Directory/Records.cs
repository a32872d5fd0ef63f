using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>Something that an account's administrator configures: one row of the account's partition.</summary>
internal interface IDirectoryRecord
{
    string RowKey { get; }
}

/// <summary>The prefixes of the directory's row keys, all under <see cref="All"/>.</summary>
internal static class DirectoryKeys
{
    public const string All = "d|";

    public static string Agent(int id) => $"{All}agent|{TableKey.Number(id)}";

    public static string Queue(int id) => $"{All}queue|{TableKey.Number(id)}";

    public static string Group(string id) => $"{All}group|{id}";

    public static string GroupRouting(string id) => $"{All}routing|{id}";

    public static string Widget(int id) => $"{All}widget|{TableKey.Number(id)}";

    public static string Service(int id) => $"{All}service|{TableKey.Number(id)}";

    public static string Level(int serviceId, string id) => $"{All}level|{TableKey.Number(serviceId)}|{id}";

    public static string Subscription(int id) => $"{All}subscription|{TableKey.Number(id)}";

    public static string UserService(string technicalName) => $"{All}userservice|{TableKey.Text(technicalName)}";

    /// <summary>The record type of a row, by its key.</summary>
    public static Type TypeOf(string rowKey) => rowKey.Split('|')[1] switch
    {
        "agent" => typeof(Agent),
        "queue" => typeof(Queue),
        "group" => typeof(Group),
        "routing" => typeof(GroupRouting),
        "widget" => typeof(Widget),
        "service" => typeof(Service),
        "level" => typeof(Level),
        "subscription" => typeof(Subscription),
        "userservice" => typeof(UserService),
        var kind => throw new InvalidOperationException($"No directory record is of kind {kind}."),
    };
}

/// <summary>Where an agent is reached: on an internal extension, or on an outside number.</summary>
internal enum AgentType
{
    Local,
    Remote,
}

/// <summary>A queue or an agent: what guests can be led to by name.</summary>
internal abstract record NamedRecord : IDirectoryRecord
{
    [JsonPropertyOrder(-1)]
    public int Id { get; init; }

    /// <summary>The QU_ or AG_ id.</summary>
    [JsonPropertyOrder(-1)]
    public string ExternalId { get; init; } = "";

    /// <summary>After LibraryH3lp's rule; over all accounts no other queue or agent has it.</summary>
    [JsonPropertyOrder(-1)]
    public string Name { get; init; } = "";

    /// <summary>For people; others may have the same.</summary>
    [JsonPropertyOrder(-1)]
    public string DisplayName { get; init; } = "";

    [JsonIgnore]
    public abstract string RowKey { get; }

    [JsonIgnore]
    public abstract string ExternalIdPrefix { get; }
}

/// <summary>An agent's place at a queue, as its operator.</summary>
internal sealed record Assignment(int QueueId, bool Enabled = true);

/// <summary>A person who serves guests; LibraryH3lp calls it a user.</summary>
internal sealed record Agent : NamedRecord
{
    /// <summary>Queues and groups together.</summary>
    public const int MaxMemberships = 40;

    public const int MaxAddressLength = 100;

    public const int MaxSubscriptions = 20;

    public const int MaxCapacityUnits = 100;

    public string Email { get; init; } = "";

    public AgentType Type { get; init; }

    /// <summary>A local agent's extension with its domain, or a remote agent's number.</summary>
    public string Address { get; init; } = "";

    /// <summary>The user id that the agent signs in to Stringee with.</summary>
    public string StringeeUserId { get; init; } = "";

    /// <summary>A local agent's extension in its telephone system.</summary>
    public int? ExtensionId { get; init; }

    /// <summary>How much the agent can handle at once.</summary>
    public int CapacityUnits { get; init; } = 1;

    /// <summary>What a contact of a channel takes of it; 1 where the channel is not named.</summary>
    public IReadOnlyDictionary<string, int> ChannelCosts { get; init; } = ImmutableDictionary<string, int>.Empty;

    public IReadOnlyList<Assignment> Queues { get; init; } = [];

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The agent with other places.</summary>
    /// <exception cref="DomainException">They are too many.</exception>
    public Agent Joining(IReadOnlyList<Assignment> queues, IReadOnlyList<string> groups) =>
        queues.Count + groups.Count <= MaxMemberships
            ? this with { Queues = queues, Groups = groups }
            : throw new DomainException(ErrorKind.Conflict, $"{Name} belongs to {MaxMemberships} queues and groups already, the most there can be.");

    public override string RowKey => DirectoryKeys.Agent(Id);

    public override string ExternalIdPrefix => "AG_";
}

internal sealed record Queue : NamedRecord
{
    public const int MinOfferSeconds = 3;

    /// <summary>A day: the most that any of a queue's times can be, in seconds.</summary>
    public const int MaxSeconds = 86_400;

    public const int MaxMaxLength = 100_000;

    public string Email { get; init; } = "";

    /// <summary>The URL of a picture.</summary>
    public string Avatar { get; init; } = "";

    /// <summary>What the queue says of itself, free text.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>Whether transcripts are kept; null where nobody said.</summary>
    public bool? Transcripts { get; init; }

    /// <summary>Whether an agent rests after a contact, for <see cref="WrapUpSeconds"/>.</summary>
    public bool WrapUp { get; init; }

    public int WrapUpSeconds { get; init; } = 10;

    /// <summary>How long an agent has to accept an offer.</summary>
    public int OfferSeconds { get; init; } = 20;

    /// <summary>How many contacts may wait; null for any number.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How long a contact may wait; null for ever.</summary>
    public int? MaxWaitSeconds { get; init; }

    /// <summary>Where a contact goes that finds the queue full.</summary>
    public Overflow WhenFull { get; init; } = new();

    /// <summary>Where a contact goes that has waited too long.</summary>
    public Overflow WhenWaited { get; init; } = new();

    /// <summary>What "the primary groups cannot serve" means for the secondary ones.</summary>
    public AdvanceWhen AdvanceWhen { get; init; }

    /// <summary>For <see cref="AdvanceWhen.WaitedSeconds"/>.</summary>
    public int AdvanceAfterSeconds { get; init; } = 30;

    /// <summary>How an agent is chosen among the queue's own operators.</summary>
    public AgentStrategy Strategy { get; init; }

    /// <summary>How long a contact usually takes, for estimates.</summary>
    public int ExpectedHandleSeconds { get; init; } = 180;

    /// <summary>When the queue is open; null for always.</summary>
    public OpeningHours? Hours { get; init; }

    /// <summary>What only the telephone system makes use of.</summary>
    public Telephony Telephony { get; init; } = new();

    /// <summary>A queue that is switched off is closed.</summary>
    public bool Enabled { get; init; } = true;

    public override string RowKey => DirectoryKeys.Queue(Id);

    public override string ExternalIdPrefix => "QU_";
}

/// <summary>How the agent to take is chosen among those who can.</summary>
internal enum AgentStrategy
{
    LongestIdle,
    LeastLoaded,

    /// <summary>Whose last offer is longest ago.</summary>
    RoundRobin,
    Random,
}

/// <summary>When secondary groups serve, beside that no primary one can.</summary>
internal enum AdvanceWhen
{
    /// <summary>As soon as no agent of the primary groups is free.</summary>
    NoneFree,

    /// <summary>Only while nobody of the primary groups is logged in.</summary>
    NoneOnline,

    /// <summary>Once the contact has waited for some time.</summary>
    WaitedSeconds,
}

internal enum OverflowTo
{
    Refuse,

    /// <summary>The next level of the service that the contact came by.</summary>
    NextLevel,
    Queue,
}

/// <summary>What becomes of a contact that meets a limit of its queue.</summary>
/// <param name="QueueId">For <see cref="OverflowTo.Queue"/>.</param>
internal sealed record Overflow(OverflowTo To = OverflowTo.Refuse, int? QueueId = null);

/// <summary>When a queue is open, by the clock of its time zone.</summary>
internal sealed record OpeningHours
{
    /// <summary>An IANA name, like Europe/Berlin.</summary>
    public string TimeZone { get; init; } = "UTC";

    public IReadOnlyList<OpenTime> Weekly { get; init; } = [];

    /// <summary>Days on which the queue stays closed.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];
}

/// <summary>A part of a day; <paramref name="To"/> is no longer in it, and midnight there is the end of the day.</summary>
internal sealed record OpenTime(DayOfWeek Day, TimeOnly From, TimeOnly To);

/// <summary>A queue's settings that routing has no use for. Source: Stringee, "Queue management".</summary>
internal sealed record Telephony
{
    public bool RecordCalls { get; init; } = true;

    /// <summary>Only within business hours.</summary>
    public bool BusinessHours { get; init; }

    /// <summary>File names.</summary>
    public string? WaitGreeting { get; init; }

    public string? HoldGreeting { get; init; }

    /// <summary>The number that calls out to an agent's.</summary>
    public string? FromNumber { get; init; }

    /// <summary>Where the telephone system asks for agents instead.</summary>
    public string? AgentListUrl { get; init; }
}

/// <summary>Agents that serve queues together.</summary>
internal sealed record Group : IDirectoryRecord
{
    /// <summary>The GR_ id.</summary>
    public string Id { get; init; } = "";

    public string DisplayName { get; init; } = "";

    /// <summary>How an agent is chosen among the members.</summary>
    public AgentStrategy Strategy { get; init; }

    [JsonIgnore]
    public string RowKey => DirectoryKeys.Group(Id);
}

/// <summary>A queue is served by a group.</summary>
internal sealed record GroupRouting : IDirectoryRecord
{
    /// <summary>The GR_RO_ id.</summary>
    public string Id { get; init; } = "";

    public int QueueId { get; init; }

    public string GroupId { get; init; } = "";

    /// <summary>Tried first; the others serve only while no primary group can.</summary>
    public bool Primary { get; init; }

    [JsonIgnore]
    public string RowKey => DirectoryKeys.GroupRouting(Id);
}

/// <summary>What happens to an agent that a subscription can ask for.</summary>
internal enum SubscribedEvent
{
    AgentLogin,
    AgentLogout,
}

/// <summary>How a callback carries its fields: in the URL's query, or as a form in the body.</summary>
internal enum CallbackMethod
{
    Get,
    Post,
}

/// <summary>Somebody wants to be called when an agent logs in or out. Source: RingMe, "Queue agent events", AgentEvent.</summary>
internal sealed record Subscription : IDirectoryRecord
{
    public int Id { get; init; }

    public int AgentId { get; init; }

    public SubscribedEvent EventType { get; init; }

    public CallbackMethod Method { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public string Url { get; init; } = "";

    [JsonIgnore]
    public string RowKey => DirectoryKeys.Subscription(Id);
}

/// <summary>How a chat looks on a page.</summary>
internal sealed record Widget : IDirectoryRecord
{
    /// <summary>Of the style as JSON, in UTF-16 units.</summary>
    public const int MaxStyleLength = 20_000;

    public int Id { get; init; }

    public string Name { get; init; } = "";

    public bool Shared { get; init; }

    /// <summary>Where the default online link leads, http or https.</summary>
    public string ChatUrl { get; init; } = "";

    /// <summary>Style properties as they were given; the others have their defaults.</summary>
    public IReadOnlyDictionary<string, JsonElement> Style { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    [JsonIgnore]
    public string RowKey => DirectoryKeys.Widget(Id);
}

/// <summary>An ordered rollover of levels.</summary>
internal sealed record Service : IDirectoryRecord
{
    public const int MaxLevels = 200;

    public int Id { get; init; }

    public string Name { get; init; } = "";

    public string OfflineHtml { get; init; } = "";

    /// <summary>The levels' stable ids, most preferred first.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    [JsonIgnore]
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

    [JsonIgnore]
    public string RowKey => DirectoryKeys.Level(ServiceId, Id);

    public static string NewId() => Guid.NewGuid().ToString("n");

    public Level LeadingTo(IDirectoryRecord? target) => target switch
    {
        Queue queue => this with { Target = LevelTarget.Queue, TargetId = queue.Id },
        Agent agent => this with { Target = LevelTarget.Agent, TargetId = agent.Id },
        _ => this,
    };
}

/// <summary>An assignable service of the catalogue.</summary>
internal sealed record UserService : IDirectoryRecord
{
    public const int MaxNameLength = 80;

    public const int MaxDescriptionLength = 2000;

    /// <summary>Of the additional data as JSON, with what is not ASCII escaped.</summary>
    public const int MaxDataLength = 20_000;

    public string TechnicalName { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string Description { get; init; } = "";

    public bool NoMoreAssignable { get; init; }

    public bool ForHg { get; init; }

    public bool ForIvr { get; init; }

    public bool ForCc { get; init; }

    public bool ForEnduser { get; init; }

    public JsonElement? AddData { get; init; }

    [JsonIgnore]
    public string RowKey => DirectoryKeys.UserService(TechnicalName);
}

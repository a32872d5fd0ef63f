using System.Collections.Immutable;

namespace ContactRouting.Directory;

/// <summary>
/// Everything that an account configured, at one version: an immutable value, so that the kernel and many requests can
/// share it.
/// </summary>
/// <param name="size">Where it follows from that of another directory.</param>
internal sealed class AccountDirectory(
    int accountId,
    long version,
    ImmutableDictionary<string, IDirectoryRecord> records,
    Func<DirectorySize>? size = null
)
{
    /// <summary>What a record takes besides its texts.</summary>
    private const int RecordBytes = 400;

    private readonly Lazy<DirectorySize> size = new(size ?? (() => DirectorySize.Of(records.Values)));
    private ILookup<int, Agent>? assigned;
    private ILookup<string, Agent>? members;
    private ILookup<int, QueueGroup>? routings;
    private ILookup<int, Callback>? callbacks;
    private IReadOnlyList<Subscription>? subscriptions;
    private Dictionary<string, NamedRecord>? named;
    private Dictionary<string, NamedRecord>? external;

    public int AccountId { get; } = accountId;

    public long Version { get; } = version;

    public ImmutableDictionary<string, IDirectoryRecord> Records { get; } = records;

    /// <summary>Computed where it is asked for: it serializes records.</summary>
    public DirectorySize Size => size.Value;

    /// <summary>About how much memory it takes: a character of its texts has two bytes there.</summary>
    public long MemoryBytes => 2 * Size.Bytes + RecordBytes * Records.Count;

    public static AccountDirectory Empty(int accountId) =>
        new(accountId, 0, ImmutableDictionary.Create<string, IDirectoryRecord>(StringComparer.Ordinal));

    /// <summary>A later version of it.</summary>
    /// <param name="keys">Of the records that may be others than here.</param>
    public AccountDirectory Changed(
        long later,
        ImmutableDictionary<string, IDirectoryRecord> changed,
        IReadOnlyCollection<string> keys
    ) =>
        new(
            AccountId,
            later,
            changed,
            () => Size.After(keys.Select(key => (Records.GetValueOrDefault(key), changed.GetValueOrDefault(key))))
        );

    public IEnumerable<T> All<T>()
        where T : IDirectoryRecord => Records.Values.OfType<T>();

    public Agent? Agent(int id) => Find<Agent>(DirectoryKeys.Agent(id));

    public Queue? Queue(int id) => Find<Queue>(DirectoryKeys.Queue(id));

    public Group? Group(string id) => Find<Group>(DirectoryKeys.Group(id));

    public Widget? Widget(int id) => Find<Widget>(DirectoryKeys.Widget(id));

    public Service? Service(int id) => Find<Service>(DirectoryKeys.Service(id));

    public Callback? Callback(int id) => Find<Callback>(DirectoryKeys.Callback(id));

    public Subscription? Subscription(int id) => Find<Subscription>(DirectoryKeys.Subscription(id));

    public IReadOnlyList<Subscription> Subscriptions => subscriptions ??= [.. All<Subscription>()];

    public Level Level(int serviceId, string id) => Find<Level>(DirectoryKeys.Level(serviceId, id))!;

    /// <summary>The queue or agent of a name; they never share one.</summary>
    public NamedRecord? Named(string name) =>
        (named ??= All<NamedRecord>().ToDictionary(record => record.Name, StringComparer.Ordinal)).GetValueOrDefault(Names.Normal(name));

    /// <summary>A queue by its QU_ id.</summary>
    public Queue? Queue(string externalId) => External(externalId) as Queue;

    /// <summary>An agent by its AG_ id.</summary>
    public Agent? Agent(string externalId) => External(externalId) as Agent;

    public QueueGroup? QueueGroup(string id) => Find<QueueGroup>(DirectoryKeys.QueueGroup(id));

    public UserService? UserService(string technicalName) => Find<UserService>(DirectoryKeys.UserService(technicalName));

    public string NameOf(Level level) => level.Target == LevelTarget.Queue ? Queue(level.TargetId)!.Name : Agent(level.TargetId)!.Name;

    /// <summary>Where the link of a level leads; empty where its widget does not say, or it has none.</summary>
    public string ChatUrlOf(Level level) => Widget(level.WidgetId)?.ChatUrl ?? "";

    /// <summary>A queue's own agents: those with an enabled place there, by id.</summary>
    public IEnumerable<Agent> OwnAgentsOf(int queueId) =>
        AssignedTo(queueId).Where(agent => agent.Queues.Any(assignment => assignment.QueueId == queueId && assignment.Enabled));

    /// <summary>Everybody with a place at a queue, also while it is switched off, by id.</summary>
    public IEnumerable<Agent> AssignedTo(int queueId) =>
        (assigned ??= All<Agent>().OrderBy(agent => agent.Id)
            .SelectMany(agent => agent.Queues.Select(assignment => (assignment.QueueId, agent)))
            .ToLookup(pair => pair.QueueId, pair => pair.agent))[queueId];

    /// <summary>Everybody who serves a queue, of its own or by a group, by id.</summary>
    public IEnumerable<Agent> AgentsOf(int queueId) =>
        OwnAgentsOf(queueId).Concat(RoutingsOf(queueId).SelectMany(routing => MembersOf(routing.GroupId)))
            .DistinctBy(agent => agent.Id).OrderBy(agent => agent.Id);

    /// <summary>A group's members, by id.</summary>
    public IEnumerable<Agent> MembersOf(string groupId) =>
        (members ??= All<Agent>().OrderBy(agent => agent.Id)
            .SelectMany(agent => agent.Groups.Select(group => (group, agent)))
            .ToLookup(pair => pair.group, pair => pair.agent))[groupId];

    /// <summary>The routings of a queue, primary groups first.</summary>
    public IEnumerable<QueueGroup> RoutingsOf(int queueId) =>
        (routings ??= All<QueueGroup>().OrderBy(routing => routing.Primary ? 0 : 1).ThenBy(routing => routing.Id, StringComparer.Ordinal)
            .ToLookup(routing => routing.QueueId))[queueId];

    /// <summary>An agent's subscriptions, by id.</summary>
    public IEnumerable<Callback> CallbacksOf(int agentId) =>
        (callbacks ??= All<Callback>().OrderBy(callback => callback.Id).ToLookup(callback => callback.AgentId))[
            agentId
        ];

    private NamedRecord? External(string id) =>
        (external ??= All<NamedRecord>().ToDictionary(record => record.ExternalId, StringComparer.Ordinal)).GetValueOrDefault(id);

    private T? Find<T>(string rowKey)
        where T : class, IDirectoryRecord => (T?)Records.GetValueOrDefault(rowKey);
}

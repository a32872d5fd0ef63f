using ContactRouting.Errors;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>Something that an account's administrator configures: one row of the account's partition.</summary>
internal interface IDirectoryRecord
{
    string RowKey { get; }

    /// <summary>What is wrong with it, by itself; a change of a directory puts no record with a fault.</summary>
    IEnumerable<RecordFault> Faults();

    /// <summary>The other records that it names.</summary>
    IEnumerable<Reference> References();
}

/// <summary>A kind of record. <see cref="All"/> is the one list of them.</summary>
/// <param name="Word">In row keys, in the audit log, and where it is told what a document would change.</param>
/// <param name="Section">Of a configuration document, and the name of its limit.</param>
internal sealed record RecordKind(string Word, Type Type, string Section)
{
    public static readonly RecordKind Agent = new("agent", typeof(Agent), "agents");

    public static readonly RecordKind Queue = new("queue", typeof(Queue), "queues");

    public static readonly RecordKind Group = new("group", typeof(Group), "groups");

    public static readonly RecordKind QueueGroup = new("routing", typeof(QueueGroup), "groupRoutings");

    public static readonly RecordKind Widget = new("widget", typeof(Widget), "widgets");

    public static readonly RecordKind Service = new("service", typeof(Service), "services");

    /// <summary>A document has them within their service.</summary>
    public static readonly RecordKind Level = new("level", typeof(Level), "levels");

    public static readonly RecordKind Callback = new("callback", typeof(Callback), "callbacks");

    public static readonly RecordKind Subscription = new("subscription", typeof(Subscription), "subscriptions");

    public static readonly RecordKind UserService = new("userservice", typeof(UserService), "userServices");

    public static readonly IReadOnlyList<RecordKind> All =
        [Agent, Queue, Group, QueueGroup, Widget, Service, Level, Callback, Subscription, UserService];

    private readonly string prefix = $"{LiveKeys.Directory}{Word}|";

    /// <summary>The kind of a row, by its key.</summary>
    public static RecordKind Of(string rowKey) =>
        All.FirstOrDefault(kind => rowKey.StartsWith(kind.prefix, StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"No directory record is of the kind of {rowKey}.");

    public string Key(int id) => prefix + TableKey.Number(id);

    public string Key(string id) => prefix + id;
}

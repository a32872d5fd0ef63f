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

/// <summary>The prefixes of the directory's row keys, all under <see cref="LiveKeys.Directory"/>.</summary>
internal static class DirectoryKeys
{
    public static string Agent(int id) => $"{LiveKeys.Directory}agent|{TableKey.Number(id)}";

    public static string Queue(int id) => $"{LiveKeys.Directory}queue|{TableKey.Number(id)}";

    public static string Group(string id) => $"{LiveKeys.Directory}group|{id}";

    public static string QueueGroup(string id) => $"{LiveKeys.Directory}routing|{id}";

    public static string Widget(int id) => $"{LiveKeys.Directory}widget|{TableKey.Number(id)}";

    public static string Service(int id) => $"{LiveKeys.Directory}service|{TableKey.Number(id)}";

    public static string Level(int serviceId, string id) => $"{LiveKeys.Directory}level|{TableKey.Number(serviceId)}|{id}";

    public static string Subscription(int id) => $"{LiveKeys.Directory}subscription|{TableKey.Number(id)}";

    public static string UserService(string technicalName) =>
        $"{LiveKeys.Directory}userservice|{TableKey.Text(Names.Normal(technicalName))}";

    /// <summary>The word for the kind of a row, by its key.</summary>
    public static string KindOf(string rowKey) => rowKey.Split('|')[1];

    /// <summary>The record type of a row, by its key.</summary>
    public static Type TypeOf(string rowKey) => KindOf(rowKey) switch
    {
        "agent" => typeof(Agent),
        "queue" => typeof(Queue),
        "group" => typeof(Group),
        "routing" => typeof(QueueGroup),
        "widget" => typeof(Widget),
        "service" => typeof(Service),
        "level" => typeof(Level),
        "subscription" => typeof(Subscription),
        "userservice" => typeof(UserService),
        var kind => throw new InvalidOperationException($"No directory record is of kind {kind}."),
    };
}

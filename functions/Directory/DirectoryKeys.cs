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

    public static string QueueGroup(string id) => $"{All}routing|{id}";

    public static string Widget(int id) => $"{All}widget|{TableKey.Number(id)}";

    public static string Service(int id) => $"{All}service|{TableKey.Number(id)}";

    public static string Level(int serviceId, string id) => $"{All}level|{TableKey.Number(serviceId)}|{id}";

    public static string Subscription(int id) => $"{All}subscription|{TableKey.Number(id)}";

    public static string UserService(string technicalName) => $"{All}userservice|{TableKey.Text(Names.Normal(technicalName))}";

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

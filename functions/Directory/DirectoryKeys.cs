using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>The directory's row keys.</summary>
internal static class DirectoryKeys
{
    public static string Agent(int id) => RecordKind.Agent.Key(id);

    public static string Queue(int id) => RecordKind.Queue.Key(id);

    public static string Group(string id) => RecordKind.Group.Key(id);

    public static string QueueGroup(string id) => RecordKind.QueueGroup.Key(id);

    public static string Widget(int id) => RecordKind.Widget.Key(id);

    public static string Service(int id) => RecordKind.Service.Key(id);

    public static string Level(int serviceId, string id) => $"{RecordKind.Level.Key(serviceId)}|{id}";

    public static string Callback(int id) => RecordKind.Callback.Key(id);

    public static string Subscription(int id) => RecordKind.Subscription.Key(id);

    public static string UserService(string technicalName) => RecordKind.UserService.Key(TableKey.Text(Names.Normal(technicalName)));
}

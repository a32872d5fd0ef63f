using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>Records by the integer ids in LibraryH3lp's paths; a foreign id is absent like one that nobody has.</summary>
internal static class LibraryH3lpIds
{
    public static Queue QueueOf(this AccountDirectory directory, string id) =>
        Find(id, directory.Queue) ?? throw DomainException.NotFound($"Queue {id}");

    public static Agent AgentOf(this AccountDirectory directory, string id) =>
        Find(id, directory.Agent) ?? throw DomainException.NotFound($"User {id}");

    public static Widget WidgetOf(this AccountDirectory directory, string id) =>
        Find(id, directory.Widget) ?? throw DomainException.NotFound($"Widget {id}");

    public static Service ServiceOf(this AccountDirectory directory, string id) =>
        Find(id, directory.Service) ?? throw DomainException.NotFound($"Service {id}");

    private static T? Find<T>(string text, Func<int, T?> find)
        where T : class => WireId.Parse(text) is { } id ? find(id) : null;
}

using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Records by Stringee's ids; a foreign id is absent like one that nobody has.</summary>
internal static class StringeeIds
{
    private const int MaxLength = 100;

    public static Queue QueueOf(this AccountDirectory directory, string id) => directory.Queue(id) ?? throw NotFound("queue", id);

    public static Agent AgentOf(this AccountDirectory directory, string id) => directory.Agent(id) ?? throw NotFound("agent", id);

    public static Group GroupOf(this AccountDirectory directory, string id) => directory.Group(id) ?? throw NotFound("group", id);

    public static QueueGroup RoutingOf(this AccountDirectory directory, string id) =>
        directory.QueueGroup(id) ?? throw NotFound("group routing", id);

    public static string RequiredId(this Fields fields, string name) => fields.RequiredText(name, MaxLength);

    /// <summary>0 or 1, or null where it is absent.</summary>
    public static bool? Switch(this Fields fields, string name) => fields.Integer(name) switch
    {
        null => null,
        0 => false,
        1 => true,
        _ => throw DomainException.Invalid(name, "must be 0 or 1."),
    };

    private static DomainException NotFound(string kind, string id) =>
        new(ErrorKind.NotFound, $"There is no {kind} {(id.Length <= MaxLength ? id : "with this id")}.");
}

using System.Globalization;
using ContactRouting.Storage;

namespace ContactRouting.Events;

/// <summary>Whom or what an event is about: a kind and an id, like <c>contact:abc</c>.</summary>
internal readonly record struct Subject(string Kind, string Id)
{
    public static readonly Subject Configuration = new("configuration", "");

    public const string AgentKind = "agent";

    public static Subject Contact(string id) => new("contact", id);

    public static Subject Agent(int id) => new(AgentKind, id.ToString(CultureInfo.InvariantCulture));

    public static Subject Queue(int id) => new("queue", id.ToString(CultureInfo.InvariantCulture));

    public static Subject Subscription(int id) => new("subscription", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>In row keys.</summary>
    public string Key => $"{Kind}.{TableKey.TextOrHash(Id)}";

    public static Subject Parse(string text) =>
        text.Split(':', 2) is [var kind, var id] ? new Subject(kind, id) : new Subject(text, "");

    public override string ToString() => Id.Length == 0 ? Kind : $"{Kind}:{Id}";
}

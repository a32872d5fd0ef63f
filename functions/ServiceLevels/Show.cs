using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's words for presence, which are XMPP's.</summary>
internal static class Show
{
    public static string Of(PresenceStatus status) => status switch
    {
        PresenceStatus.Available => "available",
        PresenceStatus.Busy => "dnd",
        _ => "unavailable",
    };

    public static string Of(Availability availability) => availability switch
    {
        Availability.Open => "available",
        Availability.Busy => "dnd",
        _ => "unavailable",
    };

    /// <summary>The presence that a request wishes, or null where it says nothing of it.</summary>
    /// <exception cref="DomainException">It is none of the words.</exception>
    public static PresenceStatus? Read(Fields fields) => fields.Text("show", 20) switch
    {
        null => null,
        "chat" or "available" => PresenceStatus.Available,
        "dnd" or "away" or "xa" => PresenceStatus.Busy,
        "unavailable" => PresenceStatus.LoggedOut,
        _ => throw DomainException.Invalid("show", "must be chat, available, dnd, away, xa or unavailable."),
    };
}

using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;

namespace ContactRouting.OwnApi;

/// <summary>Our own API's words for presence.</summary>
internal static class StatusWords
{
    private static readonly string[] Words = ["available", "busy", "logged_out"];

    public static string Of(PresenceStatus status) => status switch
    {
        PresenceStatus.Available => Words[0],
        PresenceStatus.Busy => Words[1],
        _ => Words[2],
    };

    /// <exception cref="DomainException">The field is missing or none of the words.</exception>
    public static PresenceStatus Read(Fields fields) => fields.RequiredWord("status", Words) switch
    {
        "available" => PresenceStatus.Available,
        "busy" => PresenceStatus.Busy,
        _ => PresenceStatus.LoggedOut,
    };
}

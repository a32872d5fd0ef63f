using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;

namespace ContactRouting.OwnApi;

/// <summary>Our own API's words for presence, as requests have them.</summary>
internal static class StatusWords
{
    private static readonly string[] Words = ["available", "busy", "logged_out"];

    /// <exception cref="DomainException">The field is missing or none of the words.</exception>
    public static PresenceStatus Read(Fields fields) => fields.RequiredWord("status", Words) switch
    {
        "available" => PresenceStatus.Available,
        "busy" => PresenceStatus.Busy,
        _ => PresenceStatus.LoggedOut,
    };
}

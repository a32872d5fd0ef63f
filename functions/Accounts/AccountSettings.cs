using ContactRouting.Errors;

namespace ContactRouting.Accounts;

/// <summary>What an account's administrator sets for the account as a whole, beside its directory.</summary>
internal sealed record AccountSettings
{
    public const int MaxOrigins = 20;

    private const int MaxOriginLength = 300;

    /// <summary>In which the account's days begin and end, by its IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whose pages may call with a guest's token, as browsers name them.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>What is wrong with them.</summary>
    public IEnumerable<RecordFault> Faults()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) || !zone.HasIanaId)
            yield return new(nameof(TimeZone), "must be an IANA time zone, like Europe/Berlin.");
        if (AllowedOrigins.Count > MaxOrigins) yield return new(nameof(AllowedOrigins), $"must be at most {MaxOrigins} origins.");
        for (var i = 0; i < AllowedOrigins.Count; i++)
        {
            var fault = !IsOrigin(AllowedOrigins[i])
                ? "must be an origin as browsers send it, like https://www.example.com or, for development, http://localhost:8080."
                : AllowedOrigins.Take(i).Contains(AllowedOrigins[i]) ? "is there twice." : null;
            if (fault is not null) yield return new($"{nameof(AllowedOrigins)}[{i}]", fault);
        }
    }

    /// <summary>Browsers leave out a path and the scheme's own port, and write in lower case.</summary>
    private static bool IsOrigin(string text) =>
        text.Length <= MaxOriginLength
        && text.All(char.IsAscii)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.Host is ("localhost" or "127.0.0.1")))
        && uri.UserInfo.Length == 0
        && uri.GetLeftPart(UriPartial.Authority) == text;
}

using System.Security.Cryptography;
using System.Text;
using System.Xml;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>The rules of names and ids.</summary>
internal static class Names
{
    public const int MaxLength = 40;
    private const int MaxDisplayLength = 200;

    private const int MaxUrlLength = 2000;

    private const int MaxHtmlLength = 30_000;

    /// <summary>The largest integer id that a configuration may give; there is room above for those given out.</summary>
    public const int MaxGivenId = 2_000_000_000;

    /// <summary>Each of them finds a free name, unless nearly a million like it are taken.</summary>
    private const int MaxDraws = 100;

    private const string Forbidden = " \"&'/:<>@";
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int IdLength = 16;

    /// <summary>
    /// The form in which a name is stored, compared and held to its rule, whichever way it comes in: Unicode's NFC. What no
    /// name can contain stays as it is.
    /// </summary>
    public static string Normal(string name) => name.Any(IsUnfit) ? name : name.Normalize();

    /// <summary>What is wrong with a queue's or agent's name, or null. Source: LibraryH3lp's rule.</summary>
    public static string? Fault(string name) => Normal(name) switch
    {
        { Length: 0 } => "is missing.",
        { Length: > MaxLength } => $"must be at most {MaxLength} characters long.",
        var text when text.Any(c => Forbidden.Contains(c) || IsUnfit(c)) => "must not contain a space or any of \" & ' / : < > @.",
        var text when text.EnumerateRunes().Any(IsUpper) => "must be in lower case.",
        _ => null,
    };

    /// <summary>What is wrong with a text that people read, or null.</summary>
    public static string? DisplayFault(string text) => DisplayFault(text, MaxDisplayLength);

    public static string? DisplayFault(string text, int maxLength) =>
        text.Length > maxLength ? $"must be at most {maxLength} characters long."
        : text.Any(IsUnfit) ? "must not contain control characters."
        : null;

    /// <summary>What is wrong with a URL that people or servers follow, or null; an empty one is none.</summary>
    public static string? UrlFault(string url) =>
        url.Length == 0 ? null
        : url.Length > MaxUrlLength ? $"must be at most {MaxUrlLength} characters long."
        : AsciiUrl(url) is not null ? null
        : "must be an absolute http or https URL.";

    /// <summary>An absolute http or https URL as a header can carry it, with its host's ASCII name; null where the text is none.</summary>
    public static string? AsciiUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri is not { Scheme: "http" or "https", Host.Length: > 0 }) return null;
        if (Ascii.IsValid(uri.Host)) return uri.AbsoluteUri;
        try
        {
            // A host that is too long stays as it is.
            return Ascii.IsValid(uri.IdnHost) ? new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with html that pages show, or null.</summary>
    public static string? HtmlFault(string html) =>
        html.Length > MaxHtmlLength ? $"must be at most {MaxHtmlLength} characters long." : null;

    /// <summary>A name after the rule from a display name: '-' for what is forbidden, a number where it is taken.</summary>
    public static string Derive(string displayName, Func<string, bool> isTaken)
    {
        var text = new StringBuilder();
        // The dotted capital I alone has a lower case of two letters.
        foreach (var rune in Normal(displayName.Trim()).Replace('\u0130', 'i').ToLowerInvariant().EnumerateRunes())
        {
            var letter = rune.ToString();
            text.Append(IsUpper(rune) || letter.Any(c => Forbidden.Contains(c) || IsUnfit(c)) ? "-" : letter);
        }
        if (text.Length == 0) text.Append('-');
        var name = Normal(text.ToString());
        var stem = name[..Math.Min(name.Length, MaxLength - 8)];
        if (char.IsHighSurrogate(stem[^1])) stem = stem[..^1] + '-';
        var candidate = stem;
        // Where many accounts have the same display names, counting up would ask for every number before the first free one.
        var number = 2;
        for (var draws = 0; isTaken(candidate); number = number < 4 ? number + 1 : RandomNumberGenerator.GetInt32(4, 1_000_000))
        {
            if (++draws > MaxDraws)
                throw new DomainException(ErrorKind.Conflict, $"No name like {stem} is free; one has to be given.", "name");
            candidate = $"{stem}-{number}";
        }
        return candidate;
    }

    // What XML cannot carry would stop the status export.
    private static bool IsUnfit(char c) => char.IsControl(c) || (!XmlConvert.IsXmlChar(c) && !char.IsSurrogate(c));

    private static bool IsUpper(Rune rune) => Rune.IsUpper(rune) || Rune.ToLowerInvariant(rune) != rune;

    /// <summary>A new id like QU_PRWHUKZJ8EMA2U0Y.</summary>
    public static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(IdLetters, IdLength);

    /// <summary>A name that nobody has, for a record that has to give its own to another.</summary>
    public static string NewName() => NewId("renamed-").ToLowerInvariant();

    /// <summary>What is wrong with an id like that, or null.</summary>
    public static string? IdFault(string id, string prefix) =>
        id.Length == prefix.Length + IdLength
        && id.StartsWith(prefix, StringComparison.Ordinal)
        && id.Skip(prefix.Length).All(IdLetters.Contains)
            ? null
            : $"must be {prefix} and {IdLength} upper-case letters and digits.";
}

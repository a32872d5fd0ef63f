using System.Globalization;

namespace ContactRouting.Http;

internal static class WireId
{
    /// <summary>A whole number that is not negative, from a path; null where it is none: it is answered like an absent id.</summary>
    public static int? Parse(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

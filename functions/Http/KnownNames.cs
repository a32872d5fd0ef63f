using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>Refuses names that a request may not use, and says which ones it may.</summary>
internal static class KnownNames
{
    /// <summary>So many typing errors still tell which name was meant.</summary>
    private const int MaxTypos = 2;

    /// <exception cref="DomainException">The query has a parameter beside the known ones.</exception>
    public static void RefuseOtherParameters(HttpRequest request, IReadOnlyList<string> known) =>
        RefuseOthers(request.Query.Keys, known, "is no query parameter of this path");

    /// <param name="what">What a name is not.</param>
    /// <exception cref="DomainException">There is a name beside the known ones.</exception>
    public static void RefuseOthers(IEnumerable<string> names, IReadOnlyList<string> known, string what)
    {
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } other)
            throw DomainException.Invalid(other, $"{what}; {Hint(other, known)}");
    }

    /// <summary>The name that was perhaps meant by an unknown one, or all that there are, as the rest of a sentence.</summary>
    public static string Hint(string other, IReadOnlyList<string> known)
    {
        var meant = known.MinBy(name => Distance(Plain(name), Plain(other)));
        return meant is null ? "there are none."
            : Distance(Plain(meant), Plain(other)) <= MaxTypos ? $"perhaps {meant} was meant."
            : $"there are {string.Join(", ", known)}.";
    }

    /// <summary>A name without what people mix up: capitals and separators.</summary>
    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Take(64).Select(char.ToLowerInvariant)]);

    /// <summary>Letters that have to be put in, left out or changed (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1));
            }
        }
        return row[^1];
    }
}

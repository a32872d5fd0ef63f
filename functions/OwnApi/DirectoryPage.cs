using System.Globalization;
using ContactRouting.Http;

namespace ContactRouting.OwnApi;

/// <summary>Pages of a directory's records, by their ids.</summary>
internal static class DirectoryPage
{
    /// <returns>The records, and the key that ends the page; null for the last one.</returns>
    public static (IReadOnlyList<T> Items, string? Last) Of<T>(Page page, IEnumerable<T> records, Func<T, int> idOf)
    {
        var after = page.After is { } key ? int.Parse(key, CultureInfo.InvariantCulture) : -1;
        var rest = records.Where(record => idOf(record) > after).OrderBy(idOf).Take(page.Limit + 1).ToList();
        return rest.Count > page.Limit ? (rest[..page.Limit], KeyOf(idOf(rest[page.Limit - 1]))) : (rest, null);
    }

    public static string KeyOf(int id) => id.ToString(CultureInfo.InvariantCulture);
}

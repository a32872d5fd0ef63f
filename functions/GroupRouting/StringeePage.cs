using System.Globalization;
using System.Text.Json.Nodes;
using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>The page of a list that a request asks for.</summary>
internal sealed record StringeePage(int Page, int Limit)
{
    private const int MaxLimit = 1000;

    /// <exception cref="DomainException">A number is not one, or out of range.</exception>
    public static StringeePage Read(HttpRequest request) =>
        new(Number(request, "page", 1, int.MaxValue), Number(request, "limit", 50, MaxLimit));

    /// <summary>The envelope's data: counts as text, the page's items.</summary>
    /// <param name="countName">The list's own name for its count, beside the common one; or null.</param>
    public JsonObject Of<T>(IReadOnlyCollection<T> items, string name, Func<T, JsonNode> show, string? countName = null)
    {
        var count = items.Count.ToString(CultureInfo.InvariantCulture);
        var data = new JsonObject { ["totalCount"] = count };
        if (countName is not null) data[countName] = count;
        data["totalPages"] = (items.Count + Limit - 1) / Limit;
        data["currentPage"] = Page;
        data["limit"] = Limit;
        data[name] = new JsonArray([.. items.Skip((int)Math.Min((long)(Page - 1) * Limit, int.MaxValue)).Take(Limit).Select(show)]);
        return data;
    }

    private static int Number(HttpRequest request, string name, int standard, int most) => request.Query[name] switch
    {
        [] => standard,
        [var text]
            when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most =>
            number,
        _ => throw DomainException.Invalid(name, $"must be a whole number from 1 to {most}."),
    };
}

using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>The page of a list that a request to our own API asks for.</summary>
/// <param name="Cursor">The last item of the page before, or null.</param>
internal sealed record Paging(int Limit, string? Cursor)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <exception cref="DomainException">The limit is no number or out of range.</exception>
    public static Paging Read(HttpRequest request)
    {
        var limit = request.Query["limit"] switch
        {
            [] => DefaultLimit,
            [{ } text] when WireId.Parse(text) is { } number and >= 1 and <= MaxLimit => number,
            _ => throw DomainException.Invalid("limit", $"must be from 1 to {MaxLimit}."),
        };
        return new Paging(limit, request.Query["cursor"] is [{ Length: > 0 } cursor] ? cursor : null);
    }
}

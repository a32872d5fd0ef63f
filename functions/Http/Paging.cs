using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Errors;
using ContactRouting.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ContactRouting.Http;

/// <summary>
/// The pages of our own API's lists. A cursor is signed together with the list that it goes on in, so none can be made up, and
/// none goes on with other filters or in another account.
/// </summary>
internal sealed class Paging(KeyRing keyRing)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int SignatureBytes = 16;

    private static readonly string[] NoFilters = ["limit", "cursor", "include"];

    private readonly IReadOnlyList<NamedKey> keys = keyRing.Derive("cursors");

    /// <param name="owner">Whose list it is.</param>
    /// <exception cref="DomainException">The limit is no number or out of range, or the cursor is not one of this list.</exception>
    public Page Read(HttpRequest request, string owner)
    {
        var (fields, list) = (Fields.FromQuery(request), ListOf(request, owner));
        return new Page(
            fields.Integer("limit", 1, MaxLimit) ?? DefaultLimit,
            fields.Text("cursor") is { Length: > 0 } cursor ? Open(cursor, list) : null,
            last => Sign(last, list, keys[0])
        );
    }

    private static string ListOf(HttpRequest request, string owner)
    {
        var filters = request.Query.Where(parameter => !NoFilters.Contains(parameter.Key)).OrderBy(parameter => parameter.Key);
        return $"{owner}{request.Path.Value?.TrimEnd('/')}{new QueryBuilder(filters)}";
    }

    private string Open(string cursor, string list)
    {
        var bytes = Base64Url.IsValid(cursor) ? Base64Url.DecodeFromChars(cursor) : [];
        var last = bytes.Length > SignatureBytes ? Encoding.UTF8.GetString(bytes.AsSpan(SignatureBytes)) : "";
        var given = Encoding.UTF8.GetBytes(cursor);
        return keys.Any(key => CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Sign(last, list, key))))
            ? last
            : throw DomainException.Invalid("cursor", "must be the nextCursor of a page of this list, with the same filters.");
    }

    private static string Sign(string last, string list, NamedKey key)
    {
        var signature = HMACSHA256.HashData(key.Key, Encoding.UTF8.GetBytes($"{last}\n{list}"));
        return Base64Url.EncodeToString([.. signature.AsSpan(0, SignatureBytes), .. Encoding.UTF8.GetBytes(last)]);
    }
}

/// <summary>The page of a list that a request asks for.</summary>
/// <param name="sign">Makes a cursor of a key.</param>
internal sealed class Page(int limit, string? after, Func<string, string> sign)
{
    public int Limit => limit;

    /// <summary>The key behind which it begins; null for the first one.</summary>
    public string? After => after;

    /// <param name="last">The key behind which the next page begins; null where there is none.</param>
    public string? Next(string? last) => last is null ? null : sign(last);
}

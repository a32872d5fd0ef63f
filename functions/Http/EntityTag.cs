using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContactRouting.Http;

/// <summary>Entity tags of answers that clients keep.</summary>
internal static class EntityTag
{
    /// <summary>A tag of these very bytes.</summary>
    public static string Of(ReadOnlySpan<byte> body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";

    /// <summary>Whether the client has the answer with this tag already.</summary>
    public static bool IsCurrent(HttpRequest request, string etag) =>
        request
            .GetTypedHeaders()
            .IfNoneMatch.Any(tag =>
                tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison: false)
            );
}

using System.Text;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>An answer that any page may read, without credentials, and that is good for some seconds.</summary>
internal static class PublicAnswer
{
    /// <summary>How long an instance, a browser and a proxy may each keep it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    public static Reply Of(HttpRequest request, string text, string contentType)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var etag = EntityTag.Of(body);
        var reply = EntityTag.IsCurrent(request, etag)
            ? Reply.Empty(StatusCodes.Status304NotModified)
            : Reply.Bytes(body, $"{contentType}; charset=utf-8");
        return ForEverybody(reply).With("ETag", etag);
    }

    public static Reply Redirect(string url) => ForEverybody(Reply.Empty(StatusCodes.Status302Found)).With("Location", url);

    private static Reply ForEverybody(Reply reply) =>
        reply
            .With("Cache-Control", $"public, max-age={(int)MaxAge.TotalSeconds}")
            .With("Access-Control-Allow-Origin", "*")
            .With("Cross-Origin-Resource-Policy", "cross-origin");
}

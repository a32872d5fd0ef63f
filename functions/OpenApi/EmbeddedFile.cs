using System.Globalization;
using System.IO.Compression;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OpenApi;

/// <summary>A file of the assembly as it is served: the same for everybody until the app is another one.</summary>
internal sealed class EmbeddedFile(string name, string contentType)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly Lazy<Served> served = new(() => Read(name));

    public Reply Answer(HttpRequest request)
    {
        var (etag, plain, gzip) = served.Value;
        var reply = EntityTag.IsCurrent(request, etag) ? Reply.Empty(StatusCodes.Status304NotModified)
            : ContentCoding.TakesGzip(request) ? Reply.Bytes(gzip, contentType).With("Content-Encoding", "gzip")
            : Reply.Bytes(plain, contentType);
        return reply
            .With("ETag", etag)
            .With("Cache-Control", string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)MaxAge.TotalSeconds}"))
            .With("Vary", "Accept-Encoding");
    }

    private static Served Read(string name)
    {
        using var stream =
            typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no file {name}.");
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        var body = plain.ToArray();
        return new Served(EntityTag.Of(body), body, packed.ToArray());
    }

    private sealed record Served(string ETag, byte[] Plain, byte[] Gzip);
}

using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>A file of the assembly as it is served: the same for everybody until the app is another one.</summary>
/// <param name="make">What is served of the file's bytes; null to serve them as they are.</param>
internal sealed class EmbeddedFile(string name, string contentType, Func<byte[], byte[]>? make = null)
{
    private const string ForMinutes = "public, max-age=300";

    private readonly Lazy<Served> served = new(() => Read(name, make));

    /// <param name="cacheControl">How long it may be kept.</param>
    public Reply Answer(HttpRequest request, string cacheControl = ForMinutes)
    {
        var (etag, plain, gzip) = served.Value;
        var reply = EntityTag.IsCurrent(request, etag) ? Reply.Empty(StatusCodes.Status304NotModified)
            : ContentCoding.TakesGzip(request) ? Reply.Bytes(gzip, contentType).With("Content-Encoding", "gzip")
            : Reply.Bytes(plain, contentType);
        return reply.With("ETag", etag).With("Cache-Control", cacheControl).With("Vary", "Accept-Encoding");
    }

    /// <summary>The bytes of a file of the assembly.</summary>
    public static byte[] Bytes(string name)
    {
        using var stream =
            typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no file {name}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static Served Read(string name, Func<byte[], byte[]>? make)
    {
        var plain = make is null ? Bytes(name) : make(Bytes(name));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(plain);
        return new Served(EntityTag.Of(plain), plain, packed.ToArray());
    }

    private sealed record Served(string ETag, byte[] Plain, byte[] Gzip);
}

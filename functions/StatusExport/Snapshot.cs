using System.IO.Compression;
using System.Security.Cryptography;

namespace ContactRouting.StatusExport;

/// <summary>What a client can ask for: a format, with or without departments.</summary>
internal readonly record struct SnapshotVariant(bool Xml, bool PerDepartment)
{
    public static readonly IReadOnlyList<SnapshotVariant> All = [new(false, false), new(false, true), new(true, false), new(true, true)];

    public string ContentType => Xml ? "application/xml; charset=utf-8" : Http.Reply.JsonType;

    public string Key => $"{(Xml ? "xml" : "json")}{(PerDepartment ? "-departments" : "")}";

    public byte[] Render(StatusReport report) =>
        Xml ? StatusReportFormat.Xml(report, PerDepartment) : StatusReportFormat.Json(report, PerDepartment);
}

/// <summary>A variant's ready bytes.</summary>
internal sealed class SnapshotBody(byte[] gzip)
{
    private byte[]? plain;
    private string? etag;

    public byte[] Gzip { get; } = gzip;

    public byte[] Plain => plain ??= Decompress(Gzip);

    /// <summary>Weak, since it is the same for the plain and the compressed bytes.</summary>
    public string ETag => etag ??= $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Plain).AsSpan(0, 12))}\"";

    public static SnapshotBody Of(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(plain);
        return new SnapshotBody(buffer.ToArray());
    }

    private static byte[] Decompress(byte[] gzip)
    {
        using var buffer = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress)) stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}

using System.Buffers.Binary;
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
    private string? etag;

    public byte[] Gzip { get; } = gzip;

    /// <summary>Of the plain bytes: gzip ends with it.</summary>
    public long PlainLength => BinaryPrimitives.ReadUInt32LittleEndian(Gzip.AsSpan(^sizeof(uint)..));

    /// <summary>Weak, since it is the same for the plain and the compressed bytes.</summary>
    public string ETag => etag ??= ComputeETag();

    /// <summary>Unpacked while they are read, since they may be large.</summary>
    public Stream OpenPlain() => new GZipStream(new MemoryStream(Gzip), CompressionMode.Decompress);

    public static SnapshotBody Of(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(plain);
        return new SnapshotBody(buffer.ToArray());
    }

    private string ComputeETag()
    {
        using var plain = OpenPlain();
        return $"W/\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 12))}\"";
    }
}

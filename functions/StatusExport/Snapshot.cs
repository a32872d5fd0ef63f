using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using ContactRouting.Http;
using ContactRouting.Status;

namespace ContactRouting.StatusExport;

/// <summary>What a client can ask for.</summary>
/// <param name="Key">In the snapshots' rows.</param>
/// <param name="Write">Renders what is live; the report is Live Guide's view of it.</param>
internal sealed record SnapshotVariant(string Key, string ContentType, Action<AccountStatus, StatusReport, Stream> Write)
{
    private const string XmlType = "application/xml; charset=utf-8";

    public static readonly SnapshotVariant Json = new(
        "json",
        Reply.JsonType,
        (_, report, stream) => StatusReportFormat.WriteJson(stream, report, perDepartment: false)
    );

    public static readonly SnapshotVariant JsonDepartments = new(
        "json-departments",
        Reply.JsonType,
        (_, report, stream) => StatusReportFormat.WriteJson(stream, report, perDepartment: true)
    );

    public static readonly SnapshotVariant Xml = new(
        "xml",
        XmlType,
        (_, report, stream) => StatusReportFormat.WriteXml(stream, report, perDepartment: false)
    );

    public static readonly SnapshotVariant XmlDepartments = new(
        "xml-departments",
        XmlType,
        (_, report, stream) => StatusReportFormat.WriteXml(stream, report, perDepartment: true)
    );

    public static readonly SnapshotVariant Status = new("status", Reply.JsonType, (status, _, stream) => status.WriteJson(stream));

    public static readonly SnapshotVariant Metrics = new(
        "metrics",
        StatusMetrics.ContentType,
        (status, _, stream) => StatusMetrics.Write(status, stream)
    );

    public static readonly IReadOnlyList<SnapshotVariant> All = [Json, JsonDepartments, Xml, XmlDepartments, Status, Metrics];

    /// <summary>Every variant's ready bytes, each rendered when its turn comes.</summary>
    public static IEnumerable<(SnapshotVariant Variant, SnapshotBody Body)> RenderAll(AccountStatus status)
    {
        var report = StatusReport.Of(status);
        return All.Select(variant => (variant, variant.Render(status, report)));
    }

    public SnapshotBody Render(AccountStatus status) => Render(status, StatusReport.Of(status));

    private SnapshotBody Render(AccountStatus status, StatusReport report) => SnapshotBody.Of(stream => Write(status, report, stream));
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

    /// <summary>Packed while it is written, since it may be large.</summary>
    public static SnapshotBody Of(Action<Stream> write)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) write(gzip);
        return new SnapshotBody(buffer.ToArray());
    }

    private string ComputeETag()
    {
        using var plain = OpenPlain();
        return $"W/\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 12))}\"";
    }
}

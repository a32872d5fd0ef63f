using System.Buffers;
using System.Text.Json;

namespace ContactRouting.Directory;

/// <summary>How large a directory is: its records by kind, and what they take as JSON.</summary>
internal sealed class DirectorySize
{
    private readonly Dictionary<Type, int> counts;

    private DirectorySize(Dictionary<Type, int> counts, long bytes) => (this.counts, Bytes) = (counts, bytes);

    public long Bytes { get; }

    public static DirectorySize Of(IEnumerable<IDirectoryRecord> records) =>
        new DirectorySize([], 0).After(records.Select(record => ((IDirectoryRecord?)null, (IDirectoryRecord?)record)));

    public int CountOf(Type type) => counts.GetValueOrDefault(type);

    /// <summary>The size after a change, from that of what it changes alone.</summary>
    public DirectorySize After(IEnumerable<(IDirectoryRecord? Before, IDirectoryRecord? After)> changes)
    {
        var (after, bytes, buffer) = (new Dictionary<Type, int>(counts), Bytes, new ArrayBufferWriter<byte>());
        using var json = new Utf8JsonWriter(buffer);
        foreach (var (old, record) in changes)
        {
            if (old is not null) (after[old.GetType()], bytes) = (after[old.GetType()] - 1, bytes - BytesOf(old));
            if (record is null) continue;
            after[record.GetType()] = after.GetValueOrDefault(record.GetType()) + 1;
            bytes += BytesOf(record);
        }
        return new DirectorySize(after, bytes);

        int BytesOf(IDirectoryRecord record)
        {
            buffer.ResetWrittenCount();
            json.Reset();
            JsonSerializer.Serialize(json, record, record.GetType(), DirectoryJson.Options);
            return buffer.WrittenCount;
        }
    }
}

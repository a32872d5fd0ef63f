using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// What a change did, in a row under the version that it made: whoever knows the version before reads this instead of
/// the directory. The newest ones are kept.
/// </summary>
internal sealed record DirectoryChange
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 50;

    // Instances of the next version may write what this one does not know.
    private static readonly JsonSerializerOptions Json = new(DirectoryJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <summary>The records by their row keys, null where one was removed, as compressed JSON; null where they are too large.</summary>
    public byte[]? Records { get; init; }

    public static string RowKey(long version) => $"{LiveKeys.DirectoryChanges}{version:D19}";

    public static DirectoryChange Of(DirectoryEdit edit)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(gzip, edit.Changes.ToDictionary(change => change.Key, change => (object?)change.Value), Json);
        return new DirectoryChange { Records = buffer.Length <= TableLimits.MaxValueBytes ? buffer.ToArray() : null };
    }

    /// <summary>Makes the change once more, on all records of the version before.</summary>
    /// <returns>The keys of what changed.</returns>
    public IReadOnlyCollection<string> ApplyTo(IDictionary<string, IDirectoryRecord> records)
    {
        using var gzip = new GZipStream(new MemoryStream(Records!), CompressionMode.Decompress);
        var changes = JsonSerializer.Deserialize<Dictionary<string, JsonElement?>>(gzip, Json)!;
        foreach (var (key, record) in changes)
        {
            if (record is { } changed) records[key] = (IDirectoryRecord)changed.Deserialize(RecordKind.Of(key).Type, Json)!;
            else records.Remove(key);
        }
        return changes.Keys;
    }
}

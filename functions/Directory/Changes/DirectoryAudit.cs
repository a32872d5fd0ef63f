using System.Text;
using System.Text.Json.Nodes;
using ContactRouting.Audit;

namespace ContactRouting.Directory.Changes;

/// <summary>What the audit log says of a change: of each record what was and what is, as far as it differs, at most 4 KiB in all.</summary>
internal static class DirectoryAudit
{
    private const int MaxBytes = 4096;

    public static AuditEntry Of(DirectoryEdit edit)
    {
        var text = new StringBuilder("[");
        var (bytes, told) = (text.Length + 1, 0);
        foreach (var (key, record) in edit.Changes)
        {
            var item = Describe(key, edit.Before.Records.GetValueOrDefault(key), record).ToJsonString(RecordDifference.Json);
            bytes += Encoding.UTF8.GetByteCount(item) + 1;
            if (bytes > MaxBytes) break;
            text.Append(told++ == 0 ? "" : ",").Append(item);
        }
        return new AuditEntry
        {
            Action = "directory.changed",
            Changes = text.Append(']').ToString(),
            More = edit.Changes.Count - told is > 0 and var more ? more : null,
        };
    }

    private static JsonObject Describe(string key, IDirectoryRecord? before, IDirectoryRecord? after)
    {
        var described = new JsonObject { ["record"] = RecordKind.Of(key).Word };
        var (members, difference) = (RecordDifference.Members(after ?? before), RecordDifference.Of(before, after));
        foreach (var name in new[] { "id", "technicalName", "name" })
        {
            if (members.TryGetValue(name, out var value)) described[name] = RecordDifference.Short(value);
        }
        if (difference.Before is not null) described["before"] = difference.Before;
        if (difference.After is not null) described["after"] = difference.After;
        return described;
    }
}

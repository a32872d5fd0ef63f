using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Audit;

namespace ContactRouting.Directory;

/// <summary>What the audit log says of a change: of each record what was and what is, as far as it differs, at most 4 KiB in all.</summary>
internal static class DirectoryAudit
{
    private const int MaxBytes = 4096;
    private const int MaxValueLength = 200;

    private static readonly JsonSerializerOptions Json = new(Configuration.Json) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static AuditEntry Of(DirectoryEdit edit)
    {
        var text = new StringBuilder("[");
        var (bytes, told) = (text.Length + 1, 0);
        foreach (var (key, record) in edit.Changes)
        {
            var item = Describe(key, edit.Before.Records.GetValueOrDefault(key), record).ToJsonString(Json);
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
        var (old, now) = (Members(before), Members(after));
        var differ = old.Keys.Union(now.Keys).Where(IsChanged).ToList();
        var described = new JsonObject { ["record"] = DirectoryKeys.KindOf(key) };
        foreach (var name in new[] { "id", "technicalName", "name" })
        {
            if ((now.Count > 0 ? now : old).TryGetValue(name, out var value)) described[name] = Short(value);
        }
        if (before is not null) described["before"] = Short(old, differ);
        if (after is not null) described["after"] = Short(now, differ);
        return described;

        bool IsChanged(string name) => Text(old.GetValueOrDefault(name)) != Text(now.GetValueOrDefault(name));
    }

    private static Dictionary<string, JsonNode?> Members(IDirectoryRecord? record) =>
        record is null
            ? []
            : JsonSerializer.SerializeToNode(record, record.GetType(), Json)!.AsObject()
                .ToDictionary(member => member.Key, member => member.Value);

    private static JsonObject Short(Dictionary<string, JsonNode?> members, IEnumerable<string> names) =>
        new(
            names.Where(members.ContainsKey).Select(name => KeyValuePair.Create(name, Short(members[name])))
        );

    /// <summary>The value, or the beginning of its JSON.</summary>
    private static JsonNode? Short(JsonNode? value) =>
        Text(value) is { Length: > MaxValueLength } text
            ? JsonValue.Create($"{text.AsSpan(0, MaxValueLength - (char.IsHighSurrogate(text[MaxValueLength - 1]) ? 1 : 0))}…")
            : value?.DeepClone();

    private static string Text(JsonNode? node) => node?.ToJsonString(Json) ?? "";
}

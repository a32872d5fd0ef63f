using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Audit;

namespace ContactRouting.Directory.Changes;

/// <summary>What the audit log says of a change: of each record what was and what is, as far as it differs, at most 4 KiB in all.</summary>
internal static class DirectoryAudit
{
    private const int MaxBytes = 4096;
    private const int MaxValueLength = 200;
    private const int Context = 40;

    private static readonly JsonSerializerOptions Json = new(DirectoryJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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
        var described = new JsonObject { ["record"] = RecordKind.Of(key).Word };
        foreach (var name in new[] { "id", "technicalName", "name" })
        {
            if ((now.Count > 0 ? now : old).TryGetValue(name, out var value)) described[name] = Short(value);
        }
        if (before is not null) described["before"] = Shown(old);
        if (after is not null) described["after"] = Shown(now);
        return described;

        JsonObject Shown(Dictionary<string, JsonNode?> members) =>
            new(
                differ.Where(members.ContainsKey)
                    .Select(name => KeyValuePair.Create(name, Short(members[name], FirstDifference(old, now, name))))
            );

        bool IsChanged(string name) => !JsonNode.DeepEquals(old.GetValueOrDefault(name), now.GetValueOrDefault(name));
    }

    private static Dictionary<string, JsonNode?> Members(IDirectoryRecord? record) =>
        record is null
            ? []
            : JsonSerializer.SerializeToNode(record, record.GetType(), Json)!.AsObject()
                .ToDictionary(member => member.Key, member => member.Value);

    private static int FirstDifference(Dictionary<string, JsonNode?> old, Dictionary<string, JsonNode?> now, string name) =>
        Text(old.GetValueOrDefault(name)).AsSpan().CommonPrefixLength(Text(now.GetValueOrDefault(name)));

    /// <summary>The value; of a long one so many characters, from a little before where it begins to differ.</summary>
    private static JsonNode? Short(JsonNode? value, int firstDifference = 0)
    {
        var text = Text(value);
        if (text.Length <= MaxValueLength) return value?.DeepClone();
        var from = Math.Clamp(firstDifference - Context, 0, text.Length - MaxValueLength);
        if (from > 0 && char.IsLowSurrogate(text[from])) from++;
        var end = Math.Min(from + MaxValueLength, text.Length);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
        return JsonValue.Create($"{(from > 0 ? "…" : "")}{text.AsSpan(from..end)}{(end < text.Length ? "…" : "")}");
    }

    /// <summary>A text as it is, anything else as JSON.</summary>
    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString(Json) ?? "";
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.Directory.Changes;

/// <summary>What was and what is of a record, as far as it differs; null where there was or is none. Long values are shortened.</summary>
internal sealed record RecordDifference(JsonObject? Before, JsonObject? After)
{
    private const int MaxValueLength = 200;
    private const int Context = 40;

    public static readonly JsonSerializerOptions Json = new(DirectoryJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static RecordDifference Of(IDirectoryRecord? before, IDirectoryRecord? after)
    {
        var (old, now) = (Members(before), Members(after));
        var differ = old.Keys.Union(now.Keys).Where(IsChanged).ToList();
        return new(before is null ? null : Shown(old), after is null ? null : Shown(now));

        JsonObject Shown(Dictionary<string, JsonNode?> members) =>
            new(
                differ.Where(members.ContainsKey)
                    .Select(name => KeyValuePair.Create(name, Short(members[name], FirstDifference(old, now, name))))
            );

        bool IsChanged(string name) => !JsonNode.DeepEquals(old.GetValueOrDefault(name), now.GetValueOrDefault(name));
    }

    public static Dictionary<string, JsonNode?> Members(IDirectoryRecord? record) =>
        record is null
            ? []
            : JsonSerializer.SerializeToNode(record, record.GetType(), Json)!.AsObject()
                .ToDictionary(member => member.Key, member => member.Value);

    /// <summary>The value; of a long one so many characters, from a little before where it begins to differ.</summary>
    public static JsonNode? Short(JsonNode? value, int firstDifference = 0)
    {
        var text = Text(value);
        if (text.Length <= MaxValueLength) return value?.DeepClone();
        var from = Math.Clamp(firstDifference - Context, 0, text.Length - MaxValueLength);
        if (from > 0 && char.IsLowSurrogate(text[from])) from++;
        var end = Math.Min(from + MaxValueLength, text.Length);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
        return JsonValue.Create($"{(from > 0 ? "…" : "")}{text.AsSpan(from..end)}{(end < text.Length ? "…" : "")}");
    }

    private static int FirstDifference(Dictionary<string, JsonNode?> old, Dictionary<string, JsonNode?> now, string name) =>
        Text(old.GetValueOrDefault(name)).AsSpan().CommonPrefixLength(Text(now.GetValueOrDefault(name)));

    /// <summary>A text as it is, anything else as JSON.</summary>
    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString(Json) ?? "";
}

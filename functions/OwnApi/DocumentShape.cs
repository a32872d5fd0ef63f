using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;

namespace ContactRouting.OwnApi;

/// <summary>What keeps a document from being read as what it should be: unknown fields, wrong types, unknown words.</summary>
internal static class DocumentShape
{
    /// <param name="type">What the JSON is to be read as, by <see cref="DirectoryJson.Options"/>.</param>
    public static IEnumerable<DocumentError> Faults(JsonElement json, Type type) => Faults(json, type, isNullable: false, "");

    private static IEnumerable<DocumentError> Faults(JsonElement json, Type type, bool isNullable, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(JsonElement) || (json.ValueKind == JsonValueKind.Null && isNullable)) return [];
        var shape = DirectoryJson.Options.GetTypeInfo(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object when json.ValueKind == JsonValueKind.Object => FaultsOfMembers(json, shape, path),
            JsonTypeInfoKind.Object => [new DocumentError(path, "must be an object.")],
            JsonTypeInfoKind.Dictionary when json.ValueKind == JsonValueKind.Object => json
                .EnumerateObject()
                .SelectMany(member => Faults(member.Value, shape.ElementType!, isNullable: false, Below(path, member.Name))),
            JsonTypeInfoKind.Dictionary => [new DocumentError(path, "must be an object.")],
            JsonTypeInfoKind.Enumerable when json.ValueKind == JsonValueKind.Array => json
                .EnumerateArray()
                .SelectMany((item, index) => Faults(item, shape.ElementType!, isNullable: false, $"{path}[{index}]")),
            JsonTypeInfoKind.Enumerable => [new DocumentError(path, "must be a list.")],
            _ => FaultOfValue(json, type) is { } fault ? [new DocumentError(path, fault)] : [],
        };
    }

    private static IEnumerable<DocumentError> FaultsOfMembers(JsonElement json, JsonTypeInfo shape, string path)
    {
        var known = shape.Properties.ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        return json.EnumerateObject().SelectMany(member =>
            known.TryGetValue(member.Name, out var property)
                ? Faults(member.Value, property.PropertyType, property.IsSetNullable, Below(path, property.Name))
                : [new DocumentError(Below(path, member.Name), $"is no field there; {KnownNames.Hint(member.Name, [.. known.Keys])}")]
        );
    }

    private static string? FaultOfValue(JsonElement json, Type type) =>
        type == typeof(string) ? (json.ValueKind == JsonValueKind.String ? null : "must be a text.")
        : type == typeof(bool) ? (json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false.")
        : type == typeof(int) ? (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out _) ? null : "must be a whole number.")
        : IsRead(json, type) ? null
        : type.IsEnum ? $"must be one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}."
        : type == typeof(DateOnly) ? "must be a date like 2026-01-31."
        : "must be a time of day like 08:00:00.";

    private static bool IsRead(JsonElement json, Type type)
    {
        try
        {
            return json.Deserialize(type, DirectoryJson.Options) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

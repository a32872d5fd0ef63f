using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ContactRouting.Directory;

/// <summary>Records as JSON, as a configuration document has them.</summary>
internal static class DirectoryJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        AllowTrailingCommas = true,
        MaxDepth = 32,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDerived } },
    };

    /// <summary>What follows from other properties, such as a row's key, is not part of the document.</summary>
    private static void LeaveOutDerived(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Set is null).ToList())
            type.Properties.Remove(property);
    }
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests.OpenApi;

/// <summary>
/// The JSON Schema of the configuration document, read off the code that takes it: names, types and defaults of the records,
/// what they document of themselves, and the limits that their own faults show.
/// </summary>
internal sealed partial class ConfigurationSchema
{
    /// <summary>The document has them in another shape; the rules are the record's.</summary>
    private static readonly Dictionary<Type, Type> RulesOf = new()
    {
        [typeof(ServiceConfiguration)] = typeof(Service),
        [typeof(LevelConfiguration)] = typeof(Level),
    };

    private static readonly Type[] Numbered =
        [typeof(Agent), typeof(Queue), typeof(Widget), typeof(ServiceConfiguration), typeof(Callback), typeof(Subscription)];

    /// <summary>A value of each kind that JSON has.</summary>
    private static readonly Dictionary<string, JsonNode?> Kinds = new()
    {
        ["object"] = new JsonObject(),
        ["array"] = new JsonArray(),
        ["string"] = "a",
        ["number"] = 1,
        ["boolean"] = true,
        ["null"] = null,
    };

    /// <summary>Texts of which a longer one is of the same kind.</summary>
    private static readonly string[] TextBeginnings = ["a", "http://a/"];

    /// <summary>More than any text, list or number may be.</summary>
    private const int TooMany = 1_000_000_000;

    private const int TooLong = 100_000;

    /// <summary>Within every range.</summary>
    private const int SomeNumber = 100;

    private readonly JsonObject definitions = [];
    private readonly Dictionary<string, XElement> documented = XDocument
        .Load(Path.ChangeExtension(typeof(Configuration).Assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    public static JsonObject Make()
    {
        var schema = new ConfigurationSchema();
        var root = schema.Shape(typeof(Configuration), false);
        var document = (JsonObject)schema.definitions[nameof(Configuration)]!;
        document["examples"] = new JsonArray(JsonNode.Parse(File.ReadAllText(Repository.File("tests", "demo", "account-246.json"))));
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "ContactRouting's configuration document",
            ["$ref"] = root["$ref"]!.DeepClone(),
            ["$defs"] = schema.definitions,
        };
    }

    private JsonObject Define(Type type)
    {
        var properties = new JsonObject();
        var standard = Standard(type);
        foreach (var property in DirectoryJson.Options.GetTypeInfo(type).Properties)
        {
            var member = (MemberInfo?)property.AttributeProvider ?? throw new InvalidOperationException(property.Name);
            var shape = Shape(property.PropertyType, property.IsSetNullable);
            AddLimits(shape, type, property, member.Name);
            var text = string.Join(' ', new[] { Text(type, member), DescriptionOf(property.PropertyType) }.Where(part => part.Length > 0));
            if (text.Length > 0) shape["description"] = text;
            if (shape.ContainsKey("type") && standard[property.Name] is not JsonObject and not JsonArray)
                shape["default"] = standard[property.Name]?.DeepClone();
            properties[property.Name] = shape;
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = TextOf($"T:{type.FullName}"),
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private JsonObject Shape(Type type, bool nullable)
    {
        type = Nullable.GetUnderlyingType(type) is { } underlying && (nullable = true) ? underlying : type;
        if (type == typeof(JsonElement)) return [];
        var shape = type switch
        {
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
            _ when type == typeof(DateOnly) => new JsonObject { ["type"] = "string", ["format"] = "date" },
            _ when type == typeof(TimeOnly) => new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = @"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,7})?)?$",
            },
            { IsEnum: true } => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. WordsOf(type)]) },
            _ => null,
        };
        if (shape is null && Argument(type, typeof(IReadOnlyDictionary<,>), 1) is { } value)
            shape = new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = value == typeof(JsonElement) ? true : Shape(value, false),
            };
        if (shape is null && Argument(type, typeof(IReadOnlyList<>), 0) is { } item)
            shape = new JsonObject { ["type"] = "array", ["items"] = Shape(item, false) };
        if (shape is not null)
        {
            if (nullable) shape["type"] = new JsonArray(shape["type"]!.DeepClone(), "null");
            if (nullable && shape["enum"] is JsonArray words) words.Add((JsonNode?)null);
            return shape;
        }
        var name = RulesOf.GetValueOrDefault(type, type).Name;
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = null;
            definitions[name] = Define(type);
        }
        var reference = new JsonObject { ["$ref"] = $"#/$defs/{name}" };
        return nullable ? new JsonObject { ["oneOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    private static void AddLimits(JsonObject shape, Type type, JsonPropertyInfo property, string name)
    {
        var rules = RulesOf.GetValueOrDefault(type, type);
        if (property.Name == "id" && Numbered.Contains(type))
        {
            (shape["minimum"], shape["maximum"]) = (0, Names.MaxGivenId);
            return;
        }
        if (type == typeof(ServiceConfiguration) && name == nameof(ServiceConfiguration.Levels))
        {
            shape["maxItems"] = Service.MaxLevels;
            return;
        }
        if (rules.GetProperty(name) is null) return;
        bool Takes(JsonNode value) => !FaultsOf(rules, property.Name, value).Contains(name);
        if (shape.Count == 0)
        {
            var kinds = Kinds.Where(kind => kind.Value is null || Takes(kind.Value)).Select(kind => (JsonNode)kind.Key).ToArray();
            if (kinds.Length < Kinds.Count) shape["type"] = new JsonArray(kinds);
        }
        else if (KindOf(shape) == "integer")
        {
            if (!Takes(-1)) shape["minimum"] = Takes(0) ? 0 : Most(0, SomeNumber, number => !Takes(number)) + 1;
            if (!Takes(TooMany)) shape["maximum"] = Most(SomeNumber, TooMany, number => Takes(number));
        }
        else if (KindOf(shape) == "string" && !shape.ContainsKey("enum") && !shape.ContainsKey("format") && !shape.ContainsKey("pattern"))
        {
            var beginning = TextBeginnings.FirstOrDefault(text => Takes(text));
            if (beginning is not null && !Takes(beginning.PadRight(TooLong, 'a')))
                shape["maxLength"] = Most(beginning.Length, TooLong, length => Takes(beginning.PadRight(length, 'a')));
        }
        else if (KindOf(shape) == "array" && shape["items"] is JsonObject items && Example(items) is { } example)
        {
            JsonArray Of(int count) => new([.. Enumerable.Range(0, count).Select(_ => example.DeepClone())]);
            if (!Takes(Of(1000)) && Takes(Of(2))) shape["maxItems"] = Most(1, 1000, count => Takes(Of(count)));
        }
    }

    /// <summary>Something of which a list may have several.</summary>
    private static JsonNode? Example(JsonObject items) =>
        (string?)items["format"] == "date" ? "2026-01-31"
        : items.ContainsKey("$ref") ? new JsonObject()
        : null;

    /// <summary>The properties that a record has a fault for, which has this one property and is else as it is made.</summary>
    private static HashSet<string> FaultsOf(Type type, string property, JsonNode value)
    {
        var record = new JsonObject { [property] = value.DeepClone() }.Deserialize(type, DirectoryJson.Options)!;
        return type.GetMethod(nameof(IDirectoryRecord.Faults)) is { } faults
            ? [.. ((IEnumerable<RecordFault>)faults.Invoke(record, [])!).Select(fault => fault.Property)]
            : [];
    }

    /// <summary>The most that is taken, between what is and what is not.</summary>
    private static int Most(int taken, int refused, Func<int, bool> takes)
    {
        while (refused - taken > 1)
        {
            var middle = taken + ((refused - taken) / 2);
            if (takes(middle)) taken = middle;
            else refused = middle;
        }
        return taken;
    }

    private static JsonObject Standard(Type type) =>
        JsonSerializer
            .SerializeToNode(JsonSerializer.Deserialize("{}", type, DirectoryJson.Options), type, DirectoryJson.Options)!
            .AsObject();

    private static string? KindOf(JsonObject shape) =>
        shape["type"] switch
        {
            JsonArray several => (string?)several[0],
            var one => (string?)one,
        };

    private static Type? Argument(Type type, Type generic, int index) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[index] : null;

    private static IEnumerable<JsonNode?> WordsOf(Type type) =>
        Enum.GetNames(type).Select(name => (JsonNode?)JsonNamingPolicy.CamelCase.ConvertName(name));

    /// <summary>What a property documents of itself, or the parameter that it comes from.</summary>
    private string Text(Type type, MemberInfo member) =>
        TextOf($"P:{member.DeclaringType!.FullName}.{member.Name}") is { Length: > 0 } text
            ? text
            : documented.GetValueOrDefault($"T:{type.FullName}")?.Elements("param")
                .FirstOrDefault(parameter => parameter.Attribute("name")!.Value == member.Name) is { } parameter
                ? Plain(parameter)
            : "";

    /// <summary>What the words of an enumeration mean.</summary>
    private string DescriptionOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            ? string.Join(
                ' ',
                Enum.GetNames(type).Select(name => (name, text: TextOf($"F:{type.FullName}.{name}"))).Where(word => word.text.Length > 0)
                    .Select(word => $"`{JsonNamingPolicy.CamelCase.ConvertName(word.name)}`: {word.text}")
            )
            : "";
    }

    private string TextOf(string member) =>
        documented.GetValueOrDefault(member)?.Element("summary") is { } summary ? Plain(summary) : "";

    private static string Plain(XElement element)
    {
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XElement reference => $"`{Word(reference)}`",
            var other => ((XText)other).Value,
        }));
        return Blanks().Replace(text, " ").Trim();
    }

    private static string Word(XElement reference) =>
        reference.Attribute("cref") is { } cref
            ? JsonNamingPolicy.CamelCase.ConvertName(cref.Value.Split('.')[^1])
            : reference.Attribute("name")?.Value ?? reference.Value;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

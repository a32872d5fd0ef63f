using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Directory;

namespace ContactRouting.Routing;

/// <summary>Those who serve a queue together: its own agents, or a group. As text it stands in stored rows and their keys.</summary>
[JsonConverter(typeof(ServingUnitJson))]
internal readonly record struct ServingUnit
{
    private const char OperatorsMark = 'q', GroupMark = 'g';

    private ServingUnit(int? queueId, string? groupId) => (QueueId, GroupId) = (queueId, groupId);

    /// <summary>The queue whose own agents it is; null for a group.</summary>
    public int? QueueId { get; }

    /// <summary>Null for a queue's own agents.</summary>
    public string? GroupId { get; }

    public static ServingUnit OwnAgents(int queueId) => new(queueId, null);

    public static ServingUnit Group(string groupId) => new(null, groupId);

    public static ServingUnit Parse(string text) =>
        text[0] == GroupMark ? Group(text[1..]) : OwnAgents(int.Parse(text.AsSpan(1), CultureInfo.InvariantCulture));

    /// <summary>Whether it serves a queue, as the directory has it.</summary>
    public bool Serves(AccountDirectory directory, int queueId)
    {
        var group = GroupId;
        return group is null ? QueueId == queueId : directory.RoutingsOf(queueId).Any(routing => routing.GroupId == group);
    }

    public override string ToString() =>
        GroupId is null ? string.Create(CultureInfo.InvariantCulture, $"{OperatorsMark}{QueueId:D10}") : $"{GroupMark}{GroupId}";
}

/// <summary>A unit as text, as a value and as a name.</summary>
internal sealed class ServingUnitJson : JsonConverter<ServingUnit>
{
    public override ServingUnit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ServingUnit.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, ServingUnit value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override ServingUnit ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ServingUnit.Parse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ServingUnit value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ContactRouting.Storage;
using ContactRouting.Telemetry;

namespace ContactRouting.Events;

/// <summary>What is to be told of a subject, by its members' names.</summary>
internal sealed class Facts : Dictionary<string, object?>;

/// <summary>Makes events of what a change found and what it left.</summary>
internal static class EventData
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The sequence of an event of a subject that counts none: its time in microseconds, which a JavaScript number holds exactly.
    /// </summary>
    public static long SequenceAt(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <param name="before">Null where the subject is new.</param>
    public static Event Make(string type, Subject subject, long sequence, DateTimeOffset occurredAt, Facts? before, Facts after) =>
        new()
        {
            Id = Guid.NewGuid().ToString("n"),
            Type = type,
            Subject = subject.ToString(),
            Sequence = sequence,
            OccurredAt = occurredAt,
            Data = Differing(before, after),
            Trace = Traces.Current,
        };

    /// <summary>A commit's row; null where nothing happened.</summary>
    /// <exception cref="BatchFullException">The events are more than a row holds.</exception>
    public static Happened? Row(IReadOnlyList<Event> events)
    {
        if (events.Count == 0) return null;

        // A text has two bytes a UTF-16 unit. Many come together only where an agent leaves who is offered many contacts.
        var length = events.Count == 1 ? 0 : JsonSerializer.Serialize(events, Json).Length;
        return 2 * length <= TableLimits.MaxValueBytes
            ? new Happened { Events = events }
            : throw new BatchFullException($"{events.Count} events do not fit a row.");
    }

    private static JsonElement Differing(Facts? before, Facts after)
    {
        var data = (JsonObject)JsonSerializer.SerializeToNode(after, Json)!;
        if (before is not null)
        {
            var old = (JsonObject)JsonSerializer.SerializeToNode(before, Json)!;
            data["before"] = new JsonObject(
                old.Where(member => !JsonNode.DeepEquals(member.Value, data[member.Key]))
                    .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
            );
        }
        return JsonSerializer.SerializeToElement(data, Json);
    }
}

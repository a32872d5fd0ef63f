using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Errors;
using ContactRouting.Events;

namespace ContactRouting.Directory;

/// <summary>Somebody wants to be told of what happens.</summary>
internal sealed record Subscription : IDirectoryRecord
{
    /// <summary>Of an account: an event's rows have to fit the transaction that makes it.</summary>
    public const int Most = 20;

    private const int MaxPatterns = 20;

    /// <summary>Its number.</summary>
    public int Id { get; init; }

    /// <summary>Whom to call: absolute, http or https.</summary>
    public string Url { get; init; } = "";

    /// <summary>Of what to tell: types, or beginnings like <c>contact.*</c>; <c>*</c> is everything.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary>Only of this queue, and of its contacts.</summary>
    public int? QueueId { get; init; }

    /// <summary>The queue by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Queue { get; init; }

    /// <summary>Only of contacts that came by this service.</summary>
    public int? ServiceId { get; init; }

    /// <summary>The service by its name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Service { get; init; }

    /// <summary>Only of this agent, and of contacts that it is offered or handles.</summary>
    public int? AgentId { get; init; }

    /// <summary>The agent by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Nobody is told of what happens while it is switched off.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Why the app switched it off: <c>gone</c> (it answered 410) or <c>failing</c> (for five days); empty otherwise.</summary>
    public string DisabledReason { get; init; } = "";

    public string RowKey => DirectoryKeys.Subscription(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Url), Url.Length == 0 ? "is missing." : Names.UrlFault(Url) },
        { nameof(EventTypes), EventTypes.Count is 0 or > MaxPatterns ? $"must be 1 to {MaxPatterns} types." : null },
        EventTypes.Index().SelectMany(pattern => new RecordFaults
        {
            { $"{nameof(EventTypes)}[{pattern.Index}]", Events.EventTypes.PatternFault(pattern.Item) },
        }),
        { nameof(Description), Names.DisplayFault(Description) },
        { nameof(DisabledReason), DisabledReason is "" or "gone" or "failing" ? null : "must be gone, failing, or empty." },
    };

    public IEnumerable<Reference> References()
    {
        if (QueueId is { } queue) yield return new(nameof(QueueId), DirectoryKeys.Queue(queue), "queue's id");
        if (ServiceId is { } service) yield return new(nameof(ServiceId), DirectoryKeys.Service(service), "service's id");
        if (AgentId is { } agent) yield return new(nameof(AgentId), DirectoryKeys.Agent(agent), "agent's id");
    }

    /// <summary>Whether it is to be told of an event; one that leaves what it filters by still concerns it.</summary>
    public bool Wants(Event happened) =>
        Enabled
        && EventTypes.Any(pattern => Events.EventTypes.Matches(pattern, happened.Type))
        && (QueueId is not { } queue || Concerns(happened, Subject.Queue(queue), "queueId", queue))
        && (ServiceId is not { } service || Concerns(happened, null, "serviceId", service))
        && (AgentId is not { } agent || ConcernsAgent(happened, agent));

    /// <summary>An arrival concerns no agent: it tells the contact as its commit leaves it, where that may be offered already.</summary>
    private static bool ConcernsAgent(Event happened, int agent) =>
        happened.Type != Events.EventTypes.ContactArrived && Concerns(happened, Subject.Agent(agent), "agentId", agent);

    private static bool Concerns(Event happened, Subject? subject, string member, int id)
    {
        return happened.Subject == subject?.ToString() || Has(happened.Data) || Has(Member(happened.Data, "before"));

        bool Has(JsonElement? state) =>
            Member(state, member) is { ValueKind: JsonValueKind.Number } value && value.GetInt32() == id
            || Member(Member(state, "offer"), member) is { ValueKind: JsonValueKind.Number } offered && offered.GetInt32() == id;
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } && json.Value.TryGetProperty(name, out var member) ? member : null;
}

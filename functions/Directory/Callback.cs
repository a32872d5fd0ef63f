using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>What happens to an agent that a callback can ask for.</summary>
internal enum CallbackEvent
{
    AgentLogin,
    AgentLogout,
}

/// <summary>How a callback carries its fields: in the URL's query, or as a form in the body.</summary>
internal enum CallbackMethod
{
    Get,
    Post,
}

/// <summary>Somebody wants to be called when an agent logs in or out. Source: RingMe, "Queue agent events", AgentEvent.</summary>
internal sealed record Callback : IDirectoryRecord
{
    /// <summary>Its number.</summary>
    public int Id { get; init; }

    /// <summary>Whose logins or logouts it is about.</summary>
    public int AgentId { get; init; }

    /// <summary>The agent by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent { get; init; }

    /// <summary>What it is called for.</summary>
    public CallbackEvent EventType { get; init; }

    /// <summary>How its fields are sent.</summary>
    public CallbackMethod Method { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public string Url { get; init; } = "";

    public string RowKey => DirectoryKeys.Callback(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Url), Url.Length == 0 ? "is missing." : Names.UrlFault(Url) },
    };

    public IEnumerable<Reference> References() =>
        [new(nameof(AgentId), DirectoryKeys.Agent(AgentId), "agent's id", Holds: false)];
}

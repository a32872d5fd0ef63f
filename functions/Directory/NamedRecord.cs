using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>A queue or an agent: what guests can be led to by name.</summary>
internal abstract record NamedRecord : IDirectoryRecord
{
    /// <summary>Its number.</summary>
    [JsonPropertyOrder(-1)]
    public int Id { get; init; }

    /// <summary>The QU_ or AG_ id.</summary>
    [JsonPropertyOrder(-1)]
    public string ExternalId { get; init; } = "";

    /// <summary>After LibraryH3lp's rule; over all accounts no other queue or agent has it.</summary>
    [JsonPropertyOrder(-1)]
    public string Name
    {
        get;
        init => field = Names.Normal(value);
    } = "";

    /// <summary>For people; others may have the same.</summary>
    [JsonPropertyOrder(-1)]
    public string DisplayName { get; init; } = "";

    public abstract string RowKey { get; }

    public abstract string ExternalIdPrefix { get; }

    /// <summary>A display name that is the name too follows the stricter rule.</summary>
    public virtual IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(DisplayName), DisplayName == Name ? null : Names.DisplayFault(DisplayName) },
        { nameof(Name), Names.Fault(Name) },
        { nameof(ExternalId), Names.IdFault(ExternalId, ExternalIdPrefix) },
    };

    public abstract IEnumerable<Reference> References();
}

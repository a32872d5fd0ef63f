using System.Text.Json;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>An assignable service of the catalogue.</summary>
internal sealed record UserService : IDirectoryRecord
{
    public const int MaxNameLength = 80;

    private const int MaxDescriptionLength = 2000;

    /// <summary>Of the additional data as JSON, with what is not ASCII escaped.</summary>
    public const int MaxDataLength = 20_000;

    public string TechnicalName
    {
        get;
        init => field = Names.Normal(value);
    } = "";

    public string DisplayName { get; init; } = "";

    public string Description { get; init; } = "";

    public bool NoMoreAssignable { get; init; }

    public bool ForHg { get; init; }

    public bool ForIvr { get; init; }

    public bool ForCc { get; init; }

    public bool ForEnduser { get; init; }

    public JsonElement? AddData { get; init; }

    public string RowKey => DirectoryKeys.UserService(TechnicalName);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(TechnicalName), UserServiceRules.NameFault(TechnicalName) },
        { nameof(DisplayName), Names.DisplayFault(DisplayName) },
        {
            nameof(Description),
            Description.Length > MaxDescriptionLength ? $"must be at most {MaxDescriptionLength} characters long." : null
        },
        { nameof(AddData), AddData is { } data ? UserServiceRules.DataFault(data) : null },
    };

    public IEnumerable<Reference> References() => [];
}

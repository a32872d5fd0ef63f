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

    /// <summary>What identifies it.</summary>
    public string TechnicalName
    {
        get;
        init => field = Names.Normal(value);
    } = "";

    /// <summary>For people.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>What it is.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether it is given to nobody any more.</summary>
    public bool NoMoreAssignable { get; init; }

    /// <summary>For hunt groups.</summary>
    public bool ForHg { get; init; }

    /// <summary>For voice menus.</summary>
    public bool ForIvr { get; init; }

    /// <summary>For contact centres.</summary>
    public bool ForCc { get; init; }

    /// <summary>For end users.</summary>
    public bool ForEnduser { get; init; }

    /// <summary>Data of the client's own, an object.</summary>
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

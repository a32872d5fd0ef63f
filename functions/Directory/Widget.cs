using System.Collections.Immutable;
using System.Text.Json;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>How a chat looks on a page.</summary>
internal sealed record Widget : IDirectoryRecord
{
    /// <summary>Of the style as JSON, in UTF-16 units.</summary>
    public const int MaxStyleLength = 20_000;

    /// <summary>Its number.</summary>
    public int Id { get; init; }

    /// <summary>For people.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether others may use it.</summary>
    public bool Shared { get; init; }

    /// <summary>Where the default online link leads, http or https.</summary>
    public string ChatUrl { get; init; } = "";

    /// <summary>Style properties as they were given; the others have their defaults.</summary>
    public IReadOnlyDictionary<string, JsonElement> Style { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    public string RowKey => DirectoryKeys.Widget(Id);

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Name), Names.DisplayFault(Name) },
        { nameof(ChatUrl), Names.UrlFault(ChatUrl) },
        { nameof(Style), WidgetStyle.Fault(Style) },
    };

    public IEnumerable<Reference> References() => [];
}

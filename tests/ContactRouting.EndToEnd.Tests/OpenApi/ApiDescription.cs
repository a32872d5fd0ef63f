using System.Text.Json.Nodes;
using ContactRouting.Hosting;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>An operation of the description.</summary>
/// <param name="Template">Its path with placeholders.</param>
/// <param name="Method">In upper case.</param>
internal sealed record DescribedOperation(string Template, string Method, JsonObject Content);

/// <summary>The description as the app has it: its operations by the requests that they answer.</summary>
internal sealed class ApiDescription
{
    private static readonly string[] Methods = ["GET", "PUT", "POST", "PATCH", "DELETE"];

    private readonly List<DescribedPath> paths;

    private ApiDescription()
    {
        using var stream = typeof(LocalHost).Assembly.GetManifestResourceStream("openapi.json")!;
        Document = JsonNode.Parse(stream)!.AsObject();
        paths =
        [
            .. from path in Document["paths"]!.AsObject()
            let item = path.Value!.AsObject()
            from server in (item["servers"]?.AsArray() ?? [new JsonObject { ["url"] = "/" }]).Select(server => (string)server!["url"]!)
            let template = server.TrimEnd('/') + path.Key
            select new DescribedPath(
                template,
                template.Split('/'),
                [
                    .. item.Where(member => Methods.Contains(member.Key.ToUpperInvariant()))
                        .Select(member =>
                            new DescribedOperation(template, member.Key.ToUpperInvariant(), member.Value!.AsObject())
                        ),
                ]
            ),
        ];
    }

    public static ApiDescription Instance { get; } = new();

    public JsonObject Document { get; }

    public IEnumerable<DescribedOperation> Operations => paths.SelectMany(path => path.Operations);

    /// <summary>What answers at a path; null where it is not described. Words go before placeholders, from the left.</summary>
    public IReadOnlyList<DescribedOperation>? At(string path)
    {
        var segments = path.TrimEnd('/').Split('/');
        return paths.Where(described => described.Fits(segments, Versions)).MinBy(described => described.Order)?.Operations;
    }

    /// <summary>The first placeholder of LibraryH3lp's paths takes only these.</summary>
    private string[] Versions => field ??=
        [.. Document["components"]!["parameters"]!["Version"]!["schema"]!["enum"]!.AsArray().Select(version => (string)version!)];

    public JsonNode Resolve(JsonNode node) =>
        (string?)node["$ref"] is { } reference
            ? Resolve(reference.Split('/').Skip(1).Aggregate((JsonNode)Document, (found, part) => found[part]!))
            : node;

    private sealed record DescribedPath(string Template, string[] Segments, IReadOnlyList<DescribedOperation> Operations)
    {
        public string Order { get; } = string.Concat(Segments.Select(segment => IsPlaceholder(segment) ? '1' : '0'));

        public bool Fits(string[] path, string[] versions) =>
            path.Length == Segments.Length
            && Segments.Zip(path).All(pair =>
                pair.First == "{version}" ? versions.Contains(pair.Second, StringComparer.OrdinalIgnoreCase)
                : IsPlaceholder(pair.First) ? pair.Second.Length > 0
                : pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)
            );

        private static bool IsPlaceholder(string segment) => segment.StartsWith('{');
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>
/// Holds every answer to the description: its status is one of the operation's, its content of one of the types there, and
/// its JSON what the schema says, without a member that is not described.
/// </summary>
internal sealed class DescribedHandler : DelegatingHandler
{
    private static readonly Uri Base = new("https://contactrouting.invalid/openapi");
    private static readonly EvaluationOptions Verdict = new() { RequireFormatValidation = true, OutputFormat = OutputFormat.Flag };
    private static readonly EvaluationOptions Faults = new() { RequireFormatValidation = true, OutputFormat = OutputFormat.List };
    private static readonly Lazy<Schemas> Compiled = new(() => new Schemas(ApiDescription.Instance));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (Check(request, answer) is not { } media) return answer;
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var json = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (Compiled.Value.FaultOf(media, json) is { } fault) throw Undescribed(request, answer, $"{fault}\n{Short(json)}");
        return answer;
    }

    /// <returns>What describes the answer's JSON; null where it has none, or where nothing is described.</returns>
    private static JsonNode? Check(HttpRequestMessage request, HttpResponseMessage answer)
    {
        // What a browser asks before a request is of its own protocol.
        if (request.Method == HttpMethod.Options) return null;
        if (ApiDescription.Instance.At(request.RequestUri!.AbsolutePath) is not { } operations) return null;
        var method = MethodOf(request);
        var found = operations.FirstOrDefault(operation => operation.Method == method);
        if (found is null || (request.Method == HttpMethod.Head && answer.StatusCode == HttpStatusCode.MethodNotAllowed))
            return (int)answer.StatusCode >= 400 ? null : throw Undescribed(request, answer, "the method is not described");
        if (found.Content["responses"]![$"{(int)answer.StatusCode}"] is not { } response)
            throw Undescribed(request, answer, "the status is not described");
        var contents = ApiDescription.Instance.Resolve(response)["content"]?.AsObject();
        if (request.Method == HttpMethod.Head || answer.Content.Headers.ContentType is not { MediaType: { } type }) return null;
        if (contents?[type] is not { } media) throw Undescribed(request, answer, $"{type} is not described");
        var isJson = type.EndsWith("json", StringComparison.Ordinal) && answer.Content.Headers.ContentEncoding.Count == 0;
        return isJson ? media : null;
    }

    /// <summary>HEAD is answered like GET; LibraryH3lp's clients name the method in the query, too.</summary>
    private static string MethodOf(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Head) return "GET";
        var named = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query)["_method"];
        return request.Method == HttpMethod.Post && named is { Length: > 0 } ? named.ToUpperInvariant() : request.Method.Method;
    }

    private static InvalidOperationException Undescribed(HttpRequestMessage request, HttpResponseMessage answer, string why) =>
        new($"{request.Method} {request.RequestUri!.AbsolutePath}, {(int)answer.StatusCode}: {why}");

    private static string Short(byte[] json) => System.Text.Encoding.UTF8.GetString(json.AsSpan(0, Math.Min(json.Length, 2000)));

    /// <summary>The schemas of all answers, compiled once.</summary>
    private sealed class Schemas
    {
        private readonly ConcurrentDictionary<JsonNode, JsonSchema> ofMedia = new(ReferenceEqualityComparer.Instance);
        private readonly BuildOptions build = new() { SchemaRegistry = new SchemaRegistry() };

        // Short answers that were held to it before: most refusals are alike.
        private readonly ConcurrentDictionary<(JsonNode Media, string Json), bool> known = new();
        private int compiled;

        public Schemas(ApiDescription description)
        {
            var components = (JsonObject)description.Document["components"]!["schemas"]!.DeepClone();
            var document = new JsonObject { ["$defs"] = components };
            Adapt(document);
            JsonSchema.Build(JsonSerializer.SerializeToElement(document), build, Base);
        }

        public string? FaultOf(JsonNode media, byte[] json)
        {
            var isShort = json.Length < 500;
            var text = isShort ? System.Text.Encoding.UTF8.GetString(json) : "";
            if (isShort && known.ContainsKey((media, text))) return null;
            using var parsed = JsonDocument.Parse(json);
            var schema = ofMedia.GetOrAdd(media, Compile);
            if (schema.Evaluate(parsed.RootElement, Verdict).IsValid)
            {
                if (isShort) known[(media, text)] = true;
                return null;
            }
            var results = schema.Evaluate(parsed.RootElement, Faults);
            var faults =
                from result in results.Details ?? []
                from error in result.Errors ?? new Dictionary<string, string>()
                select $"{result.InstanceLocation} {error.Key}: {error.Value} ({result.SchemaLocation})";
            return string.Join('\n', faults.DefaultIfEmpty("it is not what the schema says").Take(10));
        }

        private JsonSchema Compile(JsonNode media)
        {
            var schema = (JsonObject)media["schema"]!.DeepClone();
            Adapt(schema, $"{Base}");
            lock (build) return JsonSchema.Build(JsonSerializer.SerializeToElement(schema), build, new Uri($"{Base}/{++compiled}"));
        }

        /// <summary>References as a schema of its own has them, and no member that nobody described.</summary>
        private static void Adapt(JsonNode? node, string document = "")
        {
            if (node is JsonArray items) foreach (var item in items) Adapt(item, document);
            if (node is not JsonObject schema) return;
            foreach (var name in new[] { "example", "examples", "default" }) if (schema[name] is not JsonObject) schema.Remove(name);
            if ((string?)schema["$ref"] is { } reference)
                schema["$ref"] = reference.Replace("#/components/schemas/", $"{document}#/$defs/", StringComparison.Ordinal);
            if (schema["properties"] is JsonObject && schema["type"] is not JsonObject && !schema.ContainsKey("additionalProperties"))
                schema["additionalProperties"] = false;
            foreach (var (_, member) in schema) Adapt(member, document);
        }
    }
}

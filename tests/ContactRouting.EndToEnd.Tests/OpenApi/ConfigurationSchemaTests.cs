using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>The schema of the configuration document, and the document with comments.</summary>
public sealed class ConfigurationSchemaTests
{
    /// <summary>What is wrong in the schema's eyes and in the app's: a pointer to a member of the example, and its value.</summary>
    private static readonly (string Pointer, string Value)[] Wrong =
    [
        ("queues/0/offerSeconds", "2"),
        ("queues/0/offerSeconds", "86401"),
        ("queues/0/maxLength", "1001"),
        ("queues/0/strategy", "\"fastest\""),
        ("queues/0/whenFull/to", "null"),
        ("queues/0/hours/holidays", "[\"tomorrow\"]"),
        ("queues/0/unknown", "1"),
        ("agents/0/capacityUnits", "0"),
        ("agents/0/id", "2000000001"),
        ("agents/0/email", $"\"{new string('a', 201)}\""),
        ("services/0/levels/0/html", $"\"{new string('a', 30_001)}\""),
        ("userServices/0/addData", "[]"),
    ];

    [Fact]
    public async Task Example_document_fits_the_schema_and_is_put_and_what_does_not_fit_is_refused()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var schema = JsonSchema.FromText(
            await app.Http.GetStringAsync(new Uri("/routing/v1/configuration/schema", UriKind.Relative)),
            new BuildOptions { SchemaRegistry = new SchemaRegistry() }
        );

        var example = await ExampleAsync();
        Assert.True(Fits(example));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(example, dryRun: false));
        var stored = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.True(Fits(JsonNode.Parse(stored.GetRawText())!));
        Assert.Equal(1, stored.GetProperty("subscriptions").GetArrayLength());

        foreach (var (pointer, value) in Wrong)
        {
            var document = await ExampleAsync();
            var path = pointer.Split('/');
            var parent = path[..^1].Aggregate(document, (found, part) => int.TryParse(part, out var index) ? found[index]! : found[part]!);
            parent[path[^1]] = JsonNode.Parse(value);
            Assert.False(Fits(document), pointer);
            Assert.Equal((pointer, HttpStatusCode.BadRequest), (pointer, await PutAsync(document, dryRun: true)));
        }

        bool Fits(JsonNode document) =>
            schema.Evaluate(JsonSerializer.SerializeToElement(document), new EvaluationOptions { RequireFormatValidation = true }).IsValid;

        async Task<HttpStatusCode> PutAsync(JsonNode document, bool dryRun)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Put,
                $"/routing/v1/configuration?dryRun={(dryRun ? "true" : "false")}"
            );
            request.Content = new StringContent(document.ToJsonString());
            request.Headers.Authorization = new("Bearer", account.AccessToken);
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            using var answer = await app.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    /// <summary>Comments stand on lines of their own, so that they can be cut out as the document says.</summary>
    private static async Task<JsonNode> ExampleAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "configuration.jsonc"));
        return JsonNode.Parse(string.Concat(lines.Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))))!;
    }
}

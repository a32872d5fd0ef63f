using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>A client of our own API, for an account of its own with a configuration of its own.</summary>
public sealed class RoutingClient(TestAccount account, HttpClient http)
{
    public int AccountId => account.Id;

    public static async Task<RoutingClient> CreateAsync(HttpClient http, object configuration)
    {
        var client = new RoutingClient(await AppFixture.CreateAccountAsync(http), http);
        await client.ConfigureAsync(configuration);
        return client;
    }

    /// <summary>The same account through another process.</summary>
    public RoutingClient Through(HttpClient other) => new(account, other);

    public async Task ConfigureAsync(object configuration)
    {
        using var answer = await TestAccount.PutConfigurationAsync(
            http,
            account.AccessToken,
            JsonSerializer.Serialize(configuration, JsonSerializerOptions.Web),
            "*"
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public string Name(string name) => $"{name}{account.Suffix}";

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, "/routing/v1/" + path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = new("Bearer", account.AccessToken);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }

    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public Task<JsonElement> ArriveAsync(object body, string include = "") =>
        CallAsync(HttpMethod.Post, $"contacts?include={include}", body, HttpStatusCode.Created);

    public Task<JsonElement> ContactAsync(string id) => CallAsync(HttpMethod.Get, $"contacts/{id}");

    public Task<JsonElement> ActAsync(string id, string action, object? body = null) =>
        CallAsync(HttpMethod.Post, $"contacts/{id}/{action}", body ?? new { });

    public Task<JsonElement> PresenceAsync(int agentId, string status, int? leaseSeconds = null) =>
        CallAsync(HttpMethod.Put, $"agents/{agentId}/presence", leaseSeconds is null ? new { status } : new { status, leaseSeconds });

    public Task SweepAsync() => TestAccount.SweepAsync(http);

    public static JsonObject Agent(int id, string name, int[]? queues = null, string[]? groups = null, int units = 1) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["capacityUnits"] = units,
        ["queues"] = new JsonArray([.. (queues ?? []).Select(queue => new JsonObject { ["queueId"] = queue })]),
        ["groups"] = new JsonArray([.. (groups ?? []).Select(group => (JsonNode)group)]),
    };
}

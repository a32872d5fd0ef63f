using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>One app whose clock stands still, for all tests of a class; each has an account of its own.</summary>
public sealed class ClockedFixture : IAsyncLifetime
{
    internal ClockedApp App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await ClockedApp.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}

/// <summary>
/// An account with queues and agents by their numbers, and one service; what becomes of contacts in short words, like
/// "offered 11", "queued 1" (in a queue), "queued" (for one agent), "active 11" or "refused".
/// </summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly TestAccount account;
    private readonly JsonObject configuration;

    private Desk(ClockedApp app, TestAccount account, JsonObject configuration)
    {
        (App, this.account, this.configuration) = (app, account, configuration);
        Client = new RoutingClient(account, app.Http);
    }

    public ClockedApp App { get; }

    public RoutingClient Client { get; }

    public TestAccount Account => account;

    /// <summary>Its account goes, so that the sweeps of the tests that follow have nothing to do for it.</summary>
    public ValueTask DisposeAsync() => new(account.DeleteAsync());

    public static async Task<Desk> OpenAsync(ClockedApp app, JsonObject[] queues, JsonObject[] agents, params string[] levels)
    {
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        foreach (var queue in queues) queue["name"] = $"q{queue["id"]}{account.Suffix}";
        foreach (var agent in agents) agent["name"] = $"a{agent["id"]}{account.Suffix}";
        var groups = agents.SelectMany(agent => agent["groups"]!.AsArray().Select(group => group!.GetValue<string>())).Distinct().ToList();
        var desk = new Desk(app, account, new JsonObject
        {
            ["queues"] = new JsonArray([.. queues]),
            ["agents"] = new JsonArray([.. agents]),
            ["groups"] = new JsonArray([.. groups.Select(id => new JsonObject { ["id"] = id, ["displayName"] = id })]),
            ["groupRoutings"] = new JsonArray([.. queues.SelectMany(queue => Take(queue, "routings"))]),
            ["widgets"] = new JsonArray(new JsonObject { ["id"] = 900, ["name"] = "W" }),
            ["services"] = new JsonArray(new JsonObject { ["id"] = account.ServiceId, ["name"] = "S", ["levels"] = new JsonArray() }),
        });
        desk.SetLevels(levels);
        await desk.ConfigureAsync();
        return desk;

        static IEnumerable<JsonObject> Take(JsonObject queue, string name)
        {
            var items = queue[name]?.AsArray() ?? [];
            queue.Remove(name);
            return [.. items.Select(item => item!.DeepClone().AsObject())];
        }
    }

    /// <summary>Queues 1 and 2, and agent 11 in both.</summary>
    public static Task<Desk> OneAsync(ClockedApp app) => OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1, 2])], "1", "2");

    public static JsonObject Queue(int id, params (string Name, JsonNode? Value)[] settings)
    {
        var queue = new JsonObject { ["id"] = id };
        foreach (var (name, value) in settings)
        {
            if (name is "primary" or "secondary")
            {
                queue["routings"] ??= new JsonArray();
                queue["routings"]!.AsArray().Add((JsonNode)new JsonObject
                {
                    ["queueId"] = id,
                    ["groupId"] = value!.GetValue<string>(),
                    ["primary"] = name == "primary",
                });
            }
            else queue[name] = value;
        }
        return queue;
    }

    public static JsonObject Agent(int id, int[] queues, int units = 1, int voice = 1, params string[] groups)
    {
        var agent = RoutingClient.Agent(id, "", queues, groups, units);
        agent["channelCosts"] = new JsonObject { ["voice"] = voice };
        return agent;
    }

    public static JsonObject To(string to, int? queueId = null)
    {
        var overflow = new JsonObject { ["to"] = to };
        if (queueId is not null) overflow["queueId"] = queueId;
        return overflow;
    }

    public async Task<string> ArriveAsync(
        string id,
        int? queue = null,
        int? agent = null,
        int priority = 0,
        string channel = "chat",
        bool service = false
    )
    {
        var body = new JsonObject { ["contactId"] = id, ["priority"] = priority, ["channel"] = channel };
        if (queue is not null) body["queueId"] = queue;
        if (agent is not null) body["agentId"] = agent;
        if (service) body["serviceId"] = account.ServiceId;
        return Words(await Client.ArriveAsync(body));
    }

    public async Task<string> StateAsync(string id) => Words(await Client.ContactAsync(Uri.EscapeDataString(id)));

    public async Task<string> AcceptAsync(string id, int agent) => Words(await Client.ActAsync(id, "accept", new { agentId = agent }));

    public async Task<string> DeclineAsync(string id, int agent) => Words(await Client.ActAsync(id, "decline", new { agentId = agent }));

    public async Task<string> CompleteAsync(string id) => Words(await Client.ActAsync(id, "complete"));

    public async Task<string> TransferAsync(string id, int queue) => Words(await Client.ActAsync(id, "transfer", new { queueId = queue }));

    public Task InAsync(int agent, int? leaseSeconds = null) => Client.PresenceAsync(agent, "available", leaseSeconds);

    public Task OutAsync(int agent, string status = "logged_out") => Client.PresenceAsync(agent, status);

    public Task<JsonElement> AgentAsync(int agent) => Client.CallAsync(HttpMethod.Get, $"agents/{agent}");

    public async Task<int> FreeAsync(int agent) => (await AgentAsync(agent)).GetProperty("freeUnits").GetInt32();

    public async Task<string> StatusAsync(int agent) => (await AgentAsync(agent)).GetProperty("status").GetString()!;

    /// <summary>An agent's presence by the format of another system: sink, LibraryH3lp, Stringee or ours.</summary>
    public async Task SetPresenceAsync(string format, int agent, bool available)
    {
        switch (format)
        {
            case "sink":
                await account.SinkAsync(available ? "available" : "logged_out", agent);
                break;
            case "LibraryH3lp":
                await account.JsonAsync(
                    HttpMethod.Put,
                    $"/2011-12-03/users/{agent}",
                    new { show = available ? "chat" : "away" },
                    cookie: true
                );
                break;
            case "Stringee":
                var shown = await Client.CallAsync(HttpMethod.Get, "configuration");
                var id = shown.GetProperty("agents").EnumerateArray().Single(item => item.GetProperty("id").GetInt32() == agent)
                    .GetProperty("externalId").GetString();
                using (var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/agent/{id}"))
                {
                    request.Content = JsonContent.Create(new { manual_status = available ? "AVAILABLE" : "NOT AVAILABLE" });
                    var until = App.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds();
                    request.Headers.Add(
                        "X-STRINGEE-AUTH",
                        StringeeClient.Token(account["apiKeySid"], account["apiKeySecret"], claims: claims => claims["exp"] = until)
                    );
                    using var answer = await App.Http.SendAsync(request);
                    Assert.Equal(0, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("r").GetInt32());
                }
                break;
            default:
                await Client.PresenceAsync(agent, available ? "available" : "logged_out");
                break;
        }
    }

    /// <summary>An event of a system that assigns contacts itself, told now unless a time is given.</summary>
    /// <returns>The contact's state, or what was refused.</returns>
    public async Task<string> TellAsync(
        string name,
        JsonNode id,
        string? queue = null,
        int? agent = null,
        DateTimeOffset? at = null,
        string? channel = null
    )
    {
        var body = new JsonObject { ["event"] = $"contact-{name}", ["contact_id"] = id };
        if (queue is not null) body["queue"] = queue;
        if (agent is not null) body["agent_id"] = agent;
        if (channel is not null) body["channel"] = channel;
        if (at is { } time) body["occurred_at"] = time.ToString("O", CultureInfo.InvariantCulture);
        using var answer = await App.Http.PostAsJsonAsync(
            new Uri($"/hooks/{account["sinkToken"]}/contact-events", UriKind.Relative),
            body
        );
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == HttpStatusCode.OK
            ? JsonSerializer.Deserialize<JsonElement>(text).GetProperty("state").GetString()!
            : $"{(int)answer.StatusCode} {text}";
    }

    public Task SweepAfterAsync(double seconds) => App.SweepAfterAsync(seconds);

    /// <summary>Many at a time, as clients do, and not all at once.</summary>
    public static Task TogetherAsync(int count, Func<int, Task> act) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => await act(number)
        );

    public void SetLevels(params string[] levels)
    {
        var old = configuration["services"]![0]!["levels"]!.AsArray();
        old.Clear();
        foreach (var level in levels)
        {
            var name = level[0] == 'a' ? level : $"q{level}";
            old.Add((JsonNode)new JsonObject { ["name"] = name + account.Suffix, ["widgetId"] = 900 });
        }
    }

    /// <summary>Changes a queue or an agent of the configuration and puts the whole.</summary>
    public async Task ChangeAsync(string kind, int id, string name, JsonNode? value)
    {
        configuration[kind]!.AsArray().Single(item => item!["id"]!.GetValue<int>() == id)![name] = value;
        await ConfigureAsync();
    }

    public Task ConfigureAsync() => Client.ConfigureAsync(configuration);

    private static string Words(JsonElement contact)
    {
        var state = contact.GetProperty("state").GetString()!;
        return state switch
        {
            "offered" => $"offered {contact.GetProperty("offer").GetProperty("agentId").GetInt32()}",
            "active" or "wrapUp" => $"{state} {contact.GetProperty("agentId").GetInt32()}",
            "queued" => $"queued {contact.GetProperty("queueId")}".TrimEnd(),
            _ => state,
        };
    }
}

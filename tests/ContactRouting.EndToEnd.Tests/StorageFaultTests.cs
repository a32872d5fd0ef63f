using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>What clients see of a storage that does not answer, with the app in front of a proxy that makes the faults.</summary>
public sealed class StorageFaultTests
{
    [Theory]
    [InlineData(StorageFault.Stall)]
    [InlineData(StorageFault.Throttle)]
    [InlineData(StorageFault.Break)]
    public async Task Storage_that_does_not_answer_is_503_with_retry_after_in_every_format(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync();
        await using var app = await ClockedApp.StartAsync(("Tables:ConnectionString", proxy.ConnectionString));
        var account = await TestAccount.CreateAsync(app.Http);
        Assert.Equal("changed", await account.SinkAsync("available"));
        using var http = new HttpClient(AppProcess.NewHandler()) { BaseAddress = app.Http.BaseAddress };
        proxy.Fault = fault;

        var name = $"john-smith{account.Suffix}";
        var sink = $"/hooks/{account["sinkToken"]}";
        var logout = $"{sink}/agent-events?agent_id=136&agent_status=logged_out&agent_type=local&event_source=api";
        var bearer = $"Bearer {account.AccessToken}";
        string[] answers = await Task.WhenAll(
            AnswerAsync("LibraryH3lp", HttpMethod.Get, account.Levels, Basic(account["username"], account["password"])),
            AnswerAsync("LibraryH3lp", HttpMethod.Post, $"/2011-12-03/auth/login?username={name}&password=x"),
            AnswerAsync("LibraryH3lp", HttpMethod.Get, $"/presence/jid/{name}/libraryh3lp.com/text"),
            AnswerAsync("LibraryH3lp", HttpMethod.Get, $"/js/libraryh3lp.js?{account.ServiceId}"),
            AnswerAsync("LibraryH3lp", HttpMethod.Get, $"/js/libraryh3lp.json?{account.ServiceId}"),
            AnswerAsync("Live Guide", HttpMethod.Get, account.ExportPath()),
            AnswerAsync("RingMe", HttpMethod.Get, "/client/@me/agent/local/", bearer),
            AnswerAsync("RingMe", HttpMethod.Get, "/client/@me/agent/remote/", bearer),
            AnswerAsync("Stringee", HttpMethod.Get, "/v1/group"),
            AnswerAsync("APIO", HttpMethod.Get, "/api/v1/configs/user_services/", bearer),
            AnswerAsync("APIO", HttpMethod.Post, $"/api/v1/login/?username={name}&password=x"),
            AnswerAsync("token", HttpMethod.Post, $"/oauth/token?grant_type=client_credentials&client_id=x&client_secret=y"),
            AnswerAsync("own", HttpMethod.Get, $"/routing/v1/services/{account.ServiceId}/resolution", bearer),
            AnswerAsync("own", HttpMethod.Get, "/routing/v1/configuration", bearer),
            AnswerAsync("own", HttpMethod.Post, "/routing/v1/contacts", bearer, ("Idempotency-Key", "k")),
            AnswerAsync("own", HttpMethod.Get, "/operator/v1/accounts", $"Bearer {AppProcess.OperatorKey}"),
            AnswerAsync("own", HttpMethod.Get, logout),
            AnswerAsync("own", HttpMethod.Post, $"{sink}/contact-events?event=contact-ended&contact_id=c")
        );
        Assert.All(answers, answer => Assert.EndsWith(": 503, in its shape, with Retry-After", answer, StringComparison.Ordinal));

        // What was accepted before is kept, what was refused did not happen, and what is asked for now does.
        proxy.Fault = StorageFault.None;
        Assert.Equal("open", (await account.ResolveAsync()).GetProperty("availability").GetString());
        Assert.Equal("changed", await account.SinkAsync("logged_out"));

        async Task<string> AnswerAsync(
            string format,
            HttpMethod method,
            string path,
            string? authorization = null,
            params (string Name, string Value)[] headers
        )
        {
            using var request = new HttpRequestMessage(method, path);
            if (authorization is not null) request.Headers.Add("Authorization", authorization);
            foreach (var (header, value) in headers) request.Headers.Add(header, value);
            if (format == "Stringee")
                request.Headers.Add("X-STRINGEE-AUTH", StringeeClient.Token(account["apiKeySid"], account["apiKeySecret"]));
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            var inShape = (int)answer.StatusCode >= 500 && IsInShape(format, JsonSerializer.Deserialize<JsonElement>(text));
            var retry = answer.Headers.RetryAfter?.Delta > TimeSpan.Zero;
            var shape = inShape ? "in its shape" : text;
            return $"{format} {path}: {(int)answer.StatusCode}, {shape}, {(retry ? "with" : "without")} Retry-After";
        }
    }

    [Fact]
    public async Task Change_whose_every_answer_is_lost_is_answered_as_made()
    {
        await using var proxy = await StorageProxy.StartAsync();
        await using var app = await ClockedApp.StartAsync(("Tables:ConnectionString", proxy.ConnectionString));
        var account = await TestAccount.CreateAsync(app.Http);
        proxy.Fault = StorageFault.LoseAnswers;
        Assert.Equal("changed", await account.SinkAsync("available"));
        Assert.Equal("unchanged", await account.SinkAsync("available"));
        Assert.Equal("open", (await account.ResolveAsync()).GetProperty("availability").GetString());
    }

    private static string Basic(string name, string password) =>
        $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{name}:{password}"))}";

    private static bool IsInShape(string format, JsonElement body)
    {
        return format switch
        {
            "LibraryH3lp" => body.GetProperty("success").ValueKind == JsonValueKind.Null && Text("message"),
            "Live Guide" or "APIO" => Text("error"),
            "RingMe" => Text("message"),
            "Stringee" => body.GetProperty("r").GetInt32() == 8 && Text("message"),
            "token" => body.GetProperty("error").GetString() == "server_error" && Text("error_description"),
            _ => body.GetProperty("type").GetString() == "urn:contactrouting:unavailable" && Text("title") && Text("detail"),
        };

        bool Text(string name) => body.GetProperty(name).GetString()!.Length > 0;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>An account of its own for a test, with the demo account's configuration under names of its own.</summary>
public sealed class TestAccount
{
    /// <summary>What an account's creation shows once.</summary>
    public static readonly IReadOnlyList<string> SecretNames =
        ["clientSecret", "apiKeySecret", "exportToken", "sinkToken", "callbackSecret", "password"];

    private static int serviceIds = 5000;

    private readonly HttpClient http;
    private readonly JsonElement created;
    private string? cookie;

    private TestAccount(HttpClient http, JsonElement created) => (this.http, this.created) = (http, created);

    public int Id => created.GetProperty("id").GetInt32();

    public int ServiceId { get; private init; } = Interlocked.Increment(ref serviceIds);

    /// <summary>Put behind every name.</summary>
    public string Suffix => $"-{Id}";

    public string AccessToken { get; private set; } = "";

    public string this[string name] => created.GetProperty(name).GetString()!;

    public IEnumerable<string> Secrets =>
        [.. SecretNames.Select(name => this[name]), AccessToken];

    public string Levels => $"/2011-12-03/services/{ServiceId}/levels";

    /// <param name="configured">Whether it has the demo account's configuration, or none.</param>
    public static async Task<TestAccount> CreateAsync(HttpClient http, bool configured = true)
    {
        using var answer = await OperatorClient.SendAsync(http, HttpMethod.Post, "accounts", new { name = "Test" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var account = new TestAccount(http, await answer.Content.ReadFromJsonAsync<JsonElement>());
        await account.AuthenticateAsync();
        if (configured) await account.ConfigureAsync();
        return account;
    }

    /// <summary>The same account through another process.</summary>
    public TestAccount Through(HttpClient other) => new(other, created) { ServiceId = ServiceId, AccessToken = AccessToken };

    public async Task DeleteAsync()
    {
        using var answer = await OperatorClient.SendAsync(http, HttpMethod.Delete, $"accounts/{Id}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A new access token; one lasts an hour.</summary>
    public async Task AuthenticateAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = this["clientId"],
            ["client_secret"] = this["clientSecret"],
        });
        using var token = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form);
        AccessToken = (await token.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>The administrator's session at LibraryH3lp, opened when it is first asked for: a password takes long to check.</summary>
    public async Task<string> CookieAsync()
    {
        if (cookie is not null) return cookie;
        using var answer = await http.PostAsJsonAsync(
            "/2011-12-03/auth/login",
            new { username = this["username"], password = this["password"] }
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        AppFixture.Remember(cookie.Split('=')[1]);
        return cookie;
    }

    /// <summary>The next one who asks for the session opens another.</summary>
    public void ForgetCookie() => cookie = null;

    /// <summary>The administrator logs in, name and password in one of the encodings that clients use.</summary>
    public async Task<HttpResponseMessage> LogInAsync(string path, string encoding)
    {
        var (username, password) = (this["username"], this["password"]);
        using HttpContent content = encoding switch
        {
            "form" => new StringContent($"username={username}&password={password}&", Encoding.ASCII, "application/x-www-form-urlencoded"),
            "multipart" => new MultipartFormDataContent
            {
                { new StringContent(username), "username" },
                { new StringContent(password), "password" },
            },
            "json" => JsonContent.Create(new { username, password }),
            _ => new ByteArrayContent([]),
        };
        return await http.PostAsync(
            new Uri(encoding == "query" ? $"{path}?username={username}&password={password}" : path, UriKind.Relative),
            content
        );
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, bool cookie = false)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (cookie) request.Headers.Add("Cookie", await CookieAsync());
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        return await http.SendAsync(request);
    }

    public async Task<JsonElement> JsonAsync(HttpMethod method, string path, object? body = null, bool cookie = false)
    {
        using var answer = await SendAsync(method, path, body, cookie);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<JsonElement> LevelsAsync(HttpMethod method, string path = "", object? body = null) =>
        JsonAsync(method, Levels + path, body, cookie: true);

    public async Task<string[]> LevelNamesAsync() =>
        [.. (await LevelsAsync(HttpMethod.Get)).EnumerateArray().Select(level => level.GetProperty("name").GetString()!)];

    public Task<JsonElement> ResolveAsync() => JsonAsync(HttpMethod.Get, $"/routing/v1/services/{ServiceId}/resolution");

    public Uri SinkUri(string query = "") => new($"/hooks/{this["sinkToken"]}/agent-events{query}", UriKind.Relative);

    public async Task<string> SinkAsync(string status, int agent = 136)
    {
        var query = $"?agent_id={agent}&agent_status={status}&agent_type=local&event_source=phone";
        using var answer = await http.GetAsync(SinkUri(query));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result").GetString()!;
    }

    public string ExportPath(string parameters = "") => $"/lg/export/status.php?token={this["exportToken"]}{parameters}";

    public async Task<JsonElement> ExportAsync(string parameters = "") =>
        await http.GetFromJsonAsync<JsonElement>(new Uri(ExportPath(parameters), UriKind.Relative));

    /// <summary>What the timer does, now.</summary>
    public static async Task SweepAsync(HttpClient http)
    {
        using var answer = await OperatorClient.SendAsync(http, HttpMethod.Post, "sweeps");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<HttpResponseMessage> PutConfigurationAsync(HttpClient http, string token, string document, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/routing/v1/configuration") { Content = new StringContent(document) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await http.SendAsync(request);
    }

    private async Task ConfigureAsync()
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "account-246.json")))!;
        foreach (
            var named in document["queues"]!
                .AsArray()
                .Concat(document["agents"]!.AsArray())
                .Concat(document["services"]![0]!["levels"]!.AsArray())
        )
            named!["name"] = named["name"]!.GetValue<string>() + Suffix;
        document["services"]![0]!["id"] = ServiceId;
        using var answer = await PutConfigurationAsync(http, AccessToken, document.ToJsonString(), "*");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}

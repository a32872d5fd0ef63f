using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>What trusted peers see of each other's work: the audit log, their sessions, and keys of their own.</summary>
public sealed class AuditTests
{
    private const string SweepKey = "the-key-of-the-machine-that-sweeps";
    private const string AuditKey = "the-key-of-whoever-reads-the-audit-log";

    private static readonly (string Name, string Value)[] Keys =
    [
        ("Operator:Keys:sweeper:Key", SweepKey), ("Operator:Keys:sweeper:Scopes", "sweeps"),
        ("Operator:Keys:auditor:Key", AuditKey), ("Operator:Keys:auditor:Scopes", "audit"),
        ("Http:ClientAddress", "connection"),
    ];

    [Fact]
    public async Task Account_reads_who_changed_what_newest_first_and_nobody_elses()
    {
        await using var app = await ClockedApp.StartAsync(Keys);
        var (account, other) = (await TestAccount.CreateAsync(app.Http, configured: false), await TestAccount.CreateAsync(app.Http));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var created = await account.JsonAsync(HttpMethod.Post, "/2013-07-21/users", new { name = $"kim{account.Suffix}" }, cookie: true);
        var path = $"/2011-12-03/users/{created.GetProperty("id")}";
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await account.JsonAsync(HttpMethod.Put, path, new { email = "kim@example.com", password = "a quiet place" }, cookie: true);
        await TestAccount.SweepAsync(app.Http);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var from = app.Clock.GetUtcNow();
        using (var deleted = await account.SendAsync(HttpMethod.Delete, path, cookie: true)) Assert.True(deleted.IsSuccessStatusCode);

        var entries = await account.JsonAsync(HttpMethod.Get, "/routing/v1/audit");
        Assert.Equal(
            ["directory.changed", "directory.changed", "directory.changed", "account.created"],
            Actions(entries).Where(action => action is not ("login" or "password.changed"))
        );
        var changed = Items(entries).Where(item => Action(item) == "directory.changed").ToList();
        Assert.Equal("""{"email":"kim@example.com"}""", changed[1].GetProperty("changes")[0].GetProperty("after").GetRawText());
        Assert.All(changed, item => Assert.Equal("""{"kind":"administrator"}""", item.GetProperty("actor").GetRawText()));
        Assert.All(changed, item => Assert.Equal("127.0.0.1", item.GetProperty("address").GetString()));
        var password = Items(entries).Single(item => Action(item) == "password.changed");
        Assert.Equal(created.GetProperty("id").GetInt32(), password.GetProperty("agentId").GetInt32());
        Assert.DoesNotContain("a quiet place", entries.GetRawText(), StringComparison.Ordinal);
        var others = await other.JsonAsync(HttpMethod.Get, "/routing/v1/audit");
        Assert.DoesNotContain($"kim{account.Suffix}", others.GetRawText(), StringComparison.Ordinal);

        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await account.JsonAsync(HttpMethod.Get, $"/routing/v1/audit?limit=2&cursor={Uri.EscapeDataString(cursor)}");
            paged.AddRange(Items(page).Select(Id));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        Assert.Equal(Items(entries).Select(Id), paged);
        var recent = await account.JsonAsync(HttpMethod.Get, $"/routing/v1/audit?from={from:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(["directory.changed"], Actions(recent));
        var before = await account.JsonAsync(HttpMethod.Get, $"/routing/v1/audit?to={from:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(Items(entries).Skip(1).Select(Id), Items(before).Select(Id));
        using var wrong = await account.SendAsync(HttpMethod.Get, "/routing/v1/audit?from=yesterday");
        Assert.Contains("\"field\":\"from\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_reads_calls_with_their_keys_names_also_of_accounts_that_are_gone()
    {
        await using var app = await ClockedApp.StartAsync(Keys);
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await account.DeleteAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using (var swept = await OperatorClient.SendAsync(app.Http, HttpMethod.Post, "sweeps", key: SweepKey))
            Assert.True(swept.IsSuccessStatusCode);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using (var closed = await OperatorClient.SendAsync(app.Http, HttpMethod.Post, "sweeps", key: AuditKey))
            Assert.Equal(HttpStatusCode.Forbidden, closed.StatusCode);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using (var guessed = await OperatorClient.SendAsync(app.Http, HttpMethod.Get, "accounts", key: new string('x', 40)))
            Assert.Equal(HttpStatusCode.Unauthorized, guessed.StatusCode);
        using var answer = await OperatorClient.SendAsync(app.Http, HttpMethod.Get, "audit", key: AuditKey);
        var entries = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var calls = Items(entries)
            .Where(item => Action(item) == "operator.called")
            .Select(item =>
                $"{item.GetProperty("actor").GetProperty("name")} {item.GetProperty("method")} "
                + $"{item.GetProperty("path")} {item.GetProperty("status")}");
        Assert.Equal(
            [
                "auditor POST /operator/v1/sweeps 403",
                "sweeper POST /operator/v1/sweeps 200",
                $"operator DELETE /operator/v1/accounts/{account.Id} 204",
                "operator POST /operator/v1/accounts 201",
            ],
            calls
        );
        Assert.Contains($"/operator/v1/accounts/{account.Id}", Items(entries).Select(item =>
            item.TryGetProperty("location", out var location) ? location.GetString() : null));
        var login = Items(entries).Single(item => Action(item) == "operator.login");
        Assert.Equal(("failed", "127.0.0.1"), (login.GetProperty("result").GetString(), login.GetProperty("address").GetString()));
    }

    [Theory]
    [InlineData(SweepKey, "GET", "accounts")]
    [InlineData(SweepKey, "POST", "accounts")]
    [InlineData(SweepKey, "POST", "accounts/1/secrets/password/rotate")]
    [InlineData(SweepKey, "GET", "audit")]
    [InlineData(AuditKey, "POST", "sweeps")]
    public async Task Operator_key_opens_its_scopes_only(string key, string method, string path)
    {
        await using var app = await ClockedApp.StartAsync(Keys);
        using var refused = await OperatorClient.SendAsync(app.Http, new HttpMethod(method), path, key: key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("does not open", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_client_secret_and_its_tokens_stay_good_for_as_long_as_the_caller_says()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var rotate = $"accounts/{account.Id}/secrets/clientSecret/rotate";
        using (var rotated = await OperatorClient.SendAsync(app.Http, HttpMethod.Post, rotate, new { overlapSeconds = 600 }))
            Assert.True(rotated.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.OK, await ReadAsync());
        app.Clock.Advance(TimeSpan.FromSeconds(500));
        await account.AuthenticateAsync();
        Assert.Equal(HttpStatusCode.OK, await ReadAsync());
        app.Clock.Advance(TimeSpan.FromSeconds(131));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
        using (
            var token = await app.Http.PostAsJsonAsync(
                "/oauth/token",
                new { grant_type = "client_credentials", client_id = account["clientId"], client_secret = account["clientSecret"] }
            )
        )
            Assert.Equal(HttpStatusCode.Unauthorized, token.StatusCode);

        var rotateOther = rotate.Replace("clientSecret", "sinkToken", StringComparison.Ordinal);
        foreach (var (path, overlapSeconds) in new[] { (rotate, -1), (rotate, 2_592_001), (rotateOther, 60) })
        {
            using var refused = await OperatorClient.SendAsync(app.Http, HttpMethod.Post, path, new { overlapSeconds });
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("\"field\":\"overlapSeconds\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        async Task<HttpStatusCode> ReadAsync()
        {
            using var answer = await account.SendAsync(HttpMethod.Get, "/routing/v1/configuration");
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("/2011-12-03/auth/sessions", "/2011-12-03/auth/login")]
    [InlineData("/api/v1/sessions", "/api/v1/login")]
    public async Task Own_sessions_are_listed_and_ended_one_by_one(string path, string login)
    {
        await using var app = await ClockedApp.StartAsync(Keys);
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var first = await OpenAsync(account);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        var second = await OpenAsync(account);
        var other = await OpenAsync(await TestAccount.CreateAsync(app.Http, configured: false));

        var listed = await ListAsync(first);
        Assert.Equal(2, listed.Count);
        Assert.All(listed, session => Assert.Equal("127.0.0.1", session.GetProperty("address").GetString()));
        Assert.Equal([false, true], listed.Select(session => session.GetProperty("current").GetBoolean()));
        Assert.All(listed, session => Assert.Equal(app.Clock.GetUtcNow(), session.GetProperty("last_used_at").GetDateTimeOffset()));
        var (newer, older) = (listed[0].GetProperty("id").GetString(), listed[1].GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Delete, other, $"{path}/{newer}"));
        Assert.InRange((int)await SendAsync(HttpMethod.Delete, second, $"{path}/{older}"), 200, 204);
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(HttpMethod.Delete, second, $"{path}/{older}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get, first, path));
        Assert.Single(await ListAsync(second));
        Assert.Single(await ListAsync(other));

        async Task<string> OpenAsync(TestAccount of)
        {
            using var answer = await of.LogInAsync(login, "json");
            return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        }

        async Task<List<JsonElement>> ListAsync(string cookie)
        {
            using var answer = await SessionAsync(HttpMethod.Get, cookie, path);
            return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray()];
        }

        async Task<HttpStatusCode> SendAsync(HttpMethod method, string cookie, string to)
        {
            using var answer = await SessionAsync(method, cookie, to);
            return answer.StatusCode;
        }

        async Task<HttpResponseMessage> SessionAsync(HttpMethod method, string cookie, string to)
        {
            using var request = new HttpRequestMessage(method, to);
            request.Headers.Add("Cookie", cookie);
            return await app.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task Session_ends_unused_or_when_its_life_is_over()
    {
        await using var app = await ClockedApp.StartAsync(("Sessions:IdleHours", "2"), ("Sessions:LifeHours", "5"));
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        await account.CookieAsync();
        foreach (var hours in new[] { 1.7, 1.7, 1.5 }) await UseAfterAsync(account, hours, opens: true);
        await UseAfterAsync(account, 0.2, opens: false);

        var idle = await TestAccount.CreateAsync(app.Http, configured: false);
        await idle.CookieAsync();
        await UseAfterAsync(idle, 2.1, opens: false);

        async Task UseAfterAsync(TestAccount of, double hours, bool opens)
        {
            app.Clock.Advance(TimeSpan.FromHours(hours));
            using var answer = await of.SendAsync(HttpMethod.Get, "/2011-12-03/queues", cookie: true);
            Assert.Equal(opens ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private static IEnumerable<string> Actions(JsonElement page) => Items(page).Select(Action);

    private static string Action(JsonElement item) => item.GetProperty("action").GetString()!;

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

public sealed class ApioTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Root = "/api/v1/configs/user_services/";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Flags = ["for_hg", "for_cc", "for_ivr", "for_enduser"];

    [Fact]
    public async Task Login_tells_the_level_and_its_cookie_reads_while_only_level_16_changes()
    {
        var account = await fixture.CreateAccountAsync();
        var h3lp = new LibraryH3lpClient(fixture.Http, await account.CookieAsync());
        await h3lp.CreateAsync("users", new { name = "jane" + account.Suffix, password = "a longer secret" });
        var (administrator, body) = await LogInAsync(account["username"], account["password"]);
        Assert.Equal(
            $$$"""{"ids":{"account_id":{{{account.Id}}},"user_id":null},"profile":{"user_level":16,"is_first_login":false}}""",
            body
        );
        var (user, userBody) = await LogInAsync("jane" + account.Suffix, "a longer secret");
        Assert.Contains("\"user_level\":1,", userBody, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, Root, cookie: user)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Put, Root + "New/", "{}", user)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Delete, Root + "Basic%20Call%20Logs/", cookie: user)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, Root + "New/", "{}", administrator)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, Root)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, Root, cookie: "sessionid=x")).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await SendAsync(HttpMethod.Delete, Root + "New/", cookie: administrator, origin: "https://elsewhere.example")).Status
        );
        using var wrong = await fixture.Http.PostAsJsonAsync("/api/v1/login/", new { username = account["username"], password = "wrong" });
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task List_filters_by_every_combination_of_flags_in_body_and_query()
    {
        var account = await fixture.CreateAccountAsync();
        await SendAsync(HttpMethod.Delete, Root + "Basic%20Call%20Logs", token: account.AccessToken);
        for (var bits = 0; bits < 16; bits++)
        {
            var service = Flags
                .Select((flag, index) => (flag, value: (bits >> index & 1) == 1))
                .ToDictionary(pair => pair.flag, pair => (object)pair.value);
            service["no_more_assignable"] = bits == 15;
            Assert.Equal(
                HttpStatusCode.OK,
                (await SendAsync(HttpMethod.Put, $"{Root}s{bits:D2}", JsonSerializer.Serialize(service), token: account.AccessToken)).Status
            );
        }
        for (var wanted = 0; wanted < 16; wanted++)
        {
            var filter = Flags.Select((flag, index) => (flag, value: (wanted >> index & 1) == 1)).ToList();
            var expected = Enumerable.Range(0, 16).Where(bits => (bits & wanted) == wanted).Select(bits => $"s{bits:D2}");
            var json = JsonSerializer.Serialize(filter.ToDictionary(pair => pair.flag, pair => pair.value));
            foreach (var contentType in new[] { "application/json", "\"application/json\"" })
                Assert.Equal(
                    expected,
                    Names((await SendAsync(HttpMethod.Get, Root, json, token: account.AccessToken, contentType: contentType)).Body)
                );
            var query = string.Join('&', filter.Select(pair => $"{pair.flag}={(pair.value ? "true" : "false")}"));
            Assert.Equal(expected, Names((await SendAsync(HttpMethod.Get, $"{Root}?{query}", token: account.AccessToken)).Body));
        }
        Assert.Contains(
            "for_hg",
            (await SendAsync(HttpMethod.Get, Root, """{"for_hg":"maybe"}""", token: account.AccessToken)).Body,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Basic Call Logs")]
    [InlineData("He said \"hi\" & 'bye'")]
    [InlineData("Überraschung für 東京")]
    [InlineData("100% #1? a+b;c")]
    [InlineData("Voice/Fax")]
    public async Task Instance_is_found_by_its_name(string name)
    {
        var account = await fixture.CreateAccountAsync();
        var path = Root + Uri.EscapeDataString(name);
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await SendAsync(
                    HttpMethod.Put,
                    path,
                    """{"display_name":"Shown","description":"d","for_ivr":true,"add_data":{"a":[1]}}""",
                    token: account.AccessToken
                )
            ).Status
        );
        var instance = JsonDocument.Parse((await SendAsync(HttpMethod.Get, path + "/", token: account.AccessToken)).Body).RootElement;
        Assert.Equal(
            [
                "technical_name",
                "display_name",
                "description",
                "no_more_assignable",
                "for_hg",
                "for_ivr",
                "for_cc",
                "for_enduser",
                "add_data",
            ],
            instance.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            (name, "Shown", """{"a":[1]}"""),
            (
                instance.GetProperty("technical_name").GetString(),
                instance.GetProperty("display_name").GetString(),
                instance.GetProperty("add_data").GetRawText()
            )
        );
        var listed = JsonDocument
            .Parse((await SendAsync(HttpMethod.Get, Root, token: account.AccessToken)).Body)
            .RootElement.GetProperty("user_services")
            .EnumerateArray()
            .Single(item => item.GetProperty("technical_name").GetString() == name);
        Assert.Equal(4, listed.EnumerateObject().Count());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, path, token: account.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, path, token: account.AccessToken)).Status);
    }

    [Theory]
    [InlineData("""{"display_name":5}""", "display_name")]
    [InlineData("""{"for_hg":"x"}""", "for_hg")]
    [InlineData("""{"add_data":[]}""", "add_data")]
    [InlineData("""{"technical_name":"Other"}""", "technical_name")]
    [InlineData("""{"description":""", "JSON")]
    public async Task Wrong_field_is_named_and_nothing_is_stored(string body, string field)
    {
        var account = await fixture.UntouchedAccountAsync();
        var (status, text) = await SendAsync(HttpMethod.Put, Root + "New", body, token: account.AccessToken);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, Root + "New", token: account.AccessToken)).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Put, Root + new string('x', 81), "{}", token: account.AccessToken)).Status
        );
    }

    [Fact]
    public async Task Data_that_is_taken_can_be_read_back_in_every_way()
    {
        var account = await fixture.CreateAccountAsync();
        static string Nested(int depth) =>
            $$"""{"add_data":{{string.Concat(Enumerable.Repeat("{\"a\":", depth))}}1{{new string('}', depth)}}}""";
        static string Wide(string text, int length) =>
            JsonSerializer.Serialize(
                new { add_data = new { a = new StringBuilder().Insert(0, text, length / text.Length).ToString() } },
                Relaxed
            );
        foreach (var taken in new[] { Nested(23), Wide("a", 19_000), Wide("\ud83d\ude00", 3_000), Wide("\u2028", 3_000) })
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, Root + "Data", taken, token: account.AccessToken)).Status);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, Root + "Data", token: account.AccessToken)).Status);
            var document = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
            using var same = await TestAccount.PutConfigurationAsync(fixture.Http, account.AccessToken, document.GetRawText(), "*");
            Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        }
        foreach (
            var refused in new[]
            {
                Nested(24),
                Nested(31),
                Nested(5000),
                Wide("a", 20_001),
                Wide("\ud83d\ude00", 19_000),
                Wide("\u2028", 19_000),
            }
        )
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await SendAsync(HttpMethod.Put, Root + "Data", refused, token: account.AccessToken)).Status
            );
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("%E0%A4%A")]
    [InlineData("%C0%AF")]
    [InlineData("%20")]
    [InlineData("a%0Ab")]
    public async Task Name_that_no_path_can_carry_is_refused(string segment)
    {
        var account = await fixture.UntouchedAccountAsync();
        var (status, text) = await SendAsync(HttpMethod.Put, Root + segment, "{}", token: account.AccessToken);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("technical_name", text, StringComparison.Ordinal);
        Assert.Equal(["Basic Call Logs"], Names((await SendAsync(HttpMethod.Get, Root, token: account.AccessToken)).Body));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form")]
    [InlineData("multipart")]
    public async Task Login_takes_each_encoding(string encoding)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await account.LogInAsync("/api/v1/login/", encoding);
        Assert.Contains("\"user_level\":16", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        AppFixture.Remember(answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=')[1]);
    }

    [Fact]
    public async Task Failures_in_a_row_slow_down_the_login_of_both_formats_alike()
    {
        await using var app = await ClockedApp.StartAsync(("Http:ClientAddress", "Connection"));
        var account = await TestAccount.CreateAsync(app.Http);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await app.Http.PostAsJsonAsync("/api/v1/login/", new { username = account["username"], password = "wrong" });
            Assert.Equal((HttpStatusCode.Unauthorized, false), (wrong.StatusCode, wrong.Headers.Contains("Set-Cookie")));
        }
        using var right = await app.Http.PostAsJsonAsync(
            "/api/v1/login/",
            new { username = account["username"], password = account["password"] }
        );
        using var elsewhere = await app.Http.PostAsJsonAsync(
            "/2011-12-03/auth/login",
            new { username = account["username"], password = account["password"] }
        );
        foreach (var answer in new[] { right, elsewhere })
            Assert.Equal((true, false), (answer.Headers.RetryAfter is not null, answer.Headers.Contains("Set-Cookie")));
        Assert.Equal(HttpStatusCode.Unauthorized, right.StatusCode);
    }

    [Fact]
    public async Task Service_that_is_no_more_assignable_stays_listed_and_says_so()
    {
        var account = await fixture.CreateAccountAsync();
        await SendAsync(HttpMethod.Put, Root + "Old", """{"no_more_assignable":true,"for_hg":true}""", token: account.AccessToken);
        var listed = JsonDocument
            .Parse((await SendAsync(HttpMethod.Get, Root + "?for_hg=True&for_cc=False", token: account.AccessToken)).Body)
            .RootElement.GetProperty("user_services")
            .EnumerateArray();
        Assert.True(
            listed.Single(item => item.GetProperty("technical_name").GetString() == "Old").GetProperty("no_more_assignable").GetBoolean()
        );
    }

    [Fact]
    public async Task Second_accounts_credentials_reach_only_its_own_on_every_route()
    {
        var (mine, other) = (await fixture.CreateAccountAsync(), await fixture.CreateAccountAsync());
        await SendAsync(HttpMethod.Put, Root + "Mine", """{"description":"secret"}""", token: mine.AccessToken);
        var before = (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        var routes = AppRoutes
            .All.Where(route => route.StartsWith("api/v1/configs/", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, routes.Count);
        var (cookie, _) = await LogInAsync(other["username"], other["password"]);
        foreach (var (session, token) in new[] { (cookie, null), ((string?)null, other.AccessToken) })
        {
            foreach (var route in routes)
            {
                var path = AppRoutes.Fill(route, new Dictionary<string, string> { ["segment"] = "Mine" });
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
                    Assert.DoesNotContain(
                        "secret",
                        (await SendAsync(method, path, method == HttpMethod.Put ? "{}" : null, session, token)).Body,
                        StringComparison.Ordinal
                    );
            }
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await SendAsync(HttpMethod.Delete, Root + "Mine", cookie: session, token: token)).Status
            );
        }
        Assert.Equal(before, (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
    }

    private async Task<(string Cookie, string Body)> LogInAsync(string username, string password)
    {
        using var answer = await fixture.Http.PostAsJsonAsync("/api/v1/login/", new { username, password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Matches("^sessionid=[^;]+; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax$", cookie);
        AppFixture.Remember(cookie.Split(';')[0].Split('=')[1]);
        return (cookie.Split(';')[0], await answer.Content.ReadAsStringAsync());
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string? cookie = null,
        string? token = null,
        string? origin = null,
        string contentType = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await fixture.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static IEnumerable<string> Names(string body) =>
        JsonDocument
            .Parse(body)
            .RootElement.GetProperty("user_services")
            .EnumerateArray()
            .Select(service => service.GetProperty("technical_name").GetString()!);
}

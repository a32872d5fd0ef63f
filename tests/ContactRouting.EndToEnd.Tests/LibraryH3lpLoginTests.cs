using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace ContactRouting.EndToEnd;

public sealed class LibraryH3lpLoginTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private HttpClient Http => fixture.Http;

    [Theory]
    [InlineData("2011-12-03", "query")]
    [InlineData("2011-12-03", "form")]
    [InlineData("2011-12-03", "multipart")]
    [InlineData("2011-12-03", "json")]
    [InlineData("2013-07-21", "query")]
    [InlineData("2013-07-21", "form")]
    [InlineData("2013-07-21", "multipart")]
    [InlineData("2013-07-21", "json")]
    public async Task Login_takes_each_encoding_on_both_paths_and_its_cookie_opens_both(string version, string encoding)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await account.LogInAsync($"/{version}/auth/login", encoding);
        Assert.Equal(
            $$"""{"success":true,"username":"{{account["username"]}}","account_id":{{account.Id}}}""",
            await answer.Content.ReadAsStringAsync()
        );
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        AppFixture.Remember(cookie.Split(';')[0].Split('=')[1]);
        Assert.Matches("^libraryh3lp-session=[^;]+; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax$", cookie);
        foreach (var other in new[] { "2011-12-03", "2013-07-21" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{other}/queues");
            request.Headers.Add("Cookie", $"libraryh3lp-timezone=UTC; {cookie.Split(';')[0]}");
            request.Headers.Add("X-Api-Version", other);
            using var queues = await Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, queues.StatusCode);
        }
    }

    [Fact]
    public async Task Basic_authentication_is_accepted_and_a_wrong_one_is_not_challenged()
    {
        var account = await fixture.CreateAccountAsync();
        Assert.Equal(HttpStatusCode.OK, (await BasicAsync(HttpMethod.Get, account["username"], account["password"])).StatusCode);
        var wrong = await BasicAsync(HttpMethod.Get, account["username"], "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Empty(wrong.Headers.WwwAuthenticate);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await BasicAsync(HttpMethod.Post, account["username"], account["password"], "https://elsewhere.example")).StatusCode
        );
    }

    [Theory]
    [InlineData("/2011-12-03/auth/login", "Origin", "https://elsewhere.example")]
    [InlineData("/2011-12-03/auth/login", "Sec-Fetch-Site", "cross-site")]
    [InlineData("/api/v1/login", "Origin", "null")]
    [InlineData("/api/v1/login", "Sec-Fetch-Site", "cross-site")]
    public async Task Page_of_another_origin_cannot_log_its_visitor_in(string path, string header, string value)
    {
        var account = await fixture.CreateAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["username"] = account["username"],
                ["password"] = account["password"],
            }),
        };
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Guessing_is_delayed_and_nobody_refused_where_no_address_can_be_told()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        var (username, password) = (account["username"], account["password"]);
        for (var attempt = 0; attempt < 7; attempt++)
        {
            var (answer, retryAfter) = await LogInAsync(app.Http, username, $"guess {attempt}", "203.0.113.9");
            Assert.Contains("failed", answer, StringComparison.Ordinal);
            Assert.Null(retryAfter);
        }
        Assert.Contains("true", (await LogInAsync(app.Http, username, password, "203.0.113.9")).Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tooshort1", "10 characters")]
    [InlineData("Password123", "common")]
    [InlineData("the-name", "name")]
    public async Task New_password_that_is_easily_guessed_is_refused_and_changes_nothing(string password, string problem)
    {
        var account = await fixture.CreateAccountAsync();
        var name = $"kim-of-{account.Id}";
        if (password == "the-name") password = name.ToUpperInvariant();
        using var refused = await account.SendAsync(HttpMethod.Post, "/2011-12-03/users", new { name, password }, cookie: true);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(problem, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var users = await account.JsonAsync(HttpMethod.Get, "/2011-12-03/users", cookie: true);
        Assert.DoesNotContain(users.EnumerateArray(), user => user.GetProperty("name").GetString() == name);
    }

    [Fact]
    public async Task User_shows_its_present_password_for_a_new_one_unless_it_has_just_done_so()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        var name = $"kim-of-{account.Id}";
        await account.SendAsync(HttpMethod.Post, "/2011-12-03/users", new { name, password = "first secret" }, cookie: true);
        using var opened = await app.Http.PostAsJsonAsync("/2011-12-03/auth/login", new { username = name, password = "first secret" });
        var cookie = opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.BadRequest, await ChangeAsync(new { password = "second secret" }));
        Assert.Equal(HttpStatusCode.BadRequest, await ChangeAsync(new { password = "second secret", current_password = "wrong" }));
        Assert.Equal(
            HttpStatusCode.OK,
            await ChangeAsync(new { password = "second secret", current_password = "first secret" })
        );
        using var again = await app.Http.PostAsJsonAsync("/2011-12-03/auth/login", new { username = name, password = "second secret" });
        cookie = again.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(new { password = "third secret" }));

        async Task<HttpStatusCode> ChangeAsync(object change)
        {
            var users = await account.JsonAsync(HttpMethod.Get, "/2011-12-03/users", cookie: true);
            var id = users.EnumerateArray().Single(user => user.GetProperty("name").GetString() == name).GetProperty("id").GetInt32();
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/2011-12-03/users/{id}") { Content = JsonContent.Create(change) };
            request.Headers.Add("Cookie", cookie);
            using var answer = await app.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Header_of_another_version_is_refused()
    {
        var account = await fixture.CreateAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/2011-12-03/queues");
        request.Headers.Add("Cookie", await account.CookieAsync());
        request.Headers.Add("X-API-Version", "2013-07-21");
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("X-API-Version", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var unknown = await account.SendAsync(HttpMethod.Get, "/2012-01-01/queues", cookie: true);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Post_acts_as_the_method_that_the_query_names()
    {
        var account = await fixture.CreateAccountAsync();
        var changed = await account.LevelsAsync(HttpMethod.Post, "/0?_method=PUT", new { html = "<i>x</i>" });
        Assert.Equal("<i>x</i>", changed[0].GetProperty("html").GetString());
        Assert.Equal("""{"success":true}""", (await account.LevelsAsync(HttpMethod.Post, "/0?_method=DELETE")).GetRawText());
        Assert.Single(await account.LevelNamesAsync());
        using var get = await account.SendAsync(HttpMethod.Get, account.Levels + "/0?_method=DELETE", cookie: true);
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Single(await account.LevelNamesAsync());
        using var unknown = await account.SendAsync(HttpMethod.Post, account.Levels + "/0?_method=BREW", cookie: true);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Guessing_is_slowed_for_a_name_and_address_and_for_no_other()
    {
        await using var app = await ClockedApp.StartAsync(("Http:ClientAddress", "Forwarded"));
        var account = await TestAccount.CreateAsync(app.Http);
        var (username, password) = (account["username"], account["password"]);
        foreach (var name in new[] { username, "nobody-at-all" })
        {
            for (var attempt = 0; attempt < 5; attempt++)
                Assert.Null((await LogInAsync(app.Http, name, $"guess {attempt}", "203.0.113.9")).RetryAfter);
            var (answer, retryAfter) = await LogInAsync(app.Http, name, password, "203.0.113.9");
            Assert.Equal("""{"success":null,"message":"Login failed.","error":"Login failed."}""", answer);
            Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
        }
        Assert.Contains("true", (await LogInAsync(app.Http, username, password, "198.51.100.7")).Answer, StringComparison.Ordinal);
        Assert.Contains(
            "true",
            (await LogInAsync(app.Http, username, password, "203.0.113.9, 198.51.100.8:4711")).Answer,
            StringComparison.Ordinal
        );
        Assert.NotNull((await LogInAsync(app.Http, username, password, "198.51.100.7, 203.0.113.9:80")).RetryAfter);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await LogInAsync(app.Http, username, "a sixth guess", "203.0.113.9")).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(2), (await LogInAsync(app.Http, username, password, "203.0.113.9")).RetryAfter);
        app.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("true", (await LogInAsync(app.Http, username, password, "203.0.113.9")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_ends_with_the_logout_and_with_a_new_password()
    {
        var account = await fixture.CreateAccountAsync();
        var administrator = new LibraryH3lpClient(Http, await account.CookieAsync());
        var user = "user" + account.Suffix;
        var id = await administrator.CreateAsync("users", new { name = user, password = "first secret" });
        var first = await LibraryH3lpClient.LogInAsync(Http, user, "first secret");
        var second = await LibraryH3lpClient.LogInAsync(Http, user, "first secret");
        await first.JsonAsync(HttpMethod.Get, "auth/logout");
        await first.RefusedAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "queues");
        await second.JsonAsync(HttpMethod.Get, "queues");
        await second.JsonAsync(HttpMethod.Put, $"users/{id}", new { password = "second secret" });
        await second.RefusedAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "queues");
        await LibraryH3lpClient.LogInAsync(Http, user, "second secret");
        Assert.Contains("null", (await LogInAsync(Http, user, "first secret", "")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_page_cannot_log_a_visitor_out()
    {
        var account = await fixture.CreateAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/2011-12-03/auth/logout");
        request.Headers.Add("Cookie", await account.CookieAsync());
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(2, (await account.LevelNamesAsync()).Length);
    }

    private async Task<HttpResponseMessage> BasicAsync(HttpMethod method, string username, string password, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, "/2011-12-03/queues");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))
        );
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await Http.SendAsync(request);
    }

    private static async Task<(string Answer, TimeSpan? RetryAfter)> LogInAsync(
        HttpClient http,
        string username,
        string password,
        string forwardedFor
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/2013-07-21/auth/login")
        {
            Content = JsonContent.Create(new { username, password }),
        };
        if (forwardedFor.Length > 0) request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsStringAsync(), answer.Headers.RetryAfter?.Delta);
    }
}

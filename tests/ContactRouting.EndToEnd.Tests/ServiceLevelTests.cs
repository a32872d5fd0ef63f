using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

public sealed class ServiceLevelTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Levels_are_listed_read_created_changed_moved_and_deleted()
    {
        var account = await fixture.CreateAccountAsync();
        var (example, another, sales) = ("example-queue" + account.Suffix, "another-queue" + account.Suffix, "sales" + account.Suffix);
        Assert.Equal([example, another], await account.LevelNamesAsync());
        var one = await account.LevelsAsync(HttpMethod.Get, "/0");
        Assert.Equal(
            $$"""[{"serviceId":{{account.ServiceId}},"level":0,"type":"queues","name":"{{example}}","widgetId":411,"html":""}]""",
            one.GetRawText()
        );

        var created = await account.LevelsAsync(HttpMethod.Post, "", new { level = 0, name = sales, widgetId = 3, html = "<b>\"hi\"</b>" });
        Assert.Equal(0, created.GetProperty("level").GetInt32());
        Assert.Equal("<b>\"hi\"</b>", created.GetProperty("html").GetString());
        Assert.Equal([sales, example, another], await account.LevelNamesAsync());
        var appended = await account.LevelsAsync(
            HttpMethod.Post,
            "",
            new
            {
                level = 99,
                name = "john-smith" + account.Suffix,
                widgetId = 3,
            }
        );
        Assert.Equal(3, appended.GetProperty("level").GetInt32());
        Assert.Equal("users", appended.GetProperty("type").GetString());

        Assert.Equal(1, (await account.LevelsAsync(HttpMethod.Post, "/0/down", new { })).GetProperty("level").GetInt32());
        Assert.Equal(0, (await account.LevelsAsync(HttpMethod.Post, "/1/up")).GetProperty("level").GetInt32());
        Assert.Equal(0, (await account.LevelsAsync(HttpMethod.Post, "/0/up")).GetProperty("level").GetInt32());
        Assert.Equal(3, (await account.LevelsAsync(HttpMethod.Post, "/3/down")).GetProperty("level").GetInt32());

        var changed = (await account.LevelsAsync(HttpMethod.Put, "/0", new { name = another, level = 7, unknown = true }))[0];
        Assert.Equal(
            (0, another, 3),
            (changed.GetProperty("level").GetInt32(), changed.GetProperty("name").GetString(), changed.GetProperty("widgetId").GetInt32())
        );
        Assert.Equal("""{"success":true}""", (await account.LevelsAsync(HttpMethod.Delete, "/0")).GetRawText());
        Assert.Equal([example, another, "john-smith" + account.Suffix], await account.LevelNamesAsync());
        Assert.Equal(
            3,
            (
                await account.JsonAsync(HttpMethod.Get, account.Levels.Replace("levels", "level/", StringComparison.Ordinal), cookie: true)
            ).GetArrayLength()
        );
    }

    [Theory]
    [InlineData("""{"level":0,"widgetId":3}""", "name")]
    [InlineData("""{"name":"nobody","level":0,"widgetId":3}""", "name")]
    [InlineData("""{"name":5,"level":0,"widgetId":3}""", "name")]
    [InlineData("""{"name":"QUEUE","widgetId":3}""", "level")]
    [InlineData("""{"name":"QUEUE","level":-1,"widgetId":3}""", "level")]
    [InlineData("""{"name":"QUEUE","level":0}""", "widgetId")]
    [InlineData("""{"name":"QUEUE","level":0,"widgetId":77}""", "widgetId")]
    [InlineData("""{"name":"QUEUE","level":0,"widgetId":"3"}""", "widgetId")]
    [InlineData("""{"name":"QUEUE","level":0,"widgetId":3,"html":[]}""", "html")]
    [InlineData("""["level"]""", "object")]
    [InlineData("""{"level":""", "object")]
    public async Task Creation_with_a_wrong_field_is_400_in_the_apis_shape_and_changes_nothing(string body, string named)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, account.Levels);
        request.Content = new StringContent(
            body.Replace("QUEUE", "sales" + account.Suffix, StringComparison.Ordinal),
            Encoding.UTF8,
            "application/json"
        );
        request.Headers.Add("Cookie", await account.CookieAsync());
        using var answer = await fixture.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(JsonValueKind.Null, error.GetProperty("success").ValueKind);
        Assert.Contains(named, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await account.LevelNamesAsync()).Length);
    }

    [Fact]
    public async Task Levels_need_a_session_that_stands_and_a_page_of_this_origin()
    {
        var account = await fixture.CreateAccountAsync();
        using var anonymous = await fixture.Http.GetAsync(new Uri(account.Levels, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);

        using var foreign = new HttpRequestMessage(HttpMethod.Delete, account.Levels + "/0");
        foreign.Headers.Add("Cookie", await account.CookieAsync());
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.Http.SendAsync(foreign)).StatusCode);

        using var missing = await account.SendAsync(HttpMethod.Get, account.Levels + "/9", cookie: true);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var patch = await account.SendAsync(HttpMethod.Put, account.Levels, cookie: true);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, patch.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST"], patch.Content.Headers.Allow);

        Assert.True(
            (await account.JsonAsync(HttpMethod.Post, "/2011-12-03/auth/logout", cookie: true)).GetProperty("success").GetBoolean()
        );
        using var after = await account.SendAsync(HttpMethod.Get, account.Levels, cookie: true);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Login_with_a_wrong_password_answers_200_without_a_cookie()
    {
        var account = await fixture.CreateAccountAsync();
        foreach (var (username, password) in new[] { (account["username"], "wrong"), ("nobody", "wrong") })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = username, ["password"] = password });
            using var answer = await fixture.Http.PostAsync(new Uri("/2013-07-21/auth/login", UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(
                """{"success":null,"message":"Login failed.","error":"Login failed."}""",
                await answer.Content.ReadAsStringAsync()
            );
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }
}

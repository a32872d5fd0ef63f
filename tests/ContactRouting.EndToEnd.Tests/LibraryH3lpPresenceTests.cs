using System.Net;
using System.Text.Json;
using System.Xml.Linq;

namespace ContactRouting.EndToEnd;

public sealed class LibraryH3lpPresenceTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Presence_of_a_user_and_a_queue_follows_in_every_format()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        var (user, queue) = ("john-smith" + account.Suffix, "sales" + account.Suffix);
        Assert.Equal("unavailable", await GetAsync($"{queue}/chat.libraryh3lp.com/text"));
        await account.SinkAsync("available");
        Assert.Equal("unavailable", await GetAsync($"{queue}/chat.libraryh3lp.com/text"));
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("available", await GetAsync($"{queue}/chat.libraryh3lp.com/text"));
        Assert.Equal("available", await GetAsync($"{user}/any.host.example/text"));
        Assert.Equal("unavailable", await GetAsync($"{queue}/libraryh3lp.com/text"));
        Assert.Equal("unavailable", await GetAsync($"{user}/chat.libraryh3lp.com/text"));
        Assert.Equal(
            $"""<presence user="{user}" server="libraryh3lp.com">"""
                + """<resource show="available" name="libraryh3lp" priority="5" /></presence>""",
            await GetAsync($"{user}/libraryh3lp.com/xml")
        );
        Assert.Equal(
            $$"""
            var jabber_user="{{user}}";
            var jabber_server="libraryh3lp.com";
            var jabber_resources=[{"name":"libraryh3lp","priority":5,"show":"available","status":""}];
            var jabber_client_id="";
            """,
            await GetAsync($"{user}/libraryh3lp.com/js")
        );

        Task<string> GetAsync(string path) => LibraryH3lpPresenceTests.GetAsync(app.Http, path);
    }

    [Fact]
    public async Task Unknown_name_is_unavailable_and_what_is_asked_for_is_encoded()
    {
        var hostile = Uri.EscapeDataString("<script><img onerror=x>\"'&\u0001");
        Assert.Equal("unavailable", await GetAsync("nobody-at-all/chat.libraryh3lp.com/text"));
        var script = await GetAsync($"{hostile}/{hostile}/js");
        Assert.DoesNotContain("<", script, StringComparison.Ordinal);
        Assert.Contains("\"show\":\"unavailable\"", script, StringComparison.Ordinal);
        var xml = XElement.Parse(await GetAsync($"{hostile}/{hostile}/xml"));
        Assert.Equal("<script><img onerror=x>\"'&\uFFFD", xml.Attribute("user")!.Value);
        using var unknown = await fixture.Http.GetAsync(new Uri("/presence/jid/a/b/rss", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Status_text_of_a_user_stays_inside_its_string()
    {
        var account = await fixture.CreateAccountAsync();
        var client = new LibraryH3lpClient(fixture.Http, await account.CookieAsync());
        await client.CreateAsync("users", new { name = "jane" + account.Suffix, show = "dnd", status = "</script>\u2028\"" });
        var script = await GetAsync($"jane{account.Suffix}/libraryh3lp.com/js");
        var resources = JsonSerializer.Deserialize<JsonElement>(script.Split("jabber_resources=")[1].Split(";\n")[0]);
        Assert.Equal(
            ("dnd", "</script>\u2028\""),
            (resources[0].GetProperty("show").GetString(), resources[0].GetProperty("status").GetString())
        );
        Assert.DoesNotContain("<", script, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2028", script, StringComparison.Ordinal);
    }

    private Task<string> GetAsync(string path) => GetAsync(fixture.Http, path);

    private static Task<string> GetAsync(HttpClient http, string path) =>
        http.GetStringAsync(new Uri($"/presence/jid/{path}", UriKind.Relative));
}

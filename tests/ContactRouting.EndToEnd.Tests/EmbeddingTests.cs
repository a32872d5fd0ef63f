using System.Net;
using ContactRouting.Testing;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd;

public sealed class EmbeddingTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Offline = "We are offline.";

    /// <summary>How soon an open page asks for changes, and how long the server remembers what it read.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(8), Memory = TimeSpan.FromSeconds(5);

    private ClockedApp app = null!;

    public async Task InitializeAsync() => app = await ClockedApp.StartAsync();

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Page_follows_from_offline_to_the_default_link_and_back()
    {
        var (account, _) = await StartAsync();
        var page = await browser.OpenAsync(Embed(account.ServiceId));
        var place = page.Locator(".needs-js");
        await Assertions.Expect(place).ToHaveTextAsync(Offline);

        await account.SinkAsync("available");
        await PassAsync(page);
        await Assertions.Expect(place).ToHaveTextAsync("Chat is online.");
        await page.EvaluateAsync(
            """
            document.addEventListener('libraryh3lp:chat', event => {
              window.fired = [event.target.className, event.cancelable, event.detail.serviceId, event.detail.level];
              event.preventDefault();
            })
            """
        );
        await place.Locator("a").ClickAsync();
        Assert.Equal($"""["needs-js",true,{account.ServiceId},0]""", await page.EvaluateAsync<string>("JSON.stringify(window.fired)"));

        await account.SinkAsync("logged_out");
        await PassAsync(page);
        await Assertions.Expect(place).ToHaveTextAsync(Offline);
    }

    [SkippableFact]
    public async Task Page_shows_the_services_offline_html_while_it_is_offline_and_its_own_text_where_that_is_empty()
    {
        var (account, client) = await StartAsync();
        var service = $"services/{account.ServiceId}";
        await client.JsonAsync(HttpMethod.Put, service, new Dictionary<string, string> { ["offline-html"] = "<i>Closed today.</i>" });
        var page = await browser.OpenAsync(Embed(account.ServiceId));
        var place = page.Locator(".needs-js");
        await Assertions.Expect(place.Locator("i")).ToHaveTextAsync("Closed today.");
        await account.SinkAsync("available");
        await PassAsync(page);
        await Assertions.Expect(place).ToHaveTextAsync("Chat is online.");
        await client.JsonAsync(HttpMethod.Put, service, new Dictionary<string, string> { ["offline-html"] = "" });
        await account.SinkAsync("logged_out");
        await PassAsync(page);
        await Assertions.Expect(place).ToHaveTextAsync(Offline);
    }

    /// <summary>The network is gone, or the page's own policy blocks the connection.</summary>
    [SkippableFact]
    public async Task Page_that_gets_no_answer_for_a_minute_shows_that_it_is_offline_until_it_gets_one()
    {
        var (account, _) = await StartAsync();
        await account.SinkAsync("available");
        var page = await browser.OpenAsync(Embed(account.ServiceId));
        var place = page.Locator(".needs-js");
        await Assertions.Expect(place).ToHaveTextAsync("Chat is online.");
        var blocked = 0;
        const string Polls = "**/js/libraryh3lp.json*";
        await page.RouteAsync(Polls, route =>
        {
            Interlocked.Increment(ref blocked);
            return route.AbortAsync();
        });
        await PassAsync(page);
        await Eventually.IsTrueAsync("a poll is blocked", () => Task.FromResult(blocked > 0));
        await Assertions.Expect(place).ToHaveTextAsync("Chat is online.");
        await Eventually.IsTrueAsync("the page gives up", async () =>
        {
            await PassAsync(page);
            return await place.TextContentAsync() == Offline;
        });
        Assert.InRange(blocked, 2, 100);
        await page.UnrouteAsync(Polls);
        await Eventually.IsTrueAsync("the page is back", async () =>
        {
            await PassAsync(page);
            return await place.TextContentAsync() == "Chat is online.";
        });
    }

    [SkippableFact]
    public async Task Default_link_leads_to_the_widgets_chat_url_and_a_levels_html_replaces_it()
    {
        var (account, client) = await StartAsync();
        await client.JsonAsync(
            HttpMethod.Put,
            "widgets/411",
            new Dictionary<string, string> { ["chat-url"] = "https://chat.example/?a=1&b=<2>" }
        );
        await account.SinkAsync("available");
        var page = await browser.OpenAsync(Embed(account.ServiceId));
        await Assertions.Expect(page.Locator(".needs-js a")).ToHaveTextAsync("Chat is online.");
        Assert.Equal("https://chat.example/?a=1&b=<2>", await page.Locator(".needs-js a").GetAttributeAsync("href"));

        const string Html =
            "<b id=\"online\" onclick=\"window.clicked = true\">Ask \u2028 us</b><script>window.ran = (window.ran || 0) + 1</script>";
        await client.JsonAsync(HttpMethod.Put, $"services/{account.ServiceId}/levels/0", new { html = Html });
        await PassAsync(page);
        await Assertions.Expect(page.Locator("#online")).ToBeVisibleAsync();
        await page.Locator("#online").ClickAsync();
        Assert.Equal(
            """{"clicked":true,"ran":1}""",
            await page.EvaluateAsync<string>("JSON.stringify({ clicked: window.clicked, ran: window.ran })")
        );
        Assert.Equal(
            Html,
            (await client.JsonAsync(HttpMethod.Get, $"services/{account.ServiceId}/levels/0"))[0].GetProperty("html").GetString()
        );
    }

    [SkippableFact]
    public async Task Several_divs_and_services_on_one_page_each_show_their_own()
    {
        var (open, openClient) = await StartAsync();
        var (closed, _) = await StartAsync();
        await openClient.JsonAsync(HttpMethod.Put, $"services/{open.ServiceId}/levels/0", new { html = "<i>open</i>" });
        await open.SinkAsync("available");
        var page = await browser.OpenAsync($"""
            <div class="needs-js" id="named" data-libraryh3lp-service="{open.ServiceId}">named</div>
            <div class="needs-js" id="first">first</div>
            {Script(closed.ServiceId)}
            <div class="needs-js" id="second">second</div>
            <span class="needs-js" id="third">third</span>
            {Script(open.ServiceId)}{Script(open.ServiceId)}
            """);
        await Assertions.Expect(page.Locator("#second i")).ToHaveTextAsync("open");
        await Assertions.Expect(page.Locator("#third i")).ToHaveTextAsync("open");
        await Assertions.Expect(page.Locator("#named i")).ToHaveTextAsync("open");
        await Assertions.Expect(page.Locator("#first")).ToHaveTextAsync("first");
    }

    [SkippableFact]
    public async Task Nothing_but_the_stored_html_can_run_in_the_page()
    {
        var (account, client) = await StartAsync();
        const string Attack = "</script><img src=x onerror=\"window.attacked=true\">\u2028";
        await client.JsonAsync(HttpMethod.Put, "queues/14121", new { status = Attack });
        await client.JsonAsync(HttpMethod.Put, $"services/{account.ServiceId}", new { name = Attack });
        await client.JsonAsync(
            HttpMethod.Put,
            "widgets/411",
            new Dictionary<string, string>
            {
                ["name"] = Attack,
                ["chat-url"] = "https://chat.example/#<img src=x onerror=window.attacked=true>",
            }
        );
        await account.SinkAsync("available");
        var query = $"?{Uri.EscapeDataString(Attack)}";
        var page = await browser.OpenAsync(Embed(account.ServiceId, $"&x={Uri.EscapeDataString(Attack)}"), query);
        await Assertions.Expect(page.Locator(".needs-js")).ToHaveTextAsync("Chat is online.");
        Assert.Equal(0, await page.Locator(".needs-js img").CountAsync());
        Assert.Equal("undefined", await page.EvaluateAsync<string>("typeof window.attacked"));
    }

    [Fact]
    public async Task Script_and_state_are_public_for_five_seconds_and_confirmed_by_tag()
    {
        var (account, _) = await StartAsync();
        foreach (var path in new[] { $"/js/libraryh3lp.js?{account.ServiceId}", $"/js/libraryh3lp.json?{account.ServiceId}" })
        {
            using var answer = await app.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal("public, max-age=5", answer.Headers.CacheControl!.ToString());
            Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await app.Http.SendAsync(again)).StatusCode);
        }
        Assert.Equal(
            $$"""{"serviceId":{{account.ServiceId}},"level":null,"html":"","chatUrl":"","offlineHtml":""}""",
            await app.Http.GetStringAsync(new Uri($"/js/libraryh3lp.json?{account.ServiceId}", UriKind.Relative))
        );
        using var unknown = await app.Http.GetAsync(new Uri("/js/libraryh3lp.js?1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var none = await app.Http.GetAsync(new Uri("/js/libraryh3lp.js", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
    }

    private async Task<(TestAccount Account, LibraryH3lpClient Client)> StartAsync()
    {
        var account = await TestAccount.CreateAsync(app.Http);
        return (account, new LibraryH3lpClient(app.Http, await account.CookieAsync()));
    }

    /// <summary>The server forgets what it read, and the page asks again.</summary>
    private Task PassAsync(IPage page)
    {
        app.Clock.Advance(Memory);
        return page.Clock.FastForwardAsync((long)PollInterval.TotalMilliseconds);
    }

    private string Script(int serviceId, string more = "") =>
        $"<script src=\"{app.Http.BaseAddress}js/libraryh3lp.js?{serviceId}{more}\"></script>";

    private string Embed(int serviceId, string more = "") => $"<div class=\"needs-js\">{Offline}</div>{Script(serviceId, more)}";
}

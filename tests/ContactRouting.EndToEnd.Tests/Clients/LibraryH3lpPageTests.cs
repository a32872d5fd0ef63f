using System.Net;
using ContactRouting.Testing;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Clients;

/// <summary>Pages that name queues and users themselves, as many libraries have them: with <c>?multi</c> or <c>?multi,poll</c>.</summary>
public sealed class LibraryH3lpPageTests(Browser browser, ClockedFixture fixture)
    : IClassFixture<Browser>, IClassFixture<ClockedFixture>, IAsyncLifetime
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(8), Memory = TimeSpan.FromSeconds(5);

    private readonly ClockedApp app = fixture.App;
    private TestAccount account = null!;

    public async Task InitializeAsync() => account = await TestAccount.CreateAsync(app.Http);

    public Task DisposeAsync() => account.DeleteAsync();

    /// <summary>Two widgets in the order of preference and what is shown instead, all hidden at first.</summary>
    [SkippableFact]
    public async Task First_element_that_is_available_shows_and_the_one_without_an_address_while_none_is()
    {
        var page = await browser.OpenAsync($"""
            <div class="needs-js" id="script">Chat requires JavaScript.</div>
            <div class="libraryh3lp" id="home" jid="sales{account.Suffix}@chat.libraryh3lp.com" style="display: none;">sales</div>
            <div class="libraryh3lp" id="next" jid="john-smith{account.Suffix}@libraryh3lp.com" style="display: none;">john</div>
            <div class="libraryh3lp" id="offline" style="display: none;">Nobody is available.</div>
            {Script("multi,poll")}
            """);
        await ShowsAsync(page, "offline");
        await account.SinkAsync("available");
        await PassAsync(page);
        await ShowsAsync(page, "home");

        // The queue has no operator any more, and who was its operator is there all the same.
        var client = new LibraryH3lpClient(app.Http, await account.CookieAsync());
        await client.JsonAsync(HttpMethod.Patch, "queues/14101/operators/136", new { enabled = false });
        await PassAsync(page);
        await ShowsAsync(page, "next");
        await account.SinkAsync("logged_out");
        await PassAsync(page);
        await ShowsAsync(page, "offline");
    }

    /// <summary>A page that was left with nothing but its offline part, or whose editor emptied the attribute.</summary>
    [SkippableFact]
    public async Task Page_whose_elements_have_no_address_shows_what_is_shown_while_nobody_is_there()
    {
        var page = await browser.OpenAsync($"""
            <div class="needs-js" id="script">Chat requires JavaScript.</div>
            <div class="libraryh3lp" id="emptied" jid="" style="display: none;">Nobody is available.</div>
            <div class="libraryh3lp" id="overlong" jid="{new string('a', 9000)}@chat.x" style="display: none;">online</div>
            {Script("multi,poll")}
            """);
        await ShowsAsync(page, "emptied");
    }

    /// <summary>Other tags, the attribute that HTML allows, several elements of one address, visible from the start.</summary>
    [SkippableFact]
    public async Task Elements_of_one_address_show_together_each_as_the_page_displays_it()
    {
        await account.SinkAsync("available");
        var jid = $"sales{account.Suffix}@chat.libraryh3lp.com";
        var page = await browser.OpenAsync($$"""
            <style>.hidden { display: none } .flexible { display: flex }</style>
            <span class="libraryh3lp" id="span" data-lh3-jid="{{jid}}" style="display: none">a</span>
            <div class="libraryh3lp floating flexible" id="flex" data-lh3-jid="{{jid}}">b</div>
            <ul><li class="libraryh3lp needs-js" id="item" jid="{{jid}}" style="display:none">c</li></ul>
            <p class="libraryh3lp hidden" id="class" data-lh3-jid="{{jid}}">d</p>
            <a class="libraryh3lp" id="offline" href="/contact">e</a>
            {{Script("multi")}}
            """);
        await ShowsAsync(page, "span", "flex", "item", "class");
        Assert.Equal(
            "inline flex list-item block",
            await page.EvaluateAsync<string>(
                "['span','flex','item','class'].map(id => getComputedStyle(document.getElementById(id)).display).join(' ')"
            )
        );
    }

    /// <summary>Frameworks put elements and script into a page long after it was loaded, and once more on the next view.</summary>
    [SkippableFact]
    public async Task Script_that_comes_late_or_again_looks_anew_and_without_poll_it_asks_no_more()
    {
        var asked = 0;
        var page = await browser.OpenAsync("""<div id="view"></div>""");
        page.Request += (_, request) => asked += request.Url.Contains("libraryh3lp.json", StringComparison.Ordinal) ? 1 : 0;
        var jid = $"sales{account.Suffix}@chat.libraryh3lp.com";
        await InsertAsync(page, $"""<div class="libraryh3lp" id="online" jid="{jid}">online</div>""");
        await Assertions.Expect(page.Locator("#online")).ToBeHiddenAsync();
        await account.SinkAsync("available");
        await PassAsync(page);
        await PassAsync(page);
        Assert.Equal(1, asked);
        await InsertAsync(page, $"""<div class="libraryh3lp" id="online" data-lh3-jid="{jid}">online</div>""");
        await Assertions.Expect(page.Locator("#online")).ToBeVisibleAsync();
        await Eventually.IsTrueAsync("it asked again", () => Task.FromResult(asked == 2));
    }

    /// <summary>As a script does that runs before the page is there as a whole.</summary>
    [SkippableFact]
    public async Task Elements_that_come_while_it_asks_are_asked_for_as_well()
    {
        await account.SinkAsync("available");
        var asked = new List<string>();
        var answer = new TaskCompletionSource();
        var page = await browser.OpenAsync("""<div id="view"></div>""");
        await page.RouteAsync("**/js/libraryh3lp.json*", async route =>
        {
            asked.Add(route.Request.Url);
            await answer.Task;
            await route.ContinueAsync();
        });
        var offline = """<div class="libraryh3lp" id="first" jid="nobody@chat.libraryh3lp.com">nobody</div>""";
        await InsertAsync(page, offline);
        await Eventually.IsTrueAsync("it asks", () => Task.FromResult(asked.Count == 1));
        await InsertAsync(
            page,
            $"""{offline}<div class="libraryh3lp" id="online" jid="sales{account.Suffix}@chat.libraryh3lp.com">online</div>"""
        );
        answer.SetResult();
        await Assertions.Expect(page.Locator("#first")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#online")).ToBeVisibleAsync();
        Assert.Equal(2, asked.Count);
    }

    [SkippableFact]
    public async Task Script_that_comes_again_with_the_wish_to_poll_goes_on_asking()
    {
        var jid = $"sales{account.Suffix}@chat.libraryh3lp.com";
        var page = await browser.OpenAsync($"""<div id="view"></div>{Script("multi")}""");
        await InsertAsync(page, $"""<div class="libraryh3lp" id="online" jid="{jid}">online</div>""", "multi,poll");
        await Assertions.Expect(page.Locator("#online")).ToBeHiddenAsync();
        await account.SinkAsync("available");
        await Eventually.IsTrueAsync("the page follows", async () =>
        {
            await PassAsync(page);
            return await page.Locator("#online").IsVisibleAsync();
        });
    }

    [SkippableFact]
    public async Task Page_that_gets_no_answer_stays_as_it_is_for_a_minute_and_then_shows_that_it_is_offline()
    {
        await account.SinkAsync("available");
        var page = await browser.OpenAsync($"""
            <div class="needs-js" id="script">Chat is not available.</div>
            <div class="libraryh3lp" id="online" jid="sales{account.Suffix}@chat.libraryh3lp.com">online</div>
            <div class="libraryh3lp" id="offline" style="display: none;">offline</div>
            {Script("multi,poll")}
            """);
        await ShowsAsync(page, "online");
        await page.RouteAsync("**/js/libraryh3lp.json*", route => route.AbortAsync());
        await Eventually.IsTrueAsync("the page gives up", async () =>
        {
            await PassAsync(page);
            return await page.Locator("#offline").IsVisibleAsync();
        });
        await ShowsAsync(page, "offline");
        await page.UnrouteAsync("**/js/libraryh3lp.json*");
        await Eventually.IsTrueAsync("the page is back", async () =>
        {
            await PassAsync(page);
            return await page.Locator("#online").IsVisibleAsync();
        });
    }

    [Fact]
    public async Task State_of_addresses_is_one_answer_for_all_of_them()
    {
        await account.SinkAsync("available");
        var (queue, user) = ($"sales{account.Suffix}@chat.libraryh3lp.com", $"john-smith{account.Suffix}@libraryh3lp.com");
        Assert.Equal(
            $$"""{"{{queue}}":"available","{{user}}":"available","nobody@x":"unavailable","none":"unavailable"}""",
            await GetAsync($"jid={queue}&jid={user}&jid=nobody@x&jid={user}&jid=none")
        );
        var spelled = user.Replace("john", "John", StringComparison.Ordinal);
        Assert.Equal($$"""{"{{spelled}}":"available"}""", await GetAsync($"jid={spelled}"));
        var many = string.Join('&', Enumerable.Range(0, 21).Select(number => $"jid=n{number}@x"));
        using var refused = await app.Http.GetAsync(new Uri($"/js/libraryh3lp.json?{many}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("jid may be there 20 times", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>An image element that knows the state already, and one that leaves it to the server.</summary>
    [SkippableFact]
    public async Task Images_are_drawn_in_the_page()
    {
        await account.SinkAsync("available");
        var host = app.Http.BaseAddress;
        var page = await browser.OpenAsync($"""
            <img id="flat" src="{host}presence/image/flat-lang-neutral/unavailable" alt="" aria-hidden="true">
            <img id="named" src="{host}presence/jid/sales{account.Suffix}/chat.libraryh3lp.com/image" alt="">
            <img id="themed" src="{host}presence/jid/john-smith{account.Suffix}/libraryh3lp.com/image/flat-lang-neutral" alt="">
            """);
        await Eventually.IsTrueAsync(
            "the images are there",
            () => page.EvaluateAsync<bool>("[...document.images].every(image => image.complete)")
        );
        Assert.Equal(
            "24x24 72x24 24x24",
            await page.EvaluateAsync<string>("[...document.images].map(image => `${image.naturalWidth}x${image.naturalHeight}`).join(' ')")
        );
        using var redirect = await app.Http.GetAsync(new Uri($"/presence/jid/sales{account.Suffix}/chat.a/image", UriKind.Relative));
        Assert.Equal(
            (HttpStatusCode.Redirect, "/presence/image/simpletext/available", "public, max-age=5"),
            (redirect.StatusCode, redirect.Headers.Location!.ToString(), redirect.Headers.CacheControl!.ToString())
        );
        foreach (var show in new[] { "chat", "available", "dnd", "away", "xa", "unavailable" })
        {
            using var image = await app.Http.GetAsync(new Uri($"/presence/image/another/{show}", UriKind.Relative));
            Assert.Equal("image/svg+xml", image.Content.Headers.ContentType!.MediaType);
        }
        using var unknown = await app.Http.GetAsync(new Uri("/presence/image/simpletext/asleep", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    /// <summary>The link of nearly every page, with what it says of the looks.</summary>
    [Fact]
    public async Task Chat_link_leads_to_the_chat_url_of_the_first_level_with_one_that_leads_there()
    {
        var client = new LibraryH3lpClient(app.Http, await account.CookieAsync());
        await client.CreateAsync("widgets", new { name = "without" });
        var widget = await client.CreateAsync(
            "widgets",
            new Dictionary<string, string> { ["name"] = "with", ["chat-url"] = "https://chat.example/ä?a=<1>" }
        );
        const string Looks = "?skin=21014&theme=gota&title=Ask+Us&identity=Librarian&sounds=true";
        await client.JsonAsync(
            HttpMethod.Post,
            $"services/{account.ServiceId}/levels",
            new { level = 9, name = $"support{account.Suffix}", widgetId = widget }
        );
        using var found = await app.Http.GetAsync(new Uri($"/chat/support{account.Suffix}@chat.libraryh3lp.com{Looks}", UriKind.Relative));
        Assert.Equal(
            (HttpStatusCode.Redirect, "https://chat.example/%C3%A4?a=%3C1%3E"),
            (found.StatusCode, found.Headers.GetValues("Location").Single())
        );
    }

    [Fact]
    public async Task Chat_url_with_a_host_in_another_script_is_led_to_by_its_ascii_name()
    {
        var client = new LibraryH3lpClient(app.Http, await account.CookieAsync());
        var widget = await client.CreateAsync(
            "widgets",
            new Dictionary<string, string> { ["name"] = "with", ["chat-url"] = "https://bücher.example/ä" }
        );
        await client.JsonAsync(
            HttpMethod.Post,
            $"services/{account.ServiceId}/levels",
            new { level = 9, name = $"support{account.Suffix}", widgetId = widget }
        );
        using var found = await app.Http.GetAsync(new Uri($"/chat/support{account.Suffix}@chat.libraryh3lp.com", UriKind.Relative));
        Assert.Equal(
            (HttpStatusCode.Redirect, "https://xn--bcher-kva.example/%C3%A4"),
            (found.StatusCode, found.Headers.GetValues("Location").Single())
        );
        foreach (var host in new[] { "a\u200dple.example", $"{new string('ü', 64)}.example" })
        {
            var message = await client.RefusedAsync(
                HttpStatusCode.BadRequest,
                HttpMethod.Patch,
                $"widgets/{widget}",
                new Dictionary<string, string> { ["chat-url"] = $"https://{host}/" }
            );
            Assert.Contains("chat-url", message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Chat_link_without_a_chat_url_opens_a_page_that_says_the_state()
    {
        var link = $"{app.Http.BaseAddress}chat/sales{account.Suffix}@chat.libraryh3lp.com?skin=1";
        var page = await browser.OpenAsync($"""<iframe src="{link}" width="285" height="325"></iframe>""");
        await Assertions.Expect(page.FrameLocator("iframe").Locator("p")).ToContainTextAsync("Offline");
        await account.SinkAsync("available");
        app.Clock.Advance(Memory);
        await page.GotoAsync(link);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync($"sales{account.Suffix}");
        await Assertions.Expect(page.Locator("p")).ToHaveTextAsync("Online");
        var hostile = await app.Http.GetStringAsync(new Uri($"/chat/{Uri.EscapeDataString("<img src=x>")}@chat.x", UriKind.Relative));
        Assert.DoesNotContain("<img", hostile, StringComparison.Ordinal);
        using var nowhere = await app.Http.GetAsync(new Uri("/chat/sales", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    private static async Task ShowsAsync(IPage page, params string[] ids)
    {
        foreach (var id in ids) await Assertions.Expect(page.Locator($"#{id}")).ToBeVisibleAsync();
        var others = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.libraryh3lp,.needs-js')].map(each => each.id)");
        foreach (var id in others.Except(ids)) await Assertions.Expect(page.Locator($"#{id}")).ToBeHiddenAsync();
    }

    /// <summary>Puts elements and the script into the page, and waits until the script has run.</summary>
    private async Task InsertAsync(IPage page, string html, string options = "multi") =>
        await page.EvaluateAsync(
            """
            ([html, src]) => {
              document.getElementById('view').innerHTML = html;
              const script = document.createElement('script');
              script.async = true;
              script.src = src;
              document.body.appendChild(script);
              return new Promise(resolve => { script.onload = resolve; });
            }
            """,
            new[] { html, $"{app.Http.BaseAddress}js/libraryh3lp.js?{options}" }
        );

    private Task<string> GetAsync(string query) => app.Http.GetStringAsync(new Uri($"/js/libraryh3lp.json?{query}", UriKind.Relative));

    /// <summary>The server forgets what it read, and the page asks again.</summary>
    private Task PassAsync(IPage page)
    {
        app.Clock.Advance(Memory);
        return page.Clock.FastForwardAsync((long)PollInterval.TotalMilliseconds);
    }

    private string Script(string options) => $"<script src=\"{app.Http.BaseAddress}js/libraryh3lp.js?{options}\"></script>";
}

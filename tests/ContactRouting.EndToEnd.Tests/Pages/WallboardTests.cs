using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>The wallboard in a browser, with a token that reads, beside an app that ticks every second.</summary>
public sealed class WallboardTests(AppFixture fixture, Browser browser) : IClassFixture<AppFixture>, IClassFixture<Browser>
{
    private static readonly string[] Queues = ["Sales", "Support", "Billing", "Night desk"];

    private static readonly (string Name, int Queue)[] Agents =
    [
        ("Ada Brown", 1), ("Ben Clark", 2), ("Cleo Davis", 2), ("Dan Evans", 1), ("Eve Foster", 1), ("Finn Gray", 3),
    ];

    [SkippableFact]
    public async Task Board_shows_a_login_and_who_waits_and_tells_when_it_is_not_up_to_date()
    {
        using var app = AppFixture.NewApp(AppFixture.NewPrefix());
        await app.StartAsync();
        var client = await RoutingClient.CreateAsync(app.Http, new { });
        await client.ConfigureAsync(new
        {
            queues = Queues.Select((displayName, index) =>
                new { id = index + 1, name = client.Name($"q{index + 1}"), displayName, serviceLevelSeconds = 2, offerSeconds = 300 }
            ),
            agents = Agents.Select((agent, index) =>
            {
                var json = RoutingClient.Agent(index + 1, client.Name($"a{index + 1}"), [agent.Queue]);
                json["displayName"] = agent.Name;
                return json;
            }),
            services = new[]
            {
                new { id = client.AccountId, name = "Help", levels = new[] { Level(2), Level(1) } },
                new { id = client.AccountId + 1, name = "Invoices", levels = new[] { Level(3) } },
            },
        });
        object Level(int queue) => new { name = client.Name($"q{queue}") };
        var token = (await client.CallAsync(HttpMethod.Post, "tokens", new { kind = "read" }, HttpStatusCode.Created))
            .GetProperty("token").GetString()!;
        AppFixture.Remember(token);
        var told = new ConcurrentQueue<string>();
        var page = await browser.VisitAsync(new Uri(app.Http.BaseAddress!, $"/wallboard#{token}").ToString(), told.Enqueue);
        var queues = page.GetByRole(AriaRole.Region, new() { Name = "Queues" }).GetByRole(AriaRole.Listitem);
        var sales = queues.Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Sales" }) });
        await Assertions.Expect(sales).ToContainTextAsync("Closed");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Agents" })).ToContainTextAsync("Nobody is logged in");

        await client.PresenceAsync(1, "available");
        await Assertions.Expect(sales).ToContainTextAsync("Open");
        await Assertions.Expect(sales).ToContainTextAsync("1 free, 0 occupied, 0 busy");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Services" })).ToContainTextAsync("Level 1");

        for (var agent = 2; agent <= Agents.Length; agent++) await client.PresenceAsync(agent, "available");
        for (var guest = 0; guest < 3; guest++)
        {
            var contact = await client.ArriveAsync(new { queueId = 2 });
            if (guest > 0) continue;
            var agentId = contact.GetProperty("offer").GetProperty("agentId").GetInt32();
            await client.ActAsync(contact.GetProperty("id").GetString()!, "accept", new { agentId });
        }
        await client.PresenceAsync(6, "busy");
        await client.ArriveAsync(new { queueId = 3 });
        await Assertions.Expect(queues.First).ToContainTextAsync("Support");
        await Assertions.Expect(queues.First).ToContainTextAsync("1 waiting");
        await Assertions.Expect(queues.First).ToContainTextAsync("late", new() { Timeout = 60_000 });
        await Accessibility.HasNoFaultAsync(page);
        await Screenshot.TakeAsync(page, "wallboard");
        await FitsAsync(page, 1920, 1080, "document.documentElement.scrollHeight <= 1080");
        await FitsAsync(page, 390, 844, "document.documentElement.scrollWidth <= 390");
        var alert = page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(alert).ToBeHiddenAsync();

        // An instance whose timer has stopped serves what there is.
        await page.RouteAsync("**/routing/v1/status", route => AgeAsync(route, TimeSpan.FromHours(1)));
        await Assertions.Expect(alert).ToContainTextAsync("Not up to date");
        await page.UnrouteAllAsync();
        await Assertions.Expect(alert).ToBeHiddenAsync();
        Assert.DoesNotContain(told, line => line.StartsWith("console", StringComparison.Ordinal));
        Assert.DoesNotContain(told.Where(IsUrl), url => url.Contains(token, StringComparison.Ordinal));

        app.Kill();
        await Assertions.Expect(alert).ToContainTextAsync("No connection since");
        await Accessibility.HasNoFaultAsync(page);
    }

    [SkippableFact]
    public async Task Board_with_a_token_that_is_not_valid_says_so()
    {
        var account = await fixture.CreateAccountAsync();
        var wish = new { kind = "agent", agentId = 136 };
        var agents = await new RoutingClient(account, fixture.Http).CallAsync(HttpMethod.Post, "tokens", wish, HttpStatusCode.Created);
        var board = new Uri(fixture.Http.BaseAddress!, "/wallboard");
        var page = await browser.VisitAsync($"{board}#wrong", _ => { });
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not valid");
        await page.GotoAsync($"{board}#{agents.GetProperty("token").GetString()}");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("needs a token of kind \"read\"");
        await page.GotoAsync($"{board}");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("needs a token of kind \"read\"");
    }

    private static async Task FitsAsync(IPage page, int width, int height, string condition)
    {
        await page.SetViewportSizeAsync(width, height);
        await page.WaitForFunctionAsync(condition);
    }

    private static bool IsUrl(string line) => line.StartsWith("http", StringComparison.Ordinal);

    /// <summary>The status as it would stand there some time after it was made.</summary>
    private static async Task AgeAsync(IRoute route, TimeSpan age)
    {
        var headers = route.Request.Headers.Where(header => header.Key != "if-none-match");
        var answer = await route.FetchAsync(new() { Headers = headers });
        var status = JsonSerializer.Deserialize<JsonObject>(await answer.TextAsync())!;
        status["asOf"] = status["asOf"]!.GetValue<DateTimeOffset>() - age;
        await route.FulfillAsync(new() { Response = answer, Body = status.ToJsonString() });
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Testing;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>The administrator's console in a browser.</summary>
public sealed class AdministratorTests(AppFixture fixture, Browser browser) : IClassFixture<AppFixture>, IClassFixture<Browser>
{
    private readonly ConcurrentQueue<string> told = new();

    [SkippableFact]
    public async Task Waiting_guest_shows_why_it_waits_and_is_cancelled()
    {
        var (client, page) = await OpenAsync("live", async client =>
        {
            await client.PresenceAsync(136, "busy");
            await client.ArriveAsync(new { queueId = 14101, contactId = "guest-1" });
            await client.SweepAsync();
        });
        var guest = page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "guest-1" }) });
        await Assertions.Expect(guest).ToContainTextAsync("Sales: the guest waits here (everybody who is logged in is busy)");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "John Smith" })).ToContainTextAsync("Busy");
        await Accessibility.HasNoFaultAsync(page);
        await Screenshot.TakeAsync(page, "console");

        await guest.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Accessibility.HasNoFaultAsync(page);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Yes, cancel" }).ClickAsync();
        await SaysAsync(page, "guest-1 was cancelled.");
        await Assertions.Expect(guest).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Waiting guests" })).ToBeFocusedAsync();
        Assert.Equal("abandoned", (await client.ContactAsync("guest-1")).GetProperty("state").GetString());

        await page.RouteAsync("**/contacts?*limit=100*", route =>
            route.ContinueAsync(new() { Url = route.Request.Url.Replace("limit=100", "limit=2", StringComparison.Ordinal) }));
        foreach (var number in Enumerable.Range(2, 4)) await client.ArriveAsync(new { queueId = 14101, contactId = $"guest-{number}" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "guest-5" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "guest-2" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Waiting guests" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find an agent" }).FillAsync("nobody");
        await Assertions.Expect(page.GetByText("0 agents")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(" john s");
        await Assertions.Expect(page.GetByText("1 agent")).ToBeVisibleAsync();
        var states = page.GetByRole(AriaRole.Group, new() { Name = "Status of John Smith" });
        await states.GetByRole(AriaRole.Button, new() { Name = "Logged out" }).ClickAsync();
        await SaysAsync(page, "John Smith: Logged out.");
        Assert.Equal("logged_out", (await client.CallAsync(HttpMethod.Get, "agents/136")).GetProperty("status").GetString());
        HasNoError();
    }

    [SkippableFact]
    public async Task Level_is_moved_by_keyboard_unless_somebody_else_changed_the_configuration_meanwhile()
    {
        var (client, page) = await OpenAsync("services");
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Move another-queue up" });
        await button.PressAsync("Enter");
        await SaysAsync(page, "another-queue is level 0 of Example service now.");
        await Assertions.Expect(button).ToBeFocusedAsync();
        Assert.Equal([14131, 14121], await QueuesOfLevelsAsync(client));
        await Accessibility.HasNoFaultAsync(page);

        var configuration = JsonSerializer.Deserialize<JsonObject>(await client.CallAsync(HttpMethod.Get, "configuration"))!;
        configuration["widgets"]![0]!["name"] = "By somebody else";
        await client.ConfigureAsync(configuration);
        button = page.GetByRole(AriaRole.Button, new() { Name = "Move another-queue down" });
        await button.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("somebody else changed the configuration");
        Assert.Equal([14131, 14121], await QueuesOfLevelsAsync(client));
        await Assertions.Expect(button).ToBeFocusedAsync();
        await button.PressAsync("Enter");
        await SaysAsync(page, "another-queue is level 1 of Example service now.");
        HasNoError("412");
    }

    [SkippableFact]
    public async Task Configuration_is_applied_after_it_was_shown_what_changes_and_a_trial_tells_where_guests_go()
    {
        var (client, page) = await OpenAsync("configuration");
        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "The whole configuration, as JSON" });
        var apply = page.GetByRole(AriaRole.Button, new() { Name = "Apply" });
        var compare = page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" });
        await text.FillAsync((await text.InputValueAsync()).Replace("\"displayName\": \"Sales\"", "\"displayName\": \"Shop\""));
        await Assertions.Expect(apply).ToBeDisabledAsync();
        await compare.ClickAsync();
        await SaysAsync(page, "1 change would be made.");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "displayName Sales Shop" })).ToBeVisibleAsync();
        await Accessibility.HasNoFaultAsync(page);

        var right = await text.InputValueAsync();
        await text.FillAsync(right.Replace("\"offerSeconds\": 20", "\"offerSeconds\": 0"));
        await Assertions.Expect(apply).ToBeDisabledAsync();
        await compare.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("queues[0].offerSeconds must be from 3 to 86400.");
        await text.FillAsync(right);
        await compare.ClickAsync();
        await apply.ClickAsync();
        await SaysAsync(page, "The configuration was applied.");

        await page.GetByRole(AriaRole.Link, new() { Name = "Try it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await SaysAsync(page, "All levels are closed.");
        await page.GetByLabel("The guest comes to").SelectOptionAsync(new SelectOptionValue { Label = "Shop" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an agent" }).ClickAsync();
        await page.GetByLabel("Status").SelectOptionAsync(new SelectOptionValue { Label = "Available" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide" }).ClickAsync();
        await SaysAsync(page, "John Smith is asked: Shop.");
        await Accessibility.HasNoFaultAsync(page);
        HasNoError("400");
    }

    [SkippableFact]
    public async Task Subscription_is_created_with_a_secret_shown_once_pinged_and_deleted()
    {
        using var receiver = new CallbackReceiver();
        var (client, page) = await OpenAsync("events");
        await page.GetByLabel("URL").FillAsync($"{receiver.Origin}/");
        await page.GetByLabel("Event types").FillAsync("contact.*");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var secret = page.GetByText("whsec_");
        AppFixture.Remember(await secret.TextContentAsync() ?? "");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept it" }).ClickAsync();
        await Assertions.Expect(secret).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Ping" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deliveries" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "subscription.ping" })).ToContainTextAsync("delivered");
        Assert.Contains("subscription.ping", Assert.Single(receiver.Calls).Body, StringComparison.Ordinal);
        await Accessibility.HasNoFaultAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Yes, delete" }).ClickAsync();
        await Assertions.Expect(page.GetByText("There are no subscriptions.")).ToBeVisibleAsync();
        Assert.Equal(0, (await client.CallAsync(HttpMethod.Get, "subscriptions")).GetProperty("items").GetArrayLength());
        HasNoError();
    }

    private async Task<(RoutingClient Client, IPage Page)> OpenAsync(string section, Func<RoutingClient, Task>? prepare = null)
    {
        var account = await fixture.CreateAccountAsync();
        var client = new RoutingClient(account, fixture.Http);
        if (prepare is not null) await prepare(client);
        var page = await browser.VisitAsync(new Uri(fixture.Http.BaseAddress!, $"/console#{section}").ToString(), told.Enqueue);
        await page.GetByLabel("Name").FillAsync(account["username"]);
        await page.GetByLabel("Password").FillAsync(account["password"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        return (client, page);
    }

    private static Task SaysAsync(IPage page, string text) =>
        Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = text })).ToBeVisibleAsync();

    private static async Task<IEnumerable<int>> QueuesOfLevelsAsync(RoutingClient client) =>
        (await client.CallAsync(HttpMethod.Get, "services")).GetProperty("items")[0].GetProperty("levels").EnumerateArray()
            .Select(level => level.GetProperty("queueId").GetInt32());

    /// <summary>Of the browser's own messages only those of refusals that were meant.</summary>
    private void HasNoError(string meant = "none") =>
        Assert.DoesNotContain(
            told,
            line => line.StartsWith("console", StringComparison.Ordinal) && !line.Contains(meant, StringComparison.Ordinal)
        );
}

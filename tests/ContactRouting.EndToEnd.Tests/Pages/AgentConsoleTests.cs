using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>An agent's console in a browser.</summary>
public sealed class AgentConsoleTests(AppFixture fixture, Browser browser) : IClassFixture<AppFixture>, IClassFixture<Browser>
{
    private const string Password = "a longer secret";

    [SkippableFact]
    public async Task Agent_signs_in_and_answers_a_guest_by_clicking()
    {
        var account = await fixture.CreateAccountAsync();
        var client = new RoutingClient(account, fixture.Http);
        await account.JsonAsync(HttpMethod.Put, "/2011-12-03/users/136", new { password = Password }, cookie: true);
        var told = new ConcurrentQueue<string>();
        var page = await browser.VisitAsync(new Uri(fixture.Http.BaseAddress!, "/console").ToString(), told.Enqueue);
        await Accessibility.HasNoFaultAsync(page);
        await SignInAsync(page, client.Name("john-smith"), "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
        await SignInAsync(page, client.Name("john-smith"), Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Console" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Available" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Available" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        var agent = await client.CallAsync(HttpMethod.Get, "agents/136");
        Assert.Equal("available", agent.GetProperty("status").GetString());
        Assert.NotNull(agent.GetProperty("leaseUntil").GetString());

        await client.ArriveAsync(new { queueId = 14101, contactId = "first" });
        var offer = page.GetByRole(AriaRole.Region, new() { Name = "Offers" });
        await Assertions.Expect(offer.GetByRole(AriaRole.Heading, new() { Name = "first" })).ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex(@"^\(1\) "));
        await Accessibility.HasNoFaultAsync(page);
        await offer.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();

        var guests = page.GetByRole(AriaRole.Region, new() { Name = "Your guests" });
        await Assertions.Expect(guests.GetByRole(AriaRole.Heading, new() { Name = "first" })).ToBeVisibleAsync();
        await Assertions.Expect(offer).ToContainTextAsync("No guest is offered to you");
        await Assertions.Expect(offer.GetByRole(AriaRole.Heading, new() { Name = "Offers" })).ToBeFocusedAsync();
        Assert.Equal("active", (await client.ContactAsync("first")).GetProperty("state").GetString());
        await Accessibility.HasNoFaultAsync(page);
        await guests.GetByRole(AriaRole.Button, new() { Name = "Transfer" }).ClickAsync();
        await guests.GetByLabel("Transfer to").PressAsync("Escape");
        await Assertions.Expect(guests.GetByLabel("Transfer to")).ToHaveCountAsync(0);
        await Assertions.Expect(guests.GetByRole(AriaRole.Button, new() { Name = "Transfer" })).ToBeFocusedAsync();
        await guests.GetByRole(AriaRole.Button, new() { Name = "Transfer" }).ClickAsync();
        await guests.GetByLabel("Transfer to").SelectOptionAsync(new SelectOptionValue { Label = "another-queue" });
        await guests.GetByRole(AriaRole.Button, new() { Name = "Transfer", Exact = true }).Last.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That did not work");
        await guests.GetByRole(AriaRole.Button, new() { Name = "Transfer" }).ClickAsync();
        await guests.GetByLabel("Transfer to").SelectOptionAsync(new SelectOptionValue { Label = "Support" });
        await guests.GetByRole(AriaRole.Button, new() { Name = "Transfer", Exact = true }).Last.ClickAsync();
        await Assertions.Expect(guests).ToContainTextAsync("You have no guests");
        await Assertions.Expect(guests.GetByRole(AriaRole.Heading, new() { Name = "Your guests" })).ToBeFocusedAsync();
        Assert.Equal(14111, (await client.ContactAsync("first")).GetProperty("queueId").GetInt32());

        await client.CallAsync(HttpMethod.Put, "agents/136/presence", new { status = "busy", leaseSeconds = (int?)null });
        await Assertions.Expect(page.GetByText("it stays when this page closes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        Assert.Equal("logged_out", (await client.CallAsync(HttpMethod.Get, "agents/136")).GetProperty("status").GetString());

        // The browser itself tells of the refused sign-in, and of the transfer to where nobody is.
        Assert.All(told.Where(line => line.StartsWith("console", StringComparison.Ordinal)), line => Assert.Matches(" 40[19] ", line));
    }

    private static async Task SignInAsync(IPage page, string name, string password)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}

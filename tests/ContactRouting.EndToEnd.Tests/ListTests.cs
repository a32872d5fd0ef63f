using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>The own API's lists: what they filter, in which order, page by page, and that one alone is shown alike.</summary>
public sealed class ListTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Team = "GR_AAAAAAAAAAAAAAAA";

    private TestAccount account = null!;
    private RoutingClient client = null!;

    [Fact]
    public async Task Contacts_come_by_their_arrival_page_by_page_and_filters_hold_together()
    {
        await StartAsync();
        await client.PresenceAsync(1, "available");
        foreach (var (id, queue) in new[] { ("z", 10), ("m", 10), ("a", 20), ("k", 20), ("b", 10) })
            await client.ArriveAsync(new { queueId = queue, contactId = id });
        await client.ArriveAsync(new { serviceId = account.ServiceId, contactId = "s" });
        await client.ActAsync("k", "cancel");
        await client.ActAsync("z", "accept", new { agentId = 1 });
        await client.ActAsync("z", "complete");

        Assert.Equal("z m a k b s", await ListAsync(""));
        foreach (var limit in new[] { 1, 2, 3, 5, 6, 7 }) Assert.Equal("z m a k b s", await ListAsync("", limit));
        foreach (var (query, expected) in new[]
        {
            ("state=ended", "z"), ("state=offered", "m a"), ("state=refused", ""), ("state=abandoned", "k"), ("queueId=20", "a k"),
            ("queueId=10", "z m b s"), ($"serviceId={account.ServiceId}", "s"), ("queueId=10&state=offered", "m"), ("queueId=99", ""),
            ("agentId=1", "m a"), ("agentId=1&state=offered&queueId=10", "m"), ("agentId=1&state=active", ""), ("agentId=2", ""),
            ($"queueId=20&serviceId={account.ServiceId}", ""), ("state=queued&queueId=10", "b s"),
            ($"state=queued&serviceId={account.ServiceId}", "s"), ("state=queued&queueId=99", ""), ("since=2099-01-01T00:00:00Z", ""),
        })
        {
            Assert.Equal((query, expected), (query, await ListAsync(query)));
            Assert.Equal((query, expected), (query, await ListAsync(query, 1)));
        }
        var since = (await client.ContactAsync("k")).GetProperty("enqueuedAt").GetString()!;
        Assert.Equal("k b s", await ListAsync($"since={Uri.EscapeDataString(since)}"));
        Assert.Equal("b s", await ListAsync($"state=queued&since={Uri.EscapeDataString(since)}", 1));
    }

    [Fact]
    public async Task Contacts_that_wait_come_in_the_order_in_which_they_are_served_and_those_of_other_systems_last()
    {
        await StartAsync();
        await client.PresenceAsync(1, "busy");
        foreach (var (id, queue, priority) in new[] { ("a", 10, 0), ("b", 20, 5), ("c", 10, 9), ("d", 20, 0) })
            await client.ArriveAsync(new { queueId = queue, contactId = id, priority });
        await TellAsync("outside", "10");
        await TellAsync("outside/20", "20");
        foreach (var limit in new[] { 1, 2, 4, 50 })
        {
            Assert.Equal("c b a d outside outside/20", await ListAsync("state=queued", limit));
            Assert.Equal("c a outside", await ListAsync("state=queued&queueId=10", limit));
        }
    }

    [Fact]
    public async Task Position_in_a_list_is_that_of_the_contact_alone()
    {
        await StartAsync();
        await client.PresenceAsync(1, "busy");
        await client.PresenceAsync(2, "busy");
        foreach (var (id, queue) in new[] { ("a", 10), ("b", 20), ("c", 10), ("d", 10), ("e", 20) })
            await client.ArriveAsync(new { queueId = queue, contactId = id });
        await TellAsync("outside", "10");
        const string Include = "include=position,decision";
        foreach (var query in new[] { "", "state=queued&", "queueId=10&limit=2&" })
        {
            foreach (var item in Items(await client.CallAsync(HttpMethod.Get, $"contacts?{query}{Include}")))
            {
                var id = item.GetProperty("id").GetString();
                var alone = await client.CallAsync(HttpMethod.Get, $"contacts/{id}?{Include}");
                Assert.Equal(alone.GetRawText(), item.GetRawText());
                int? place = id switch { "a" or "b" => 1, "c" or "e" => 2, "d" => 3, _ => null };
                Assert.Equal(JsonSerializer.Serialize(place), item.GetProperty("position").GetRawText());
            }
        }
        Assert.All(
            Items(await client.CallAsync(HttpMethod.Get, "contacts")),
            item => Assert.False(item.TryGetProperty("position", out _) || item.TryGetProperty("decision", out _))
        );
    }

    [Theory]
    [InlineData("contacts?state=waiting", "state", "queued or offered or active or wrapUp or ended or abandoned or refused")]
    [InlineData("contacts?state=", "state", "missing")]
    [InlineData("contacts?queueId=q10", "queueId", "a whole number")]
    [InlineData("contacts?serviceId=-1", "serviceId", "a whole number")]
    [InlineData("contacts?since=yesterday", "since", "RFC 3339")]
    [InlineData("contacts?agentId=1&state=ended", "agentId", "offered or active or wrapUp")]
    [InlineData("contacts?queueId=10&queueId=20", "queueId", "more than once")]
    [InlineData("contacts?limit=0", "limit", "from 1 to 200")]
    [InlineData("agents?limit=201", "limit", "from 1 to 200")]
    [InlineData("agents?status=away", "status", "available or busy or logged_out")]
    [InlineData("agents?queueId=99", "queueId", "no queue's")]
    [InlineData("queues?status=busy", "status", "there are limit, cursor, name.")]
    [InlineData("queues/10?x=1", "x", "there are none.")]
    [InlineData("services?nam=x", "nam", "perhaps name was meant.")]
    [InlineData("services?cursor=x&cursor=y", "cursor", "more than once")]
    public async Task Query_that_cannot_be_answered_names_what_is_wrong(string path, string field, string expected)
    {
        await StartAsync();
        await RefusedAsync(path, field, expected);
    }

    [Fact]
    public async Task Cursor_that_is_made_up_or_belongs_to_another_list_is_refused()
    {
        await StartAsync();
        await client.ArriveAsync(new { queueId = 10, contactId = "a" });
        await client.ArriveAsync(new { queueId = 10, contactId = "b" });
        var cursor = Cursor(await client.CallAsync(HttpMethod.Get, "contacts?limit=1"))!;
        Assert.Single(Items(await client.CallAsync(HttpMethod.Get, $"contacts?limit=9&include=decision&cursor={cursor}")));
        var changed = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];
        foreach (var wrong in new[] { "a", "abc_-", new string('A', 40), changed, cursor[..^1], cursor + "A", cursor + "=", "%7B%7D" })
        {
            foreach (var path in new[] { "contacts", "agents", "queues", "services", "audit" })
                await RefusedAsync($"{path}?cursor={wrong}", "cursor", "the nextCursor of a page of this list");
        }
        foreach (var other in new[] { "contacts?state=refused", "contacts?queueId=10", "agents?", "queues?", "audit?" })
            await RefusedAsync($"{other}&cursor={cursor}", "cursor", "with the same filters");
        var agents = Cursor(await client.CallAsync(HttpMethod.Get, "agents?limit=1"))!;
        await RefusedAsync($"agents?status=logged_out&cursor={agents}", "cursor", "with the same filters");
        await RefusedAsync($"queues?cursor={agents}", "cursor", "with the same filters");

        var mine = client;
        await StartAsync();
        await RefusedAsync($"contacts?cursor={cursor}", "cursor", "of this list");
        var other2 = mine.Through(await fixture.SecondInstanceAsync());
        Assert.Single(Items(await other2.CallAsync(HttpMethod.Get, $"contacts?cursor={cursor}")));
    }

    [Fact]
    public async Task Agents_are_listed_with_what_they_have_and_serve()
    {
        await StartAsync();
        await client.PresenceAsync(1, "available", 600);
        await client.PresenceAsync(3, "busy");
        await client.ArriveAsync(new { queueId = 10, contactId = "a" });
        var first = Items(await client.CallAsync(HttpMethod.Get, "agents"))[0];
        Assert.Equal((await client.CallAsync(HttpMethod.Get, "agents/1")).GetRawText(), first.GetRawText());
        Assert.Equal(
            """{"capacityUnits":2,"usedUnits":1,"freeUnits":1,"contactCount":1,"queueIds":[10],"groupIds":["GR_AAAAAAAAAAAAAAAA"]}""",
            Part(first, "capacityUnits", "usedUnits", "freeUnits", "contactCount", "queueIds", "groupIds")
        );
        Assert.Equal("a", first.GetProperty("load")[0].GetProperty("contactId").GetString());
        Assert.NotEqual(JsonValueKind.Null, first.GetProperty("leaseUntil").ValueKind);

        foreach (var (query, expected) in new[]
        {
            ("", "1 2 3 4"), ("status=available", "1"), ("status=busy", "3"), ("status=logged_out", "2 4"), ("queueId=10", "1 4"),
            ("queueId=20", "1 2 3"), ("queueId=20&status=logged_out", "2"), ("queueId=30", ""), ($"name={client.Name("a2")}", "2"),
            ($"name={Uri.EscapeDataString(client.Name("a\u0301"))}", "4"), ($"name={client.Name("a2")}&queueId=10", ""),
            ($"name={client.Name("a2")}&queueId=20&status=logged_out", "2"), ("name=none", ""), ($"name={client.Name("q10")}", ""),
        })
        {
            foreach (var limit in new[] { 1, 2, 4, 50 })
                Assert.Equal((query, expected), (query, await ListAsync(query, limit, "agents")));
        }
    }

    [Fact]
    public async Task Queues_are_listed_with_who_waits_and_who_could_serve_them()
    {
        await StartAsync();
        await client.PresenceAsync(1, "available");
        await client.PresenceAsync(3, "busy");
        var arrived = await client.ArriveAsync(new { queueId = 10, contactId = "a" });
        await client.ArriveAsync(new { queueId = 10, contactId = "b" });
        await client.ArriveAsync(new { queueId = 10, contactId = "w" });
        await client.PresenceAsync(4, "busy");
        await client.ArriveAsync(new { queueId = 10, contactId = "urgent", priority = 5 });
        await TellAsync("outside", "20");
        var queues = Items(await client.CallAsync(HttpMethod.Get, "queues"));
        Assert.Equal(
            [
                """{"id":10,"availability":"busy","waiting":2,"agents":{"canServe":0,"full":1,"busy":1,"loggedOut":0}}""",
                """{"id":20,"availability":"busy","waiting":1,"agents":{"canServe":0,"full":1,"busy":1,"loggedOut":1}}""",
                """{"id":30,"availability":"closed","waiting":0,"agents":{"canServe":0,"full":0,"busy":0,"loggedOut":0}}""",
                """{"id":40,"availability":"closed","waiting":0,"agents":{"canServe":0,"full":0,"busy":1,"loggedOut":0}}""",
            ],
            queues.Select(queue => Part(queue, "id", "availability", "waiting", "agents"))
        );
        var oldest = (await client.ContactAsync("w")).GetProperty("enqueuedAt").GetDateTimeOffset();
        Assert.Equal(oldest, queues[0].GetProperty("oldestWaitingSince").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, queues[2].GetProperty("oldestWaitingSince").ValueKind);
        foreach (var queue in queues)
        {
            var id = queue.GetProperty("id").GetInt32();
            Assert.Equal((await client.CallAsync(HttpMethod.Get, $"queues/{id}")).GetRawText(), queue.GetRawText());
            Assert.Equal(
                (await client.CallAsync(HttpMethod.Get, $"queues/{id}/availability")).GetProperty("availability").GetString(),
                queue.GetProperty("availability").GetString()
            );
        }
        foreach (var limit in new[] { 1, 3, 4 }) Assert.Equal("10 20 30 40", await ListAsync("", limit, "queues"));
        Assert.Equal("20", await ListAsync($"name={client.Name("q20")}", 1, "queues"));
        Assert.Equal("", await ListAsync($"name={client.Name("a2")}", 1, "queues"));
        await client.CallAsync(HttpMethod.Get, "queues/99", status: HttpStatusCode.NotFound);
        await client.CallAsync(HttpMethod.Get, "queues/x", status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Services_are_listed_with_the_level_that_takes_a_guest_now()
    {
        await StartAsync();
        await OpenAsync("closed", null);
        await client.PresenceAsync(2, "available");
        await OpenAsync("open", 1);
        await client.PresenceAsync(4, "available");
        await OpenAsync("open", 0);
        await client.PresenceAsync(4, "busy");
        await client.PresenceAsync(2, "busy");
        await OpenAsync("busy", null);
        var service = await client.CallAsync(HttpMethod.Get, $"services/{account.ServiceId}");
        Assert.Equal("S\u00e9", service.GetProperty("name").GetString());
        Assert.Equal(
            [
                $$"""{"level":0,"type":"queues","name":"{{client.Name("q10")}}","queueId":10,"agentId":null,"availability":"busy"}""",
                $$"""{"level":1,"type":"users","name":"{{client.Name("a2")}}","queueId":null,"agentId":2,"availability":"busy"}""",
            ],
            service.GetProperty("levels").EnumerateArray().Select(level => level.GetRawText())
        );
        var ids = string.Join(' ', new[] { account.ServiceId, account.ServiceId + 100_000 });
        foreach (var limit in new[] { 1, 2, 3 }) Assert.Equal(ids, await ListAsync("", limit, "services"));
        Assert.Equal($"{account.ServiceId}", await ListAsync($"name={Uri.EscapeDataString("Se\u0301")}", 1, "services"));
        await client.CallAsync(HttpMethod.Get, "services/99", status: HttpStatusCode.NotFound);

        async Task OpenAsync(string availability, int? level)
        {
            var listed = Items(await client.CallAsync(HttpMethod.Get, "services"))[0];
            var alone = await client.CallAsync(HttpMethod.Get, $"services/{account.ServiceId}");
            var resolved = await client.CallAsync(HttpMethod.Get, $"services/{account.ServiceId}/resolution");
            Assert.Equal(alone.GetRawText(), listed.GetRawText());
            Assert.Equal(JsonSerializer.Serialize(level), alone.GetProperty("openLevel").GetRawText());
            Assert.Equal(availability, alone.GetProperty("availability").GetString());
            Assert.Equal(availability, resolved.GetProperty("availability").GetString());
            Assert.Equal(
                resolved.GetProperty("levels").EnumerateArray().Select(item => item.GetProperty("availability").GetString()),
                alone.GetProperty("levels").EnumerateArray().Select(item => item.GetProperty("availability").GetString())
            );
        }
    }

    private async Task StartAsync()
    {
        account = await fixture.CreateAccountAsync();
        client = new RoutingClient(account, fixture.Http);
        await client.ConfigureAsync(new
        {
            queues = new object[]
            {
                new { id = 10, name = client.Name("q10") },
                new { id = 20, name = client.Name("q20") },
                new { id = 30, name = client.Name("q30") },
                new { id = 40, name = client.Name("q40"), enabled = false },
            },
            groups = new[] { new { id = Team, displayName = "Team" } },
            groupRoutings = new object[] { new { queueId = 20, groupId = Team, primary = true } },
            agents = new JsonNode[]
            {
                RoutingClient.Agent(1, client.Name("a1"), [10], [Team], units: 2),
                RoutingClient.Agent(2, client.Name("a2"), [], [Team]),
                RoutingClient.Agent(3, client.Name("a3"), [], [Team]),
                RoutingClient.Agent(4, client.Name("\u00e1"), [10, 40]),
            },
            widgets = new[] { new { id = 1, name = "W" } },
            services = new object[]
            {
                new
                {
                    id = account.ServiceId,
                    name = "S\u00e9",
                    levels = new[] { new { name = client.Name("q10"), widgetId = 1 }, new { name = client.Name("a2"), widgetId = 1 } },
                },
                new { id = account.ServiceId + 100_000, name = "Other", levels = Array.Empty<object>() },
            },
        });
    }

    /// <summary>The ids of a list, all pages of it.</summary>
    private async Task<string> ListAsync(string query, int limit = 50, string list = "contacts")
    {
        var (ids, cursor) = (new List<string>(), "");
        while (cursor is not null)
        {
            var page = await client.CallAsync(HttpMethod.Get, $"{list}?{query}&limit={limit}&cursor={cursor}");
            Assert.True(Items(page).Count <= limit);
            ids.AddRange(Items(page).Select(item => item.GetProperty("id").ToString()));
            cursor = Cursor(page);
        }
        return string.Join(' ', ids);
    }

    private async Task RefusedAsync(string path, string field, string expected)
    {
        var problem = await client.CallAsync(HttpMethod.Get, path, status: HttpStatusCode.BadRequest);
        Assert.Equal((path, field), (path, problem.GetProperty("field").GetString()));
        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task TellAsync(string id, string queue)
    {
        var told = new Dictionary<string, string> { ["event"] = "contact-queued", ["contact_id"] = id, ["queue"] = queue };
        using var answer = await fixture.Http.PostAsJsonAsync(
            new Uri($"/hooks/{account["sinkToken"]}/contact-events", UriKind.Relative),
            told
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private static string? Cursor(JsonElement page) => page.GetProperty("nextCursor").GetString();

    private static string Part(JsonElement item, params string[] names) =>
        JsonSerializer.Serialize(names.ToDictionary(name => name, item.GetProperty));
}

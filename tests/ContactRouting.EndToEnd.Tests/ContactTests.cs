using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

public sealed class ContactTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Team = "GR_AAAAAAAAAAAAAAAA";
    private const string Backup = "GR_BBBBBBBBBBBBBBBB";

    [Fact]
    public async Task Contact_is_offered_accepted_and_completed()
    {
        var client = await StartAsync();
        await client.PresenceAsync(1, "available");
        var contact = await client.ArriveAsync(new { queueId = 10, contactId = "first-1" }, "decision");
        Assert.Equal(
            ("first-1", "offered", 1),
            (contact.GetProperty("id").GetString(), State(contact), contact.GetProperty("offer").GetProperty("agentId").GetInt32())
        );
        Assert.Equal("offered", contact.GetProperty("decision").GetProperty("outcome").GetString());
        Assert.Equal(0, (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("freeUnits").GetInt32());
        Assert.Equal(
            "first-1",
            (await client.CallAsync(HttpMethod.Get, "agents/1/offers")).GetProperty("items")[0].GetProperty("id").GetString()
        );
        Assert.Equal("busy", (await client.CallAsync(HttpMethod.Get, "queues/10/availability")).GetProperty("availability").GetString());

        await client.CallAsync(HttpMethod.Post, "contacts/first-1/accept", new { agentId = 2 }, HttpStatusCode.Conflict);
        var active = await client.ActAsync("first-1", "accept", new { agentId = 1 });
        Assert.Equal(
            ("active", 1, JsonValueKind.Null),
            (State(active), active.GetProperty("agentId").GetInt32(), active.GetProperty("offer").ValueKind)
        );
        var second = await client.CallAsync(HttpMethod.Post, "contacts/first-1/accept", new { agentId = 1 }, HttpStatusCode.Conflict);
        Assert.Equal("""{"state":"active","agentId":1}""", second.GetProperty("current").GetRawText());
        Assert.Equal("ended", State(await client.ActAsync("first-1", "complete")));
        Assert.Equal(1, (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("freeUnits").GetInt32());
        Assert.Equal(
            "taken",
            (await client.CallAsync(HttpMethod.Get, "contacts/first-1/decision")).GetProperty("lines")[0].GetProperty("code").GetString()
        );
        await client.CallAsync(HttpMethod.Post, "contacts", new { queueId = 10, contactId = "first-1" }, HttpStatusCode.Conflict);
        await client.CallAsync(HttpMethod.Get, "contacts/none", status: HttpStatusCode.NotFound);
    }

    /// <summary>The agent's reservation stays, so the load alone does not tell.</summary>
    [Fact]
    public async Task Who_waits_for_other_offers_is_told_when_one_was_accepted_elsewhere()
    {
        var client = await StartAsync();
        await client.PresenceAsync(1, "available");
        await client.ArriveAsync(new { queueId = 10, contactId = "answered", attributes = new { page = "/help" } });
        await client.ArriveAsync(new { queueId = 10, contactId = "waits" });
        var unchanged = await WaitAsync("contacts/waits");
        var offers = await WaitAsync("agents/1/offers");
        await client.ActAsync("answered", "accept", new { agentId = 1 });
        Assert.Equal(offers, await Task.WhenAny(offers, unchanged));
        using var told = await offers;
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);

        async Task<Task<HttpResponseMessage>> WaitAsync(string path)
        {
            using var now = await client.SendAsync(HttpMethod.Get, path);
            return client.SendAsync(HttpMethod.Get, $"{path}?wait=25", null, ("If-None-Match", now.Headers.ETag!.ToString()));
        }
    }

    [Fact]
    public async Task Contact_tells_its_times_who_ended_it_and_what_was_said_of_it()
    {
        var client = await StartAsync();
        await client.PresenceAsync(1, "available");
        var attributes = new { language = "de", cart = new[] { 1, 2 } };
        var offered = await client.ArriveAsync(new { queueId = 10, contactId = "told", attributes });
        Assert.Equal("""{"language":"de","cart":[1,2]}""", offered.GetProperty("attributes").GetRawText());
        Assert.Equal(JsonValueKind.Null, offered.GetProperty("acceptedAt").ValueKind);
        await client.ActAsync("told", "accept", new { agentId = 1 });
        await client.ActAsync("told", "complete");
        var ended = await client.ContactAsync("told");
        string[] names = ["enqueuedAt", "offeredAt", "acceptedAt", "endedAt"];
        var times = names.Select(name => ended.GetProperty(name).GetDateTimeOffset()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal("agent", ended.GetProperty("endedBy").GetString());
        Assert.Equal("""{"language":"de","cart":[1,2]}""", ended.GetProperty("attributes").GetRawText());

        await client.ArriveAsync(new { queueId = 10, contactId = "left" });
        Assert.Equal("guest", (await client.ActAsync("left", "cancel")).GetProperty("endedBy").GetString());
        foreach (var wrong in new object[] { "text", new { long_text = new string('x', 4096) } })
        {
            var body = new { queueId = 10, contactId = "wrong", attributes = wrong };
            var refused = await client.CallAsync(HttpMethod.Post, "contacts", body, HttpStatusCode.BadRequest);
            Assert.Equal("attributes", refused.GetProperty("field").GetString());
        }
        await client.CallAsync(HttpMethod.Get, "contacts/wrong", status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Waiting_contacts_are_served_by_priority_then_time_when_capacity_is_freed()
    {
        var client = await StartAsync();
        Assert.Equal("refused", State(await client.ArriveAsync(new { queueId = 10 })));
        await client.PresenceAsync(1, "available");
        await client.ArriveAsync(new { queueId = 10, contactId = "a" });
        await client.ArriveAsync(new { queueId = 10, contactId = "b" });
        var waiting = await client.ArriveAsync(new { queueId = 10, contactId = "c" }, "position");
        Assert.Equal(
            ("queued", 2, 360),
            (State(waiting), waiting.GetProperty("position").GetInt32(), waiting.GetProperty("estimatedWaitSeconds").GetInt32())
        );
        var urgent = await client.ArriveAsync(new { queueId = 10, contactId = "d", priority = 5 }, "position");
        Assert.Equal(1, urgent.GetProperty("position").GetInt32());
        foreach (var (done, next) in new[] { ("a", "d"), ("d", "b"), ("b", "c") })
        {
            await client.ActAsync(done, "accept", new { agentId = 1 });
            await client.ActAsync(done, "complete", new { agentId = 1 });
            Assert.Equal("offered", State(await client.ContactAsync(next)));
        }
        Assert.Equal("abandoned", State(await client.ActAsync("c", "cancel")));
        await client.CallAsync(HttpMethod.Post, "contacts/c/accept", new { agentId = 1 }, HttpStatusCode.Conflict);
        var page = await client.CallAsync(HttpMethod.Get, "contacts?limit=3");
        Assert.Equal(3, page.GetProperty("items").GetArrayLength());
        Assert.Equal(
            2,
            (await client.CallAsync(HttpMethod.Get, $"contacts?limit=3&cursor={page.GetProperty("nextCursor").GetString()}"))
                .GetProperty("items")
                .GetArrayLength()
        );
    }

    [Fact]
    public async Task Declined_contact_goes_to_another_agent_first_and_secondary_groups_last()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http);
        foreach (var agent in new[] { 1, 2, 3 }) await client.PresenceAsync(agent, "available");
        var first = await client.ArriveAsync(new { queueId = 20, contactId = "x" });
        var chosen = first.GetProperty("offer").GetProperty("agentId").GetInt32();
        Assert.Equal(1, chosen);
        var second = await client.ActAsync("x", "decline", new { agentId = 1 });
        Assert.Equal(2, second.GetProperty("offer").GetProperty("agentId").GetInt32());
        await client.PresenceAsync(4, "available");
        await client.ArriveAsync(new { queueId = 40, contactId = "only" });
        Assert.Equal("queued", State(await client.ActAsync("only", "decline", new { agentId = 4 })));
        await app.SweepAfterAsync(5);
        Assert.Equal("offered", State(await client.ContactAsync("only")));

        await client.ArriveAsync(new { queueId = 20, contactId = "y" });
        var third = await client.ArriveAsync(new { queueId = 20, contactId = "z" });
        Assert.Equal(3, third.GetProperty("offer").GetProperty("agentId").GetInt32());
    }

    [Fact]
    public async Task Expired_offers_and_leases_are_swept_and_three_make_an_agent_busy()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http, offerSeconds: 3);
        await client.PresenceAsync(1, "available");
        await client.ArriveAsync(new { queueId = 10, contactId = "x" });
        await app.SweepAfterAsync(2.9);
        Assert.Equal("offered", State(await client.ContactAsync("x")));
        for (var offer = 1; offer <= 3; offer++)
        {
            Assert.Equal("available", await StatusAsync());
            await app.SweepAfterAsync(3);
            await app.SweepAfterAsync(1);
        }
        Assert.Equal("busy", await StatusAsync());
        Assert.Equal("queued", State(await client.ContactAsync("x")));
        await client.PresenceAsync(1, "available", leaseSeconds: 1);
        Assert.Equal("offered", State(await client.ContactAsync("x")));
        await app.SweepAfterAsync(1);
        Assert.Equal("logged_out", await StatusAsync());
        await client.CallAsync(HttpMethod.Post, "agents/1/heartbeat", new { }, HttpStatusCode.Conflict);

        async Task<string?> StatusAsync() => (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("status").GetString();
    }

    [Fact]
    public async Task Wrap_up_holds_the_agent_until_it_is_over()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http, wrapUpSeconds: 2);
        await client.PresenceAsync(1, "available", leaseSeconds: 600);
        await client.ArriveAsync(new { queueId = 10, contactId = "x" });
        await client.ArriveAsync(new { queueId = 10, contactId = "y" });
        await client.ActAsync("x", "accept", new { agentId = 1 });
        Assert.Equal("wrapUp", State(await client.ActAsync("x", "complete")));
        Assert.Equal("queued", State(await client.ContactAsync("y")));
        await app.SweepAfterAsync(1.9);
        Assert.Equal("queued", State(await client.ContactAsync("y")));
        await app.SweepAfterAsync(0.1);
        Assert.Equal("offered", State(await client.ContactAsync("y")));
        Assert.Equal("ended", State(await client.ContactAsync("x")));
    }

    [Fact]
    public async Task Limits_overflow_to_the_next_level_another_queue_or_a_refusal()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http);
        await client.PresenceAsync(1, "busy");
        await client.PresenceAsync(4, "busy");
        var service = (await client.CallAsync(HttpMethod.Get, "configuration"))
            .GetProperty("services")
            .EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "Limits")
            .GetProperty("id")
            .GetInt32();
        var first = await client.ArriveAsync(new { serviceId = service });
        var second = await client.ArriveAsync(new { serviceId = service }, "decision");
        Assert.Equal((0, 30), (first.GetProperty("level").GetInt32(), first.GetProperty("queueId").GetInt32()));
        Assert.Equal((1, 40), (second.GetProperty("level").GetInt32(), second.GetProperty("queueId").GetInt32()));
        Assert.Equal("full", second.GetProperty("decision").GetProperty("lines")[0].GetProperty("code").GetString());
        Assert.Equal(10, (await client.ArriveAsync(new { serviceId = service })).GetProperty("queueId").GetInt32());
        await app.SweepAfterAsync(1);
        Assert.Equal("refused", State(await client.ContactAsync(first.GetProperty("id").GetString()!)));
    }

    [Fact]
    public async Task Arrivals_at_once_never_exceed_a_queues_limit()
    {
        var client = await StartAsync();
        await client.PresenceAsync(6, "busy");
        var arrived = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.ArriveAsync(new { queueId = 60 })));
        Assert.Equal((3, 9), (arrived.Count(contact => State(contact) == "queued"), arrived.Count(contact => State(contact) == "refused")));
    }

    [Fact]
    public async Task Transfer_frees_the_agent_and_asks_in_the_other_queue()
    {
        var client = await StartAsync();
        await client.PresenceAsync(1, "available");
        await client.PresenceAsync(4, "available");
        await client.ArriveAsync(new { queueId = 10, contactId = "x" });
        await client.ActAsync("x", "accept", new { agentId = 1 });
        var moved = await client.ActAsync("x", "transfer", new { queueId = 40 });
        Assert.Equal(
            ("offered", 4, 40),
            (State(moved), moved.GetProperty("offer").GetProperty("agentId").GetInt32(), moved.GetProperty("queueId").GetInt32())
        );
        Assert.Equal(1, (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("freeUnits").GetInt32());
        await client.ActAsync("x", "decline", new { agentId = 4 });
        var direct = await client.ActAsync("x", "transfer", new { agentId = 1 });
        Assert.Equal(1, direct.GetProperty("offer").GetProperty("agentId").GetInt32());
        await client.CallAsync(HttpMethod.Post, "contacts/x/transfer", new { queueId = 50 }, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Channels_take_what_they_cost()
    {
        var client = await StartAsync();
        await client.PresenceAsync(5, "available");
        var configuration = await client.CallAsync(HttpMethod.Get, "agents/5");
        Assert.Equal(3, configuration.GetProperty("freeUnits").GetInt32());
        Assert.Equal("offered", State(await client.ArriveAsync(new { queueId = 50, channel = "voice" })));
        Assert.Equal("queued", State(await client.ArriveAsync(new { queueId = 50, channel = "voice", contactId = "voice-2" })));
        Assert.Equal("offered", State(await client.ArriveAsync(new { queueId = 50, channel = "chat", priority = 1 })));
        Assert.Equal(0, (await client.CallAsync(HttpMethod.Get, "agents/5")).GetProperty("freeUnits").GetInt32());
    }

    [Fact]
    public async Task Simulation_decides_like_an_arrival_and_explains_every_agent()
    {
        var client = await StartAsync();
        await client.PresenceAsync(2, "available");
        var simulated = await client.CallAsync(HttpMethod.Post, "simulations", new { queueId = 20 });
        var arrived = (await client.ArriveAsync(new { queueId = 20 }, "decision")).GetProperty("decision");
        Assert.Equal(simulated.GetProperty("agentId").GetRawText(), arrived.GetProperty("agentId").GetRawText());
        Assert.Equal(simulated.GetProperty("lines").GetRawText(), arrived.GetProperty("lines").GetRawText());
        var other = await client.CallAsync(
            HttpMethod.Post,
            "simulations",
            new
            {
                queueId = 20,
                explain = "full",
                presence = new object[] { new { agentId = 1, status = "available" }, new { agentId = 2, load = 0 } },
            }
        );
        Assert.Equal(2, other.GetProperty("agentId").GetInt32());
        Assert.Equal(
            ["1 behindChosen", "2 chosen", "3 loggedOut"],
            other
                .GetProperty("lines")[0]
                .GetProperty("units")
                .EnumerateArray()
                .SelectMany(unit => unit.GetProperty("agents").EnumerateArray())
                .Select(agent => $"{agent.GetProperty("agentId").GetInt32()} {agent.GetProperty("code").GetString()}")
        );
        await client.CallAsync(
            HttpMethod.Post,
            "simulations",
            new { queueId = 20, presence = new[] { new { agentId = 99 } } },
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task Export_counts_who_waits_and_who_is_served()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http);
        await client.PresenceAsync(1, "available");
        await client.ArriveAsync(new { queueId = 10, contactId = "x" });
        await client.ActAsync("x", "accept", new { agentId = 1 });
        await client.ArriveAsync(new { queueId = 10 });
        await app.SweepAfterAsync(7);
        var export = await account!.ExportAsync("&perDepartment=true");
        var customers = export.GetProperty("global").GetProperty("customers");
        Assert.Equal((1, 7), (customers.GetProperty("inqueue").GetInt32(), customers.GetProperty("maxWaiting").GetInt32()));
        Assert.Equal(
            ("busy", "1"),
            (
                export.GetProperty("operators")[0].GetProperty("status").GetString(),
                export.GetProperty("operators")[0].GetProperty("chats").GetString()
            )
        );
        Assert.Equal(
            1,
            export
                .GetProperty("departments")
                .EnumerateArray()
                .Single(department => department.GetProperty("@attributes").GetProperty("id").GetString() == "10")
                .GetProperty("inqueue")
                .GetInt32()
        );
    }

    [Theory]
    [InlineData("""{}""", "serviceId")]
    [InlineData("""{"queueId":10,"agentId":1}""", "serviceId")]
    [InlineData("""{"queueId":77}""", "queueId")]
    [InlineData("""{"serviceId":77}""", "serviceId")]
    [InlineData("""{"agentId":77}""", "agentId")]
    [InlineData("""{"queueId":"10"}""", "queueId")]
    [InlineData("""{"queueId":10,"priority":1001}""", "priority")]
    [InlineData("""{"queueId":10,"channel":"a b"}""", "channel")]
    [InlineData("""{"queueId":10,"contactId":"a|b"}""", "contactId")]
    [InlineData("""{"queueId":10,"colour":"red"}""", "colour")]
    public async Task Arrival_with_a_wrong_field_names_it(string body, string field)
    {
        var client = await StartAsync(await fixture.UntouchedAccountAsync(), fixture.Http);
        var problem = await client.CallAsync(HttpMethod.Post, "contacts", JsonNode.Parse(body), HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(0, (await client.CallAsync(HttpMethod.Get, "contacts")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Presence_is_changed_only_by_who_has_seen_it()
    {
        var client = await StartAsync();
        using var seen = await client.SendAsync(HttpMethod.Get, "agents/1");
        using var changed = await client.SendAsync(
            HttpMethod.Put,
            "agents/1/presence",
            new { status = "busy" },
            ("If-Match", seen.Headers.ETag!.ToString())
        );
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var stale = await client.SendAsync(
            HttpMethod.Put,
            "agents/1/presence",
            new { status = "available" },
            ("If-Match", seen.Headers.ETag!.ToString())
        );
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
    }

    [Fact]
    public async Task Request_with_a_key_is_answered_once_also_when_it_comes_at_once()
    {
        var client = await StartAsync();
        await client.PresenceAsync(5, "available");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ => client.SendAsync(HttpMethod.Post, "contacts", new { queueId = 50 }, ("Idempotency-Key", "one")))
        );
        Assert.All(
            answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer.StatusCode}")
        );
        using var again = await client.SendAsync(HttpMethod.Post, "contacts", new { queueId = 50 }, ("Idempotency-Key", "one"));
        var first = answers.First(answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(
            (HttpStatusCode.Created, await first.Content.ReadAsStringAsync(), first.Headers.Location),
            (again.StatusCode, await again.Content.ReadAsStringAsync(), again.Headers.Location)
        );
        Assert.Equal(1, (await client.CallAsync(HttpMethod.Get, "contacts")).GetProperty("items").GetArrayLength());
        using var other = await client.SendAsync(HttpMethod.Post, "contacts", new { queueId = 10 }, ("Idempotency-Key", "one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        using var refused = await client.SendAsync(HttpMethod.Post, "contacts", new { queueId = 77 }, ("Idempotency-Key", "two"));
        using var refusedAgain = await client.SendAsync(HttpMethod.Post, "contacts", new { queueId = 77 }, ("Idempotency-Key", "two"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, await refused.Content.ReadAsStringAsync()),
            (refusedAgain.StatusCode, await refusedAgain.Content.ReadAsStringAsync())
        );
    }

    [Fact]
    public async Task Contacts_of_another_system_count_and_are_not_offered_whatever_order_their_events_come_in()
    {
        await using var app = await ClockedApp.StartAsync();
        var client = await StartAsync(app.Http);
        await client.PresenceAsync(1, "available");
        var now = app.Clock.GetUtcNow().AddMinutes(-5);
        Assert.Equal("queued", await TellAsync("contact-queued", now, queue: client.Name("q10")));
        Assert.Equal("queued", await TellAsync("contact-queued", now, queue: client.Name("q10")));
        await client.SweepAsync();
        Assert.Equal("queued", State(await client.ContactAsync("their-1")));
        Assert.Equal("offered", State(await client.ArriveAsync(new { queueId = 10, contactId = "mine" })));
        await client.ActAsync("mine", "cancel");
        Assert.Equal("active", await TellAsync("contact-answered", now.AddSeconds(10), agent: 1));
        Assert.Equal(0, (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("freeUnits").GetInt32());
        Assert.Equal("active", await TellAsync("contact-queued", now.AddSeconds(5), queue: "10"));
        Assert.Equal("ended", await TellAsync("contact-ended", now.AddSeconds(20)));
        Assert.Equal("ended", await TellAsync("contact-answered", now.AddSeconds(15), agent: 1));
        Assert.Equal(1, (await client.CallAsync(HttpMethod.Get, "agents/1")).GetProperty("freeUnits").GetInt32());
        foreach (
            var (query, field) in new[]
            {
                ("event=contact-queued&contact_id=y", "queue"),
                ("event=contact-lost&contact_id=y", "event"),
                ("event=contact-answered&contact_id=y", "agent_id"),
                ("event=contact-queued&contact_id=y&queue=none", "queue"),
            }
        )
        {
            using var wrong = await app.Http.PostAsync(
                new Uri($"/hooks/{account!["sinkToken"]}/contact-events?{query}", UriKind.Relative),
                null
            );
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            Assert.Contains(field, await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        async Task<string> TellAsync(string name, DateTimeOffset at, string? queue = null, int? agent = null)
        {
            using var form = new FormUrlEncodedContent(
                new Dictionary<string, string?>
                {
                    ["event"] = name,
                    ["contact_id"] = "their-1",
                    ["queue"] = queue,
                    ["agent_id"] = agent?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["occurred_at"] = at.ToString("O"),
                }.Where(field => field.Value is not null)
            );
            using var answer = await app.Http.PostAsync(new Uri($"/hooks/{account!["sinkToken"]}/contact-events", UriKind.Relative), form);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return State(JsonSerializer.Deserialize<JsonElement>(text));
        }
    }

    [Fact]
    public async Task Dry_run_shows_the_difference_and_changes_nothing()
    {
        var client = await StartAsync();
        var before = await client.CallAsync(HttpMethod.Get, "configuration");
        using var same = await client.SendAsync(HttpMethod.Put, "configuration?dryRun=true", before, ("If-Match", "*"));
        Assert.Equal("""{"changes":[]}""", await same.Content.ReadAsStringAsync());
        using var less = await client.SendAsync(
            HttpMethod.Put,
            "configuration?dryRun=true",
            new { groups = new[] { new { displayName = "New" } } },
            ("If-Match", "*")
        );
        var changes = JsonDocument
            .Parse(await less.Content.ReadAsStringAsync())
            .RootElement.GetProperty("changes")
            .EnumerateArray()
            .Select(change => change.GetProperty("change").GetString())
            .ToList();
        Assert.Equal(("add", 1), (changes[0], changes.Count(change => change == "add")));
        Assert.Contains("remove", changes);
        var other = JsonNode.Parse(before.GetRawText())!;
        other["queues"]![0]!["offerSeconds"] = 77;
        using var changed = await client.SendAsync(HttpMethod.Put, "configuration?dryRun=true", other, ("If-Match", "*"));
        Assert.EndsWith(
            """
            "before":{"offerSeconds":20},"after":{"offerSeconds":77}}]}
            """,
            await changed.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal(before.GetRawText(), (await client.CallAsync(HttpMethod.Get, "configuration")).GetRawText());
    }

    [Fact]
    public async Task Second_accounts_token_meets_absent_ids_on_every_route()
    {
        var mine = await StartAsync();
        await mine.PresenceAsync(1, "available");
        await mine.ArriveAsync(new { queueId = 10, contactId = "mine" });
        var (contact, agent) = (
            (await mine.ContactAsync("mine")).GetRawText(),
            (await mine.CallAsync(HttpMethod.Get, "agents/1")).GetRawText()
        );
        var wish = new { url = "http://x.example/", eventTypes = new[] { "*" } };
        var subscription = await mine.CallAsync(HttpMethod.Post, "subscriptions", wish, HttpStatusCode.Created);
        var token = await mine.CallAsync(HttpMethod.Post, "tokens", new { kind = "read" }, HttpStatusCode.Created);
        var other = new RoutingClient(await fixture.CreateAccountAsync(), fixture.Http);
        var ids = new Dictionary<string, string>
        {
            ["contactId"] = "mine",
            ["tokenId"] = token.GetProperty("id").GetString()!,
            ["subscriptionId"] = $"{subscription.GetProperty("id").GetInt32()}",
            ["agentId"] = "1",
            ["queueId"] = "10",
            ["serviceId"] = $"{account!.ServiceId}",
        };
        var routes = AppRoutes
            .All.Where(route => route.StartsWith("routing/v1/", StringComparison.Ordinal) && route.Contains('{', StringComparison.Ordinal))
            .ToList();
        Assert.Equal(24, routes.Count);
        foreach (var route in routes)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Post })
            {
                var path = AppRoutes.Fill(route, ids)["/routing/v1/".Length..];
                using var answer = await other.SendAsync(
                    method,
                    path,
                    method == HttpMethod.Get ? null
                        : path.EndsWith("presence", StringComparison.Ordinal) ? new { status = "busy" }
                        : path.EndsWith("heartbeat", StringComparison.Ordinal) || path.EndsWith("cancel", StringComparison.Ordinal)
                            ? new { }
                        : path.EndsWith("transfer", StringComparison.Ordinal) ? new { queueId = 14101 }
                        : path.StartsWith("subscriptions", StringComparison.Ordinal) ? wish
                        : new { agentId = 1 }
                );
                Assert.True(
                    answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed,
                    $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"
                );
            }
        }
        Assert.Equal(
            (contact, agent),
            ((await mine.ContactAsync("mine")).GetRawText(), (await mine.CallAsync(HttpMethod.Get, "agents/1")).GetRawText())
        );
    }

    private TestAccount? account;

    private Task<RoutingClient> StartAsync() => StartAsync(fixture.Http);

    private async Task<RoutingClient> StartAsync(HttpClient http, int offerSeconds = 20, int wrapUpSeconds = 0)
    {
        return await StartAsync(
            http == fixture.Http ? await fixture.CreateAccountAsync() : await TestAccount.CreateAsync(http),
            http,
            offerSeconds,
            wrapUpSeconds
        );
    }

    private async Task<RoutingClient> StartAsync(TestAccount mine, HttpClient http, int offerSeconds = 20, int wrapUpSeconds = 0)
    {
        account = mine;
        var client = new RoutingClient(account, http);
        await client.ConfigureAsync(new
        {
            queues = new object[]
            {
                new { id = 10, name = client.Name("q10"), offerSeconds, wrapUp = wrapUpSeconds > 0, wrapUpSeconds },
                new { id = 20, name = client.Name("q20") },
                new { id = 30, name = client.Name("q30"), maxLength = 1, maxWaitSeconds = 1, whenFull = new { to = "nextLevel" } },
                new { id = 40, name = client.Name("q40"), maxLength = 1, whenFull = new { to = "queue", queueId = 10 } },
                new { id = 50, name = client.Name("q50") },
                new { id = 60, name = client.Name("q60"), maxLength = 3 },
            },
            groups = new[] { new { id = Team, displayName = "Team" }, new { id = Backup, displayName = "Backup" } },
            groupRoutings = new object[]
            {
                new
                {
                    queueId = 20,
                    groupId = Team,
                    primary = true,
                },
                new
                {
                    queueId = 20,
                    groupId = Backup,
                    primary = false,
                },
            },
            agents = new JsonNode[]
            {
                RoutingClient.Agent(1, client.Name("a1"), [10, 30], [Team]),
                RoutingClient.Agent(2, client.Name("a2"), [], [Team]),
                RoutingClient.Agent(3, client.Name("a3"), [], [Backup]),
                RoutingClient.Agent(4, client.Name("a4"), [40]),
                WithCosts(RoutingClient.Agent(5, client.Name("a5"), [50], units: 3)),
                RoutingClient.Agent(6, client.Name("a6"), [60]),
            },
            widgets = new[] { new { id = 1, name = "W" } },
            services = new[]
            {
                new
                {
                    name = "Limits",
                    levels = new[] { new { name = client.Name("q30"), widgetId = 1 }, new { name = client.Name("q40"), widgetId = 1 } },
                },
            },
        });
        return client;
    }

    private static JsonObject WithCosts(JsonObject agent)
    {
        agent["channelCosts"] = new JsonObject { ["voice"] = 2 };
        return agent;
    }

    private static string State(JsonElement contact) => contact.GetProperty("state").GetString()!;
}

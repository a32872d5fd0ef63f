using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.Events;

/// <summary>Who subscribes, and what is wrong with a wish to.</summary>
public sealed class SubscriptionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string[] All = ["*"];
    private static readonly string[] Some = ["contact.*", "agent.absent"];

    [Theory]
    [InlineData("""{"url":"http://127.0.0.1:9/"}""", "eventTypes")]
    [InlineData("""{"eventTypes":["*"]}""", "url")]
    [InlineData("""{"url":"ftp://127.0.0.1/","eventTypes":["*"]}""", "url")]
    [InlineData("""{"url":"/relative","eventTypes":["*"]}""", "url")]
    [InlineData("""{"url":5,"eventTypes":["*"]}""", "url")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":[]}""", "eventTypes")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":"*"}""", "eventTypes")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["contact.*","contact.come"]}""", "eventTypes[1]")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["contact*"]}""", "eventTypes[0]")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["subscription.ping"]}""", "eventTypes[0]")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"queueId":999}""", "queueId")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"serviceId":999}""", "serviceId")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"agentId":999}""", "agentId")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"queueId":"ten"}""", "queueId")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"enabled":"yes"}""", "enabled")]
    [InlineData("""{"url":"http://127.0.0.1:9/","eventTypes":["*"],"secret":"whsec_mine"}""", "secret")]
    public async Task Wrong_subscription_is_refused_by_its_field_and_changes_nothing(string body, string field)
    {
        var client = await RoutingClient.CreateAsync(fixture.Http, new { });
        var refused = await client.CallAsync(HttpMethod.Post, "subscriptions", JsonNode.Parse(body), HttpStatusCode.BadRequest);
        Assert.Contains(field, refused.GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await client.CallAsync(HttpMethod.Get, "subscriptions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Subscription_is_made_shown_changed_and_removed_and_its_secret_is_shown_once()
    {
        var client = await RoutingClient.CreateAsync(fixture.Http, new { });
        var wish = new { url = "http://127.0.0.1:9/a", eventTypes = Some, description = "One" };
        var created = await client.CallAsync(HttpMethod.Post, "subscriptions", wish, HttpStatusCode.Created);
        var (id, secret) = (created.GetProperty("id").GetInt32(), created.GetProperty("secret").GetString()!);
        AppFixture.Remember(secret);
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var shown = await client.CallAsync(HttpMethod.Get, $"subscriptions/{id}");
        Assert.Equal(("One", true), (shown.GetProperty("description").GetString(), shown.GetProperty("enabled").GetBoolean()));

        var changed = await client.CallAsync(
            HttpMethod.Put,
            $"subscriptions/{id}",
            new { url = "http://127.0.0.1:9/b", eventTypes = All, enabled = false }
        );
        Assert.Equal(
            ("http://127.0.0.1:9/b", "", false),
            (
                changed.GetProperty("url").GetString(),
                changed.GetProperty("description").GetString(),
                changed.GetProperty("enabled").GetBoolean()
            )
        );
        await client.CallAsync(HttpMethod.Put, $"subscriptions/{id}", new { url = "x", eventTypes = All }, HttpStatusCode.BadRequest);
        await client.CallAsync(HttpMethod.Post, $"subscriptions/{id}/ping", new { }, HttpStatusCode.Conflict);
        await client.CallAsync(HttpMethod.Post, $"subscriptions/{id}/resume", new { });

        var rotation = await client.CallAsync(HttpMethod.Post, $"subscriptions/{id}/secret/rotate", new { });
        var rotated = rotation.GetProperty("secret").GetString()!;
        AppFixture.Remember(rotated);
        Assert.NotEqual(secret, rotated);
        string[] places = ["subscriptions", $"subscriptions/{id}", "configuration", "audit", "events", $"subscriptions/{id}/deliveries"];
        foreach (var place in places)
        {
            using var answer = await client.SendAsync(HttpMethod.Get, place);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain("whsec_", text, StringComparison.Ordinal);
        }

        using (var removed = await client.SendAsync(HttpMethod.Delete, $"subscriptions/{id}"))
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        foreach (var action in new[] { "secret/rotate", "ping", "pause", "resume", "replay" })
            await client.CallAsync(HttpMethod.Post, $"subscriptions/{id}/{action}", new { deadLetters = true }, HttpStatusCode.NotFound);
        await client.CallAsync(HttpMethod.Get, $"subscriptions/{id}", status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Twenty_subscriptions_are_told_of_all_that_happens_at_once_and_there_is_no_twenty_first()
    {
        using var receiver = new CallbackReceiver();
        var client = await RoutingClient.CreateAsync(fixture.Http, new
        {
            queues = new[] { new { id = 1, name = "many-queue" } },
            agents = new[] { RoutingClient.Agent(11, "many-agent", [1], units: 10) },
        });
        for (var number = 0; number < 20; number++) await Listener.SubscribeAsync(client, $"{receiver.Origin}/{number}");
        var wish = new { url = receiver.Origin, eventTypes = All };
        await client.CallAsync(HttpMethod.Post, "subscriptions", wish, HttpStatusCode.Conflict);

        await client.PresenceAsync(11, "available");
        for (var number = 0; number < 10; number++) await client.ArriveAsync(new { queueId = 1, contactId = $"c{number}" });

        // All offers are taken back at once: more rows than a transaction holds.
        await client.PresenceAsync(11, "logged_out");
        for (var number = 0; number < 10; number++) await client.ActAsync($"c{number}", "cancel");
        for (var number = 0; number < 20; number++)
        {
            var path = $"/{number}";
            List<JsonElement> Came() =>
                [
                    .. receiver.Calls.Where(call => call.PathAndQuery == path)
                        .Select(call => JsonSerializer.Deserialize<JsonElement>(call.Body))
                        .Where(happened => happened.GetProperty("subject").GetString()!.StartsWith("contact:", StringComparison.Ordinal)),
                ];
            await Eventually.IsTrueAsync($"40 events came to {path}", () => Task.FromResult(Came().Count >= 40));
            foreach (var contact in Came().GroupBy(happened => happened.GetProperty("subject").GetString()))
            {
                Assert.Equal(
                    ["contact.arrived", "contact.offered", "contact.revoked", "contact.abandoned"],
                    contact.Select(Listener.TypeOf)
                );
            }
        }
        await client.ConfigureAsync(new
        {
            subscriptions = Enumerable.Range(0, 20).Select(number => new
            {
                id = number + 100,
                url = $"{receiver.Origin}/new{number}",
                eventTypes = All,
                enabled = number > 9,
            }),
        });
    }

    [Fact]
    public async Task Signature_is_what_a_receivers_library_expects()
    {
        var client = await RoutingClient.CreateAsync(fixture.Http, new { });
        using var listener = await Listener.StartAsync(client);
        var pinged = (await listener.PostAsync("ping", status: HttpStatusCode.Accepted)).GetProperty("eventId").GetString();
        var ping = (await listener.OfAsync($"subscription:{listener.Id}", 1))[0];
        Assert.Equal((pinged, "subscription.ping"), (Listener.IdOf(ping), Listener.TypeOf(ping)));
        Assert.InRange(Listener.SequenceOf(ping), 1, (1L << 53) - 1);
        var call = listener.Receiver.Calls.Single(call => call.Signature["webhook-id"] == pinged);
        Assert.Equal("verified", await StandardWebhooks.VerifyAsync(listener.Secret, call.Signature, call.Body));
        Assert.NotEqual("verified", await StandardWebhooks.VerifyAsync(listener.Secret, call.Signature, call.Body + " "));
    }

    [Fact]
    public async Task Event_is_on_its_way_within_a_hundred_milliseconds()
    {
        const int Events = 50;
        var client = await RoutingClient.CreateAsync(fixture.Http, new { queues = new[] { new { id = 1, name = "swift" } } });
        using var listener = await Listener.StartAsync(client, "contact.arrived");
        var arrivals = new System.Collections.Concurrent.ConcurrentDictionary<string, DateTimeOffset>();
        listener.Receiver.Answer = call =>
        {
            arrivals.TryAdd(JsonSerializer.Deserialize<JsonElement>(call.Body).GetProperty("subject").GetString()!, DateTimeOffset.UtcNow);
            return 200;
        };
        var delays = new List<double>();
        for (var number = 0; number < Events; number++)
        {
            var subject = $"contact:swift-{number}";
            await client.ArriveAsync(new { queueId = 1, contactId = $"swift-{number}" });
            var committed = DateTimeOffset.UtcNow;
            await Eventually.IsTrueAsync($"{subject} comes in", () => Task.FromResult(arrivals.ContainsKey(subject)));
            delays.Add((arrivals[subject] - committed).TotalMilliseconds);
        }
        Assert.InRange(delays.Order().ElementAt(Events / 2), double.MinValue, 100);
    }
}

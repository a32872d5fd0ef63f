using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Testing;
using static ContactRouting.EndToEnd.Desk;

namespace ContactRouting.EndToEnd.Events;

/// <summary>What happens is told once, in order, with what was before; by a clock that the test moves.</summary>
public sealed class EventTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private readonly ClockedApp app = fixture.App;

    [Fact]
    public async Task Whole_life_of_a_contact_is_told_step_by_step()
    {
        await using var desk = await OpenAsync(
            app,
            [Queue(1), Queue(2, ("wrapUp", true), ("wrapUpSeconds", 10))],
            [Agent(11, [1]), Agent(12, [2])]
        );
        using var listener = await Listener.StartAsync(desk.Client);
        await desk.InAsync(11);
        await desk.InAsync(12);
        await desk.ArriveAsync("life", 1);
        Assert.Equal("queued 1", await desk.DeclineAsync("life", 11));
        await desk.SweepAfterAsync(1);
        Assert.Equal("offered 11", await desk.StateAsync("life"));
        await desk.SweepAfterAsync(21);
        Assert.Equal("queued 1", await desk.StateAsync("life"));
        await desk.SweepAfterAsync(1);
        Assert.Equal("active 11", await desk.AcceptAsync("life", 11));
        Assert.Equal("offered 12", await desk.TransferAsync("life", 2));
        Assert.Equal("active 12", await desk.AcceptAsync("life", 12));
        Assert.Equal("wrapUp 12", await desk.CompleteAsync("life"));
        await desk.SweepAfterAsync(11);
        await AssertLifeAsync(
            listener,
            desk,
            "life",
            "arrived", "offered", "declined", "offered", "expired", "offered", "accepted", "transferred", "offered", "accepted",
            "completed", "ended"
        );
        var told = await listener.OfAsync("contact:life", 12);
        Assert.Equal("queued", told[2].GetProperty("data").GetProperty("state").GetString());
        var before = told[2].GetProperty("data").GetProperty("before");
        Assert.Equal(
            ("offered", 11),
            (before.GetProperty("state").GetString(), before.GetProperty("offer").GetProperty("agentId").GetInt32())
        );
    }

    [Fact]
    public async Task Short_lives_are_told_as_well()
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1]), Agent(12, [2])]);
        using var listener = await Listener.StartAsync(desk.Client);
        Assert.Equal("refused", await desk.ArriveAsync("refused", 2));
        await desk.InAsync(11);
        await desk.ArriveAsync("done", 1);
        await desk.ArriveAsync("left", 1);
        await desk.AcceptAsync("done", 11);
        await desk.Client.ActAsync("left", "cancel");
        await desk.CompleteAsync("done");
        await desk.ArriveAsync("gone", 1);
        await desk.Client.ActAsync("gone", "cancel");
        await desk.ArriveAsync("revoked", 1);
        await desk.OutAsync(11);
        await desk.Client.ActAsync("revoked", "cancel");
        await AssertLifeAsync(listener, desk, "refused", "arrived", "refused");
        await AssertLifeAsync(listener, desk, "done", "arrived", "offered", "accepted", "completed", "ended");
        await AssertLifeAsync(listener, desk, "left", "arrived", "queued", "abandoned");
        await AssertLifeAsync(listener, desk, "gone", "arrived", "offered", "abandoned");
        await AssertLifeAsync(listener, desk, "revoked", "arrived", "offered", "revoked", "abandoned");
    }

    [Fact]
    public async Task Contact_of_another_system_is_told_like_our_own()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1]), Agent(12, [1])]);
        using var listener = await Listener.StartAsync(desk.Client);
        await desk.InAsync(11);
        await desk.InAsync(12);
        await desk.TellAsync("queued", "their", queue: "1");
        await desk.TellAsync("answered", "their", agent: 11);
        await desk.TellAsync("answered", "their", agent: 12, at: app.Clock.GetUtcNow().AddSeconds(1));
        await desk.TellAsync("ended", "their", at: app.Clock.GetUtcNow().AddSeconds(2));
        await AssertLifeAsync(listener, desk, "their", "arrived", "queued", "accepted", "transferred", "accepted", "ended");
    }

    [Fact]
    public async Task Late_event_of_another_system_repeats_the_last_type_and_tells_before_only_what_it_adds()
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1])]);
        using var listener = await Listener.StartAsync(desk.Client, "contact.*");
        var begin = app.Clock.GetUtcNow().AddSeconds(-60);
        await desk.TellAsync("ended", "late", at: begin.AddSeconds(40));
        await desk.TellAsync("answered", "late", agent: 11, at: begin.AddSeconds(10));
        await desk.TellAsync("queued", "late", queue: "1", at: begin);
        var told = await listener.OfAsync("contact:late", 4);
        Assert.Equal(["contact.arrived", .. Enumerable.Repeat("contact.ended", 3)], told.Select(Listener.TypeOf));
        Assert.Equal(Enumerable.Range(0, 4).Select(index => Listener.SequenceOf(told[0]) + index), told.Select(Listener.SequenceOf));
        Assert.Equal(
            [["agentId", "enqueuedAt"], ["enqueuedAt", "queueId"]],
            told.Skip(2).Select(happened => happened.GetProperty("data").GetProperty("before").EnumerateObject()
                .Select(member => member.Name).Order(StringComparer.Ordinal).ToArray())
        );

        await desk.TellAsync("queued", "moved", queue: "1", at: begin);
        await desk.TellAsync("queued", "moved", queue: "2", at: begin.AddSeconds(10));
        var moved = (await listener.OfAsync("contact:moved", 3))[^1];
        Assert.Equal(
            ("contact.queued", """{"queueId":1}"""),
            (Listener.TypeOf(moved), moved.GetProperty("data").GetProperty("before").GetRawText())
        );
    }

    [Fact]
    public async Task Contact_with_an_id_that_was_anothers_has_a_life_of_its_own_though_the_first_is_still_to_be_told()
    {
        await using var desk = await OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client);
        listener.Receiver.Answer = _ => 500;
        await desk.InAsync(11);
        await desk.ArriveAsync("again", 1);
        await desk.Client.ActAsync("again", "cancel");
        await desk.SweepAfterAsync(61);
        var first = await HistoryAsync(desk, "again");
        await desk.SweepAfterAsync(49 * 3600);
        await desk.Account.AuthenticateAsync();
        using (var gone = await desk.Client.SendAsync(HttpMethod.Get, "contacts/again"))
            Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(["contact.arrived", "contact.offered", "contact.abandoned"], first.Select(Listener.TypeOf));
        Assert.Equal(first.Select(Listener.IdOf), (await HistoryAsync(desk, "again")).Select(Listener.IdOf));
        await desk.ArriveAsync("again", 1);
        await desk.Client.ActAsync("again", "cancel");
        listener.Receiver.Answer = _ => 200;
        await Eventually.IsTrueAsync("all six arrive", async () =>
        {
            await desk.SweepAfterAsync(31);
            return listener.Calls.Where(call => call.GetProperty("subject").GetString() == "contact:again")
                .Select(Listener.IdOf).Distinct().Count() == 6;
        });
        var sequences = listener.Calls.Where(call => call.GetProperty("subject").GetString() == "contact:again")
            .DistinctBy(Listener.IdOf).Select(Listener.SequenceOf).ToList();
        Assert.Equal(sequences.Order(), sequences);
    }

    [Fact]
    public async Task Agents_are_told_of_in_whatever_format_they_come_and_go()
    {
        await using var desk = await OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        string[] formats = ["sink", "LibraryH3lp", "Stringee", "ours"];
        foreach (var format in formats)
        {
            await desk.SetPresenceAsync(format, 11, true);
            await desk.SetPresenceAsync(format, 11, false);
        }
        await desk.OutAsync(11);
        await desk.InAsync(11, leaseSeconds: 60);
        await desk.SweepAfterAsync(61);
        await desk.InAsync(11);
        await desk.ArriveAsync("long", 1);
        for (var time = 0; time < 6; time++) await desk.SweepAfterAsync(21);
        Assert.Equal("busy", await desk.StatusAsync(11));
        await AgentSettlesAsync("agent.absent");
        var told = await listener.OfAsync("agent:11", 1);
        var sequences = told.Select(Listener.SequenceOf).ToList();
        Assert.Equal(Enumerable.Range(0, sequences.Count).Select(index => sequences[0] + index), sequences);
        Assert.Single(told, happened => Listener.TypeOf(happened) == "agent.lease.expired");
        AssertBeforeLeadsOn(told, told => told.Where(member => member.Key is "status" or "onlineSince" or "statusSince" or "leaseUntil"));
        foreach (var happened in told)
        {
            var data = happened.GetProperty("data");
            Assert.NotEqual(
                data.GetProperty("status").GetString(),
                data.GetProperty("before").GetProperty("status").GetString()
            );
        }

        Task AgentSettlesAsync(string last) => Eventually.IsTrueAsync(
            $"{last} comes in",
            () => Task.FromResult(listener.Calls.Any(call => Listener.TypeOf(call) == last))
        );
    }

    [Fact]
    public async Task Filters_let_through_what_concerns_their_queue_service_or_agent()
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1]), Agent(12, [2])], "1");
        using var all = await Listener.StartAsync(desk.Client);
        using var queue = await Listener.StartAsync(desk.Client, filter: new { queueId = 1 });
        using var agent = await Listener.StartAsync(desk.Client, filter: new { agentId = 12 });
        using var service = await Listener.StartAsync(desk.Client, filter: new { serviceId = desk.Account.ServiceId });
        using var types = await Listener.StartAsync(desk.Client, "contact.ended,agent.*");
        await desk.InAsync(11);
        await desk.InAsync(12);
        await desk.ArriveAsync("one", 1);
        await desk.AcceptAsync("one", 11);
        await desk.TransferAsync("one", 2);
        await desk.AcceptAsync("one", 12);
        await desk.CompleteAsync("one");
        await desk.ArriveAsync("served", service: true);
        await desk.Client.ActAsync("served", "cancel");
        await desk.ArriveAsync("last", 2);
        await desk.Client.ActAsync("last", "cancel");
        await SettledAsync(desk);

        Assert.Equal(
            ["arrived", "offered", "accepted", "transferred", "offered", "accepted", "completed", "ended"],
            Contacts(all, "one")
        );
        Assert.Equal(["arrived", "offered", "accepted", "transferred"], Contacts(queue, "one"));
        Assert.Equal(["offered", "accepted", "completed", "ended"], Contacts(agent, "one"));
        Assert.Empty(Contacts(service, "one"));
        Assert.Equal(["ended"], Contacts(types, "one"));
        Assert.Equal(["arrived", "offered", "abandoned"], Contacts(queue, "served"));
        Assert.Equal(["arrived", "offered", "abandoned"], Contacts(service, "served"));
        Assert.Equal(["offered", "abandoned"], Contacts(agent, "last"));
        Assert.Equal(["agent:12"], Agents(agent));
        Assert.Empty(Agents(queue));
        Assert.Equal(["agent:11", "agent:12"], Agents(types));

        static List<string> Contacts(Listener listener, string id) =>
            [
                .. listener.Calls.Where(call => call.GetProperty("subject").GetString() == $"contact:{id}")
                    .Select(call => Listener.TypeOf(call)["contact.".Length..]),
            ];
        static List<string> Agents(Listener listener) =>
            [
                .. listener.Calls.Select(call => call.GetProperty("subject").GetString()!)
                    .Where(subject => subject.StartsWith("agent:", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal),
            ];
    }

    [Fact]
    public async Task Change_of_the_configuration_is_told_with_what_changed()
    {
        await using var desk = await OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "configuration.changed");
        using var other = await Listener.StartAsync(desk.Client);
        var told = (await listener.OfAsync("configuration", 2))[^1].GetProperty("data");
        var change = Assert.Single(told.GetProperty("changes").EnumerateArray());
        Assert.Equal(
            $"add subscription {other.Id}",
            $"{change.GetProperty("change")} {change.GetProperty("kind")} {change.GetProperty("id")}"
        );
        Assert.Equal(told.GetProperty("version").GetInt64() - 1, told.GetProperty("before").GetProperty("version").GetInt64());
    }

    /// <summary>Waits until nothing is left to tell.</summary>
    private static async Task SettledAsync(Desk desk)
    {
        // A ping goes the way of all events, but overtakes those of other subjects: what has come by then twice the same is all.
        var count = -1;
        await Eventually.IsTrueAsync("everything is told", async () =>
        {
            var deliveries = 0;
            foreach (var one in (await desk.Client.CallAsync(HttpMethod.Get, "subscriptions")).GetProperty("items").EnumerateArray())
            {
                var path = $"subscriptions/{one.GetProperty("id").GetInt32()}/deliveries?limit=200";
                deliveries += (await desk.Client.CallAsync(HttpMethod.Get, path)).GetProperty("items").GetArrayLength();
            }
            var settled = deliveries == count;
            count = deliveries;
            await Task.Delay(200);
            return settled;
        });
    }

    /// <summary>The steps of a contact as they were told, each leading on from the one before, and the same in its history.</summary>
    private static async Task AssertLifeAsync(Listener listener, Desk desk, string id, params string[] steps)
    {
        var told = await listener.OfAsync($"contact:{id}", steps.Length);
        Assert.Equal(steps.Select(step => $"contact.{step}"), told.Select(Listener.TypeOf));
        var sequences = told.Select(Listener.SequenceOf).ToList();
        Assert.Equal(Enumerable.Range(0, steps.Length).Select(index => sequences[0] + index), sequences);
        AssertBeforeLeadsOn(told, members => members);
        var history = await HistoryAsync(desk, id);
        Assert.Equal(told.Select(happened => happened.GetRawText()), history.Select(happened => happened.GetRawText()));
    }

    private static async Task<List<JsonElement>> HistoryAsync(Desk desk, string id) =>
        [
            .. (await desk.Client.CallAsync(HttpMethod.Get, $"contacts/{Uri.EscapeDataString(id)}/history")).GetProperty("items")
                .EnumerateArray(),
        ];

    /// <summary>What an event tells, with what it says was before, is what the one before told.</summary>
    private static void AssertBeforeLeadsOn(
        IReadOnlyList<JsonElement> told,
        Func<IEnumerable<KeyValuePair<string, JsonNode?>>, IEnumerable<KeyValuePair<string, JsonNode?>>> compared
    )
    {
        for (var index = 1; index < told.Count; index++)
        {
            var (known, now) = (DataOf(told[index - 1]), DataOf(told[index]));
            known.Remove("before");
            now.Remove("before", out var before);
            foreach (var (name, value) in before!.AsObject()) now[name] = value?.DeepClone();
            Assert.Equal(
                JsonSerializer.Serialize(compared(known).OrderBy(member => member.Key)),
                JsonSerializer.Serialize(compared(now).OrderBy(member => member.Key))
            );
        }

        static JsonObject DataOf(JsonElement happened) => JsonNode.Parse(happened.GetProperty("data").GetRawText())!.AsObject();
    }
}

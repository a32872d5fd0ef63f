using System.Net;
using System.Text.Json.Nodes;
using static ContactRouting.EndToEnd.Desk;

namespace ContactRouting.EndToEnd;

/// <summary>Who is served next, and by whom.</summary>
public sealed class FairnessTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private readonly ClockedApp app = fixture.App;

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Contacts_of_other_systems_do_not_stand_in_the_way_of_ours(int others)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        Assert.Equal("offered 11", await desk.ArriveAsync("c0", 1));
        await TogetherAsync(others, async number =>
            Assert.Equal("queued", await desk.TellAsync("queued", $"e{number}", queue: "1", at: app.Clock.GetUtcNow().AddMinutes(-1))));
        Assert.Equal("queued 1", await desk.ArriveAsync("c1", 1));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await desk.AcceptAsync("c0", 11);
        await desk.CompleteAsync("c0");
        Assert.Equal("offered 11", await desk.StateAsync("c1"));
        Assert.Equal("queued 1", await desk.ArriveAsync("c2", 1));
        await desk.DeclineAsync("c1", 11);
        Assert.Equal("offered 11", await desk.StateAsync("c2"));
        await desk.Client.ActAsync("c2", "cancel");
        await desk.SweepAfterAsync(1);
        Assert.Equal("offered 11", await desk.StateAsync("c1"));
    }

    [Theory]
    [InlineData("arrival", 20)]
    [InlineData("login", 200)]
    [InlineData("completion", 20)]
    [InlineData("sweep", 20)]
    public async Task Contacts_that_nobody_can_take_do_not_block_those_behind_them(string freedBy, int many)
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1, 2], voice: 2)]);
        await desk.InAsync(11);
        if (freedBy == "completion") await desk.ArriveAsync("c0", 1);
        else if (freedBy != "arrival") await desk.OutAsync(11, "busy");
        await TogetherAsync(many, async number =>
            Assert.Equal($"queued {(number % 2) + 1}", await desk.ArriveAsync($"v{number}", (number % 2) + 1, channel: "voice")));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(freedBy == "arrival" ? "offered 11" : "queued 1", await desk.ArriveAsync("chat", 1));
        if (freedBy == "login") await desk.InAsync(11);
        else if (freedBy == "completion")
        {
            await desk.AcceptAsync("c0", 11);
            await desk.CompleteAsync("c0");
        }
        else if (freedBy == "sweep")
        {
            // What it lets pass comes back to it with the sweep alone.
            await desk.InAsync(11);
            Assert.Equal("queued 1", await desk.DeclineAsync("chat", 11));
            await desk.SweepAfterAsync(1);
        }
        Assert.Equal("offered 11", await desk.StateAsync("chat"));
    }

    [Fact]
    public async Task Absent_agents_are_asked_one_after_another_and_then_from_the_beginning()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1]), Agent(12, [1]), Agent(13, [1])]);
        foreach (var agent in new[] { 11, 12, 13 })
        {
            await desk.InAsync(agent);
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var asked = new List<string> { await desk.ArriveAsync("c", 1) };
        while (asked.Count < 9)
        {
            await desk.SweepAfterAsync(20);
            if (await desk.StateAsync("c") is "queued 1") await desk.SweepAfterAsync(1);
            asked.Add(await desk.StateAsync("c"));
        }
        Assert.Equal(Enumerable.Range(0, 9).Select(turn => $"offered {11 + (turn % 3)}"), asked);
    }

    [Fact]
    public async Task Those_who_decline_are_asked_again_with_the_next_sweep_and_not_in_the_same_breath()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1]), Agent(12, [1])]);
        await desk.InAsync(11);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await desk.InAsync(12);
        Assert.Equal("offered 11", await desk.ArriveAsync("c", 1));
        Assert.Equal("offered 12", await desk.DeclineAsync("c", 11));
        for (var agent = 12; agent > 10; agent--)
        {
            Assert.Equal("queued 1", await desk.DeclineAsync("c", agent));
            await desk.SweepAfterAsync(1);
            Assert.Equal($"offered {(agent == 12 ? 11 : 12)}", await desk.StateAsync("c"));
        }
    }

    [Fact]
    public async Task Decision_of_a_declined_contact_says_that_it_waits()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        await desk.ArriveAsync("c", 1);
        var declined = await desk.Client.CallAsync(HttpMethod.Post, "contacts/c/decline?include=decision", new { agentId = 11 });
        Assert.Equal("queued", declined.GetProperty("decision").GetProperty("outcome").GetString());
        Assert.Contains("\"declined\"", declined.GetProperty("decision").GetRawText(), StringComparison.Ordinal);
        await desk.SweepAfterAsync(1);
        await desk.SweepAfterAsync(20);
        Assert.Equal(
            ("queued 1", "queued"),
            (
                await desk.StateAsync("c"),
                (await desk.Client.CallAsync(HttpMethod.Get, "contacts/c/decision")).GetProperty("outcome").GetString()
            )
        );
    }

    [Theory]
    [InlineData("noneFree", "offered 12", "offered 12")]
    [InlineData("noneOnline", "queued 1", "offered 11")]
    [InlineData("waitedSeconds", "queued 1", "offered 11")]
    public async Task Secondary_groups_may_serve_what_the_primaries_let_pass(string advanceWhen, string declined, string swept)
    {
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("advanceWhen", advanceWhen), ("primary", Primaries), ("secondary", Secondaries))],
            [Agent(11, [], groups: Primaries), Agent(12, [], groups: Secondaries)]
        );
        await desk.InAsync(11);
        await desk.InAsync(12);
        Assert.Equal("offered 11", await desk.ArriveAsync("c", 1));
        Assert.Equal(declined, await desk.DeclineAsync("c", 11));
        await desk.SweepAfterAsync(1);
        Assert.Equal(swept, await desk.StateAsync("c"));
    }

    [Theory]
    [InlineData("sink")]
    [InlineData("LibraryH3lp")]
    [InlineData("Stringee")]
    [InlineData("ours")]
    [InlineData("completion")]
    [InlineData("decline")]
    [InlineData("cancel")]
    [InlineData("transfer")]
    [InlineData("expiry")]
    [InlineData("external")]
    [InlineData("wrap-up")]
    [InlineData("capacity")]
    public async Task Age_and_priority_hold_across_the_queues_of_an_agent_whatever_freed_it(string freedBy)
    {
        var isLogin = freedBy is "sink" or "LibraryH3lp" or "Stringee" or "ours";
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("wrapUp", freedBy == "wrap-up"), ("wrapUpSeconds", 5)), Queue(2), Queue(3)],
            [Agent(11, [1, 2, 3]), Agent(12, [3])]
        );
        await desk.InAsync(11);
        await desk.InAsync(12);
        await desk.OutAsync(12, "busy");
        if (isLogin) await desk.OutAsync(11, "busy");
        else if (freedBy == "external") Assert.Equal("active", await desk.TellAsync("answered", "c0", agent: 11));
        else Assert.Equal("offered 11", await desk.ArriveAsync("c0", 1));
        Assert.Equal("queued 2", await desk.ArriveAsync("old", 2, priority: 9));
        Assert.Equal("queued 2", await desk.ArriveAsync("older", 2));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("queued 1", await desk.ArriveAsync("young", 1));
        if (isLogin) await desk.SetPresenceAsync(freedBy, 11, available: true);
        else if (freedBy is "completion" or "transfer" or "wrap-up" or "capacity") await desk.AcceptAsync("c0", 11);
        if (freedBy is "completion" or "wrap-up") await desk.CompleteAsync("c0");
        if (freedBy == "decline") Assert.Equal("queued 1", await desk.DeclineAsync("c0", 11));
        if (freedBy == "cancel") await desk.Client.ActAsync("c0", "cancel");
        if (freedBy == "transfer") Assert.Equal("queued 3", await desk.TransferAsync("c0", 3));
        if (freedBy == "external") Assert.Equal("ended", await desk.TellAsync("ended", "c0"));
        if (freedBy == "expiry") await desk.SweepAfterAsync(20);
        if (freedBy == "wrap-up") await desk.SweepAfterAsync(5);
        if (freedBy == "capacity")
        {
            await desk.ChangeAsync("agents", 11, "capacityUnits", 2);
            await desk.SweepAfterAsync(1);
        }
        Assert.Equal(
            ("offered 11", "queued 2", "queued 1"),
            (await desk.StateAsync("old"), await desk.StateAsync("older"), await desk.StateAsync("young"))
        );
        await desk.Client.ActAsync("old", "cancel");
        Assert.NotEqual("offered 11", await desk.StateAsync("young"));
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("nextLevel")]
    public async Task Sweep_assigns_before_it_lets_waiting_times_run_out(string whenWaited)
    {
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("maxWaitSeconds", 5), ("whenWaited", To(whenWaited)), ("wrapUp", true), ("wrapUpSeconds", 4)), Queue(2)],
            [Agent(11, [1]), Agent(12, [2])],
            "1",
            "2"
        );
        await desk.InAsync(11);
        await desk.OutAsync(12, "busy");
        Assert.Equal("offered 11", await desk.ArriveAsync("c0", 1));
        await desk.AcceptAsync("c0", 11);
        Assert.Equal("wrapUp 11", await desk.CompleteAsync("c0"));
        Assert.Equal("queued 1", await desk.ArriveAsync("first", service: true));
        Assert.Equal("queued 1", await desk.ArriveAsync("second", service: true));
        await desk.SweepAfterAsync(6);
        Assert.Equal(
            ("offered 11", whenWaited == "refuse" ? "refused" : "queued 2"),
            (await desk.StateAsync("first"), await desk.StateAsync("second"))
        );
    }

    [Fact]
    public async Task One_sweep_gives_an_agent_all_that_it_has_room_for_in_order()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        await desk.OutAsync(11, "busy");
        foreach (var (id, queue, priority) in new[] { ("a", 1, 0), ("b", 2, 0), ("c", 1, 1), ("d", 2, 1), ("e", 1, 0) })
        {
            Assert.Equal($"queued {queue}", await desk.ArriveAsync(id, queue, priority: priority));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await desk.InAsync(11);
        Assert.Equal("offered 11", await desk.StateAsync("c"));
        await desk.ChangeAsync("agents", 11, "capacityUnits", 4);
        await desk.SweepAfterAsync(1);
        var states = new List<string>();
        foreach (var id in new[] { "c", "d", "a", "b", "e" }) states.Add(await desk.StateAsync(id));
        Assert.Equal(["offered 11", "offered 11", "offered 11", "offered 11", "queued 1"], states);
    }

    [Theory]
    [InlineData("ours")]
    [InlineData("busy")]
    [InlineData("sink")]
    [InlineData("LibraryH3lp")]
    [InlineData("Stringee")]
    [InlineData("lease")]
    public async Task Offer_goes_with_its_agent_and_to_who_is_free(string goneBy)
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1], units: 3), Agent(12, [1], units: 3)]);
        await desk.InAsync(11, goneBy == "lease" ? 5 : null);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("offered 11", await desk.ArriveAsync("active", 1));
        await desk.AcceptAsync("active", 11);
        Assert.Equal("offered 11", await desk.ArriveAsync("c", 1));
        Assert.Equal("offered 11", await desk.ArriveAsync("d", 1));
        await desk.InAsync(12);
        if (goneBy == "busy") await desk.OutAsync(11, "busy");
        else if (goneBy == "lease") await desk.SweepAfterAsync(5);
        else await desk.SetPresenceAsync(goneBy, 11, available: false);
        Assert.Equal(
            ("active 11", "offered 12", "offered 12"),
            (await desk.StateAsync("active"), await desk.StateAsync("c"), await desk.StateAsync("d"))
        );
        using var late = await desk.Client.SendAsync(HttpMethod.Post, "contacts/c/accept", new { agentId = 11 });
        Assert.Equal(System.Net.HttpStatusCode.Conflict, late.StatusCode);
        Assert.Equal(2, await desk.FreeAsync(11));
    }

    [Fact]
    public async Task Lapsed_agent_is_offered_nothing_though_no_sweep_came_yet()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1], units: 5), Agent(12, [1])]);
        await desk.InAsync(11, 5);
        Assert.Equal("offered 11", await desk.ArriveAsync("c0", 1));
        await desk.AcceptAsync("c0", 11);
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("queued 1", await desk.ArriveAsync("c1", 1));
        Assert.Equal("ended", await desk.CompleteAsync("c0"));
        Assert.Equal("queued 1", await desk.StateAsync("c1"));
        await desk.InAsync(12);
        Assert.Equal("offered 12", await desk.StateAsync("c1"));
        Assert.Equal("queued 1", await desk.DeclineAsync("c1", 12));
        await desk.SweepAfterAsync(0);
        Assert.Equal(("logged_out", "offered 12"), (await desk.StatusAsync(11), await desk.StateAsync("c1")));
    }

    [Fact]
    public async Task Less_loaded_agents_come_first_then_those_idle_longest()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1], units: 4), Agent(12, [1], units: 4)]);
        await desk.InAsync(11);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await desk.InAsync(12);
        var asked = new List<string>();
        foreach (var number in Enumerable.Range(0, 5)) asked.Add(await desk.ArriveAsync($"c{number}", 1));
        Assert.Equal(["offered 11", "offered 12", "offered 11", "offered 12", "offered 11"], asked);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await desk.AcceptAsync("c0", 11);
        await desk.AcceptAsync("c2", 11);
        await desk.CompleteAsync("c0");
        Assert.Equal("offered 12", await desk.ArriveAsync("c5", 1));
        Assert.Equal("offered 11", await desk.ArriveAsync("c6", 1));
    }

    [Theory]
    [InlineData("nothing", "busy")]
    [InlineData("decline", "available")]
    [InlineData("accept", "available")]
    [InlineData("accept and transfer", "available")]
    [InlineData("accept and complete", "available")]
    public async Task Any_answer_begins_the_count_of_misses_anew(string answer, string after)
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1], units: 2), Agent(12, [2])]);
        await desk.InAsync(11);
        await desk.OutAsync(12, "busy");
        await desk.ArriveAsync("c", 1);
        for (var miss = 0; miss < 2; miss++)
        {
            await desk.SweepAfterAsync(20);
            await desk.SweepAfterAsync(1);
            Assert.Equal("offered 11", await desk.StateAsync("c"));
        }
        if (answer == "decline")
        {
            await desk.DeclineAsync("c", 11);
            await desk.SweepAfterAsync(1);
        }
        else if (answer != "nothing")
        {
            await desk.AcceptAsync("c", 11);
            if (answer == "accept and transfer") await desk.TransferAsync("c", 2);
            if (answer == "accept and complete") await desk.CompleteAsync("c");
            Assert.Equal("offered 11", await desk.ArriveAsync("d", 1));
        }
        await desk.SweepAfterAsync(20);
        Assert.Equal(after, await desk.StatusAsync(11));
        if (after == "busy") return;
        await desk.SweepAfterAsync(1);
        await desk.SweepAfterAsync(20);
        Assert.Equal("available", await desk.StatusAsync(11));
        await desk.SweepAfterAsync(1);
        await desk.SweepAfterAsync(20);
        Assert.Equal("busy", await desk.StatusAsync(11));
    }

    [Theory]
    [InlineData(20, 0, "moved")]
    [InlineData(40, 0, "other")]
    [InlineData(20, 1, "other")]
    public async Task Talk_time_is_no_waiting_time_after_a_transfer(int otherWaits, int otherPriority, string first)
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2, ("maxWaitSeconds", 60))], [Agent(11, [1]), Agent(12, [2])]);
        await desk.OutAsync(11, "busy");
        await desk.OutAsync(12, "busy");
        Assert.Equal("queued 1", await desk.ArriveAsync("moved", 1));
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        await desk.InAsync(11);
        await desk.AcceptAsync("moved", 11);
        app.Clock.Advance(TimeSpan.FromSeconds(100 - otherWaits));
        Assert.Equal("queued 2", await desk.ArriveAsync("other", 2, priority: otherPriority));
        app.Clock.Advance(TimeSpan.FromSeconds(otherWaits));
        Assert.Equal("queued 2", await desk.TransferAsync("moved", 2));
        await desk.InAsync(12);
        Assert.Equal("offered 12", await desk.StateAsync(first));
        await desk.SweepAfterAsync(20);
        await desk.OutAsync(12, "busy");
        await desk.SweepAfterAsync(39);
        Assert.Equal("queued 2", await desk.StateAsync("moved"));
        await desk.SweepAfterAsync(1);
        Assert.Equal("refused", await desk.StateAsync("moved"));
    }

    [Fact]
    public async Task Age_and_priority_go_along_when_a_contact_overflows()
    {
        var overflow = To("queue", 2);
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("maxWaitSeconds", 10), ("whenWaited", overflow)), Queue(2, ("maxWaitSeconds", 60))],
            [Agent(11, [1]), Agent(12, [2])]
        );
        await desk.OutAsync(11, "busy");
        await desk.OutAsync(12, "busy");
        await desk.ArriveAsync("moved", 1);
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        await desk.ArriveAsync("other", 2);
        await desk.SweepAfterAsync(5);
        Assert.Equal("queued 2", await desk.StateAsync("moved"));
        await desk.InAsync(12);
        Assert.Equal("offered 12", await desk.StateAsync("moved"));
        await desk.OutAsync(12, "busy");
        await desk.SweepAfterAsync(59);
        Assert.Equal(("queued 2", "refused"), (await desk.StateAsync("moved"), await desk.StateAsync("other")));
        await desk.SweepAfterAsync(1);
        Assert.Equal("refused", await desk.StateAsync("moved"));
    }

    [Theory]
    [InlineData("log out")]
    [InlineData("lease")]
    [InlineData("queue off")]
    [InlineData("last agent leaves")]
    public async Task Guest_of_a_level_that_nobody_can_serve_any_more_goes_to_the_next(string goneBy)
    {
        var level = goneBy is "log out" or "lease" ? "a11" : "1";
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1]), Agent(12, [2])], level, "2");
        await desk.InAsync(11, goneBy == "lease" ? 5 : null);
        Assert.Equal("offered 11", await desk.ArriveAsync("c0", service: true));
        await desk.AcceptAsync("c0", 11);
        Assert.StartsWith("queued", await desk.ArriveAsync("c", service: true), StringComparison.Ordinal);
        await desk.InAsync(12);
        if (goneBy is "log out" or "last agent leaves") await desk.OutAsync(11);
        else if (goneBy == "queue off") await desk.ChangeAsync("queues", 1, "enabled", false);
        await desk.SweepAfterAsync(5);
        Assert.Equal("offered 12", await desk.StateAsync("c"));
        Assert.Equal(1, (await desk.Client.ContactAsync("c")).GetProperty("level").GetInt32());
        await desk.InAsync(11);
        await desk.CompleteAsync("c0");
        await desk.DeclineAsync("c", 12);
        await desk.OutAsync(12);
        await desk.SweepAfterAsync(1);
        Assert.Equal("queued 2", await desk.StateAsync("c"));
    }

    [Theory]
    [InlineData("stay", "queued 1")]
    [InlineData("refuse", "refused")]
    [InlineData("queue", "offered 13")]
    public async Task Guest_of_an_unattended_queue_goes_where_the_queue_says(string whenUnattended, string expected)
    {
        var settings = whenUnattended == "stay" ? To("nextLevel") : To(whenUnattended, whenUnattended == "queue" ? 3 : null);
        await using var desk = await OpenAsync(app, [Queue(1, ("whenUnattended", settings)), Queue(3)], [Agent(11, [1]), Agent(13, [3])]);
        await desk.OutAsync(11, "busy");
        await desk.InAsync(13);
        Assert.Equal("queued 1", await desk.ArriveAsync("c", 1));
        await desk.OutAsync(11);
        await desk.SweepAfterAsync(1);
        Assert.Equal(expected, await desk.StateAsync("c"));
    }

    [Theory]
    [InlineData("waits", "logs out")]
    [InlineData("waits", "lets its lease lapse")]
    [InlineData("is asked for", "logs out")]
    [InlineData("is asked for", "lets its lease lapse")]
    public async Task Guest_of_an_agent_who_goes_is_refused_like_one_who_arrives_then(string guest, string agent)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11, agent == "logs out" ? null : 10);
        if (guest == "waits")
        {
            Assert.Equal("offered 11", await desk.ArriveAsync("before", 1));
            await desk.AcceptAsync("before", 11);
        }
        Assert.Equal(guest == "waits" ? "queued" : "offered 11", await desk.ArriveAsync("c", agent: 11));
        await desk.SweepAfterAsync(1);
        Assert.Equal(guest == "waits" ? "queued" : "offered 11", await desk.StateAsync("c"));
        if (agent == "logs out") await desk.OutAsync(11);
        await desk.SweepAfterAsync(9);
        Assert.Equal("refused", await desk.StateAsync("c"));
        Assert.Equal("refused", await desk.ArriveAsync("late", agent: 11));
        Assert.Equal(await WhyAsync("late"), await WhyAsync("c"));
        Assert.Equal("routing", (await desk.Client.ContactAsync("c")).GetProperty("endedBy").GetString());

        async Task<string> WhyAsync(string id) =>
            (await desk.Client.CallAsync(HttpMethod.Get, $"contacts/{id}/decision")).GetProperty("lines").GetRawText();
    }

    [Fact]
    public async Task Guest_of_an_agent_who_is_only_busy_waits_on()
    {
        await using var desk = await OneAsync(app);
        await desk.OutAsync(11, "busy");
        Assert.Equal("queued", await desk.ArriveAsync("c", agent: 11));
        await desk.SweepAfterAsync(3600);
        await desk.Account.AuthenticateAsync();
        Assert.Equal("queued", await desk.StateAsync("c"));
        await desk.InAsync(11);
        Assert.Equal("offered 11", await desk.StateAsync("c"));
    }

    [Theory]
    [InlineData("2 1 2", "1 2", "queued 2", "queued 1", "queued 1")]
    [InlineData("1 2 3", "1 2 3", "queued 1", "queued 2", "queued 3")]
    public async Task Guest_overflows_by_level_and_never_back(string levels, string numbers, string first, string second, string third)
    {
        await using var desk = await OpenAsync(
            app,
            [.. numbers.Split(' ').Select(int.Parse).Select(id => Queue(id, ("maxWaitSeconds", 10), ("whenWaited", To("nextLevel"))))],
            [Agent(11, [.. numbers.Split(' ').Select(int.Parse)])],
            levels.Split(' ')
        );
        await desk.OutAsync(11, "busy");
        var seen = new List<string> { await desk.ArriveAsync("c", service: true) };
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await desk.SweepAfterAsync(10);
            seen.Add(await desk.StateAsync("c"));
        }
        Assert.Equal([first, second, third, third], seen);
    }

    [Theory]
    [InlineData("2", "offered 12")]
    [InlineData("2 1", "offered 12")]
    [InlineData("3 2", "queued 3")]
    [InlineData("3", "queued 3")]
    public async Task Guest_whose_level_is_removed_or_retargeted_moves_on(string levels, string expected)
    {
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("maxWaitSeconds", 10), ("whenWaited", To("nextLevel"))), Queue(2), Queue(3)],
            [Agent(11, [1]), Agent(12, [2]), Agent(13, [3])],
            "1",
            "2"
        );
        await desk.OutAsync(11, "busy");
        await desk.OutAsync(13, "busy");
        Assert.Equal("queued 1", await desk.ArriveAsync("c", service: true));
        await desk.InAsync(12);
        desk.SetLevels(levels.Split(' '));
        await desk.ConfigureAsync();
        await desk.SweepAfterAsync(10);
        Assert.Equal(expected, await desk.StateAsync("c"));
    }

    [Fact]
    public async Task Full_levels_are_passed_by_until_one_has_room()
    {
        JsonObject Full(int id) => Queue(id, ("maxLength", 1), ("whenFull", To("nextLevel")));
        await using var desk = await OpenAsync(app, [Full(10), Full(11), Queue(20)], [Agent(1, [10, 11, 20])], "10", "10", "11", "20");
        await desk.OutAsync(1, "busy");
        var arrived = new List<string>();
        foreach (var number in Enumerable.Range(0, 4)) arrived.Add(await desk.ArriveAsync($"c{number}", service: true));
        Assert.Equal(["queued 10", "queued 11", "queued 20", "queued 20"], arrived);
    }

    [Fact]
    public async Task Transfer_to_a_full_line_says_so_and_a_contact_is_not_in_its_own_way()
    {
        await using var desk = await OpenAsync(
            app,
            [Queue(1, ("maxLength", 1)), Queue(2), Queue(3)],
            [Agent(11, [1, 2]), Agent(13, [3])]
        );
        await desk.OutAsync(11, "busy");
        Assert.Equal("queued 1", await desk.ArriveAsync("c1", 1));
        Assert.Equal("queued 2", await desk.ArriveAsync("c2", 2));
        var refused = await desk.Client.CallAsync(HttpMethod.Post, "contacts/c2/transfer", new { queueId = 1 }, HttpStatusCode.Conflict);
        Assert.Contains("full", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        refused = await desk.Client.CallAsync(HttpMethod.Post, "contacts/c2/transfer", new { queueId = 3 }, HttpStatusCode.Conflict);
        Assert.Contains("Nobody", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("queued 1", await desk.TransferAsync("c1", 1));
    }

    [Theory]
    [InlineData("sink")]
    [InlineData("LibraryH3lp")]
    [InlineData("Stringee")]
    [InlineData("ours")]
    public async Task Repeated_login_leaves_the_lease_that_another_asked_for(string format)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11, 60);
        var lease = (await desk.AgentAsync(11)).GetProperty("leaseUntil").GetRawText();
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        await desk.SetPresenceAsync(format, 11, available: true);
        Assert.Equal(lease, (await desk.AgentAsync(11)).GetProperty("leaseUntil").GetRawText());
        await desk.SweepAfterAsync(30);
        Assert.Equal("logged_out", await desk.StatusAsync(11));
    }

    [Fact]
    public async Task Heartbeat_never_shortens_a_lease_and_gives_none()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11, 600);
        await BeatAsync();
        await BeatAsync(60);
        await desk.SweepAfterAsync(599);
        Assert.Equal("available", await desk.StatusAsync(11));
        await BeatAsync();
        await desk.SweepAfterAsync(599);
        Assert.Equal("available", await desk.StatusAsync(11));
        await desk.Client.CallAsync(HttpMethod.Put, "agents/11/presence", new { status = "available", leaseSeconds = (int?)null });
        await BeatAsync();
        await BeatAsync(60);
        await desk.SweepAfterAsync(86_400);
        await desk.Account.AuthenticateAsync();
        Assert.Equal("available", await desk.StatusAsync(11));

        Task BeatAsync(int? leaseSeconds = null) =>
            desk.Client.CallAsync(HttpMethod.Post, "agents/11/heartbeat", leaseSeconds is null ? new { } : new { leaseSeconds });
    }

    private const string Primaries = "GR_AAAAAAAAAAAAAAAA";
    private const string Secondaries = "GR_BBBBBBBBBBBBBBBB";
}

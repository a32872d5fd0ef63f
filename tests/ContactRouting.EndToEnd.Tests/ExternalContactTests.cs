using System.Net;
using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Storage;
using Microsoft.Extensions.DependencyInjection;
using static ContactRouting.EndToEnd.Desk;

namespace ContactRouting.EndToEnd;

/// <summary>Contacts that another system assigns: they count, and nothing that system tells or forgets harms ours.</summary>
public sealed class ExternalContactTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private readonly ClockedApp app = fixture.App;

    [Fact]
    public async Task Calls_of_one_agent_that_overlap_all_count_until_each_ends()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        Assert.Equal("active", await desk.TellAsync("answered", "one", queue: "1", agent: 11));
        Assert.Equal("active", await desk.TellAsync("answered", "two", queue: "1", agent: 11));
        Assert.Equal(-1, await desk.FreeAsync(11));
        Assert.Equal("queued 1", await desk.ArriveAsync("chat", 1));
        Assert.Equal("ended", await desk.TellAsync("ended", "one"));
        Assert.Equal((0, "queued 1"), (await desk.FreeAsync(11), await desk.StateAsync("chat")));
        await desk.SweepAfterAsync(1);
        Assert.Equal("queued 1", await desk.StateAsync("chat"));
        Assert.Equal("ended", await desk.TellAsync("ended", "two"));
        Assert.Equal("offered 11", await desk.StateAsync("chat"));
    }

    [Fact]
    public async Task Call_on_top_of_a_chat_takes_its_whole_cost()
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1], units: 3, voice: 2)]);
        await desk.InAsync(11);
        await desk.ArriveAsync("chat", 1);
        await desk.ArriveAsync("chat-2", 1);
        Assert.Equal("active", await desk.TellAsync("answered", "call", agent: 11, channel: "voice"));
        Assert.Equal(-1, await desk.FreeAsync(11));
        await desk.Client.ActAsync("chat", "cancel");
        Assert.Equal(0, await desk.FreeAsync(11));
        Assert.Equal("queued 1", await desk.ArriveAsync("chat-3", 1));
        Assert.Equal("ended", await desk.TellAsync("ended", "call"));
        Assert.Equal("offered 11", await desk.StateAsync("chat-3"));
        Assert.Equal(1, await desk.FreeAsync(11));
        Assert.Equal("active", await desk.TellAsync("answered", "plain", agent: 11));
        Assert.Equal(0, await desk.FreeAsync(11));
    }

    [Theory]
    [InlineData(null, "voice", 1)]
    [InlineData("voice", null, 1)]
    [InlineData("chat", "voice", 1)]
    [InlineData("voice", "chat", 2)]
    [InlineData(null, null, 2)]
    public async Task Channel_is_chat_unless_an_event_names_another(string? queuedAs, string? answeredAs, int free)
    {
        await using var desk = await OpenAsync(app, [Queue(1)], [Agent(11, [1], units: 3, voice: 2)]);
        await desk.InAsync(11);
        Assert.Equal("queued", await desk.TellAsync("queued", "e", queue: "1", channel: queuedAs));
        Assert.Equal("active", await desk.TellAsync("answered", "e", agent: 11, channel: answeredAs));
        Assert.Equal(free, await desk.FreeAsync(11));
    }

    [Fact]
    public async Task Contact_of_another_system_has_no_place_in_our_line()
    {
        await using var desk = await OneAsync(app);
        await desk.OutAsync(11, "busy");
        await desk.TellAsync("queued", "their@s", queue: "1");
        await desk.ArriveAsync("ours", 1);
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Number),
            (await PositionAsync("their%40s"), await PositionAsync("ours"))
        );

        async Task<JsonValueKind> PositionAsync(string id) =>
            (await desk.Client.ContactAsync($"{id}?include=position")).GetProperty("position").ValueKind;
    }

    [Theory]
    [InlineData("ended", "no-such-queue", null)]
    [InlineData("abandoned", "no-such-queue", null)]
    [InlineData("ended", "1", 99)]
    [InlineData("ended", null, null)]
    public async Task End_needs_no_valid_queue_or_agent(string end, string? queue, int? agent)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        Assert.Equal("active", await desk.TellAsync("answered", "e", queue: desk.Client.Name("q1"), agent: 11));
        await desk.ChangeAsync("queues", 1, "enabled", false);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(end, await desk.TellAsync(end, "e", queue: queue, agent: agent));
        Assert.Equal(1, await desk.FreeAsync(11));
        Assert.Equal(end, await desk.TellAsync(end, "unheard-of", queue: queue, agent: agent));
    }

    [Theory]
    [InlineData("a84b4c76e66710@pc33.example.com")]
    [InlineData("f81d4fae-7dec-11d0:a765;tag=1?x#%/\\|'\"<é>")]
    [InlineData("~")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(4711)]
    [InlineData(4711.50)]
    public async Task Ids_like_sip_call_ids_and_numbers_are_taken(object id)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        var value = id is string text ? text : JsonSerializer.SerializeToNode(id)!;
        Assert.Equal("queued", await desk.TellAsync("queued", value.DeepClone(), queue: "1"));
        Assert.Equal("active", await desk.TellAsync("answered", value.DeepClone(), agent: 11));
        Assert.Equal(0, await desk.FreeAsync(11));
        await desk.SweepAfterAsync(1);
        Assert.Equal("ended", await desk.TellAsync("ended", value.DeepClone()));
        Assert.Equal(1, await desk.FreeAsync(11));
        var listed = await desk.Client.CallAsync(HttpMethod.Get, "contacts");
        Assert.Equal(id is string ? id : value.ToJsonString(), listed.GetProperty("items")[0].GetProperty("id").GetString());
        var read = await desk.Client.CallAsync(HttpMethod.Get, $"contacts?id={Uri.EscapeDataString($"{id}")}");
        Assert.Equal(listed.GetRawText(), read.GetRawText());
    }

    [Fact]
    public async Task List_by_an_id_that_is_no_contacts_is_empty_and_one_that_can_be_none_is_refused()
    {
        await using var desk = await OneAsync(app);
        var none = await desk.Client.CallAsync(HttpMethod.Get, "contacts?id=a%2Fb");
        Assert.Equal("""{"items":[],"nextCursor":null}""", none.GetRawText());
        var refused = await desk.Client.CallAsync(HttpMethod.Get, "contacts?id=", status: HttpStatusCode.BadRequest);
        Assert.Equal("id", refused.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Ids_of_up_to_200_characters_are_told_apart()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        var (one, two) = (new string('é', 199) + "1", new string('é', 199) + "2");
        Assert.Equal("active", await desk.TellAsync("answered", one, agent: 11));
        Assert.Equal("active", await desk.TellAsync("answered", two, agent: 11));
        Assert.Equal("ended", await desk.TellAsync("ended", one));
        Assert.Equal(0, await desk.FreeAsync(11));
        Assert.Equal("ended", await desk.TellAsync("ended", two));
        Assert.Equal(1, await desk.FreeAsync(11));
        Assert.StartsWith("400", await desk.TellAsync("queued", new string('x', 201), queue: "1"), StringComparison.Ordinal);
        Assert.StartsWith("400", await desk.TellAsync("queued", "", queue: "1"), StringComparison.Ordinal);
        Assert.StartsWith("400", await desk.TellAsync("queued", "a\u0001b", queue: "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contact_whose_end_is_never_told_ends_after_twelve_hours_and_its_agent_is_served()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        Assert.Equal("active", await desk.TellAsync("answered", "lost@call", agent: 11));
        Assert.Equal("queued", await desk.TellAsync("queued", "lost-in-line", queue: "1"));
        Assert.Equal("queued 1", await desk.ArriveAsync("chat", 1));
        await desk.SweepAfterAsync((12 * 3600) - 1);
        await desk.Account.AuthenticateAsync();
        Assert.Equal(("queued 1", "active 11"), (await desk.StateAsync("chat"), await desk.StateAsync("lost@call")));
        await desk.SweepAfterAsync(1);
        Assert.Equal(
            ("offered 11", "ended", "abandoned"),
            (await desk.StateAsync("chat"), await desk.StateAsync("lost@call"), await desk.StateAsync("lost-in-line"))
        );
    }

    [Fact]
    public async Task Lost_ends_are_bounded_and_never_stop_the_sweep_of_others()
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1]), Agent(12, [2])]);
        await desk.InAsync(11);
        await desk.InAsync(12);
        for (var call = 0; call < 100; call++) Assert.Equal("active", await desk.TellAsync("answered", $"call-{call}", agent: 11));
        Assert.StartsWith("409", await desk.TellAsync("answered", "call-100", agent: 11), StringComparison.Ordinal);
        Assert.Equal("ended", await desk.TellAsync("ended", "call-100"));
        Assert.Equal("offered 12", await desk.ArriveAsync("c", 2));
        await desk.SweepAfterAsync(20);
        Assert.Equal("queued 2", await desk.StateAsync("c"));
        await desk.SweepAfterAsync(12 * 3600);
        await desk.Account.AuthenticateAsync();
        Assert.Equal(1, await desk.FreeAsync(11));
    }

    [Theory]
    [InlineData("queued answered ended", "ended")]
    [InlineData("ended queued", "ended")]
    [InlineData("answered ended queued", "ended")]
    [InlineData("answered queued", "active")]
    [InlineData("abandoned answered queued", "abandoned")]
    public async Task Of_events_with_one_time_the_later_step_counts(string events, string expected)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        var (at, last) = (app.Clock.GetUtcNow(), "");
        foreach (var name in events.Split(' ')) last = await desk.TellAsync(name, "e", queue: "1", agent: 11, at: at);
        Assert.Equal((expected, expected == "active" ? 0 : 1), (last, await desk.FreeAsync(11)));
    }

    [Theory]
    [InlineData("queued answered ended")]
    [InlineData("queued ended answered")]
    [InlineData("answered queued ended")]
    [InlineData("answered ended queued")]
    [InlineData("ended queued answered")]
    [InlineData("ended answered queued")]
    public async Task Times_are_those_of_the_events_in_whatever_order_they_come(string order)
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        var begin = app.Clock.GetUtcNow();
        var (answer, end) = (begin.AddSeconds(10), begin.AddSeconds(40));
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var name in order.Split(' '))
        {
            var at = name switch { "queued" => begin, "answered" => answer, _ => end };
            string? queue = name == "queued" ? "1" : null;
            await desk.TellAsync(name, "e", queue: queue, agent: name == "answered" ? 11 : null, at: at);
        }
        Assert.Equal(("ended", 1), (await desk.StateAsync("e"), await desk.FreeAsync(11)));
        var row = await app.Services.GetRequiredService<ContactStore>().GetAsync(desk.Account.Id, "e", CancellationToken.None);
        var contact = row.Value;
        Assert.Equal((begin, answer, end), (contact.EnqueuedAt, contact.AnsweredAt, contact.EndedAt));
        Assert.Equal((1, 11, 11), (contact.QueueId, contact.AnsweredBy, contact.AgentId));
        var history = await app.Services.GetRequiredService<LiveTable>()
            .RangeAsync<HistoryEntry>(desk.Account.Id, LiveKeys.History, CancellationToken.None).ToListAsync();
        Assert.Equal(begin, Assert.Single(history).Value.ArrivedAt);
    }

    [Fact]
    public async Task Answer_of_no_told_time_that_its_end_overtook_changes_no_state()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        await desk.TellAsync("queued", "e", queue: "1");
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        await desk.TellAsync("ended", "e");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ended", await desk.TellAsync("answered", "e", agent: 11));
        Assert.Equal(1, await desk.FreeAsync(11));
        var contact = (await app.Services.GetRequiredService<ContactStore>().GetAsync(desk.Account.Id, "e", CancellationToken.None)).Value;
        Assert.Equal((contact.EndedAt, 11), (contact.AnsweredAt, contact.AnsweredBy));
        Assert.Equal("queued", await desk.TellAsync("queued", "e", queue: "1"));
    }

    [Fact]
    public async Task Late_events_of_a_contact_whose_id_came_again_tell_nothing_of_the_new_one()
    {
        await using var desk = await OneAsync(app);
        var first = app.Clock.GetUtcNow();
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("queued", await desk.TellAsync("queued", "e", queue: "1", at: first));
        Assert.Equal("ended", await desk.TellAsync("ended", "e", at: first.AddSeconds(10)));
        Assert.Equal("queued", await desk.TellAsync("queued", "e", queue: "2", at: first.AddSeconds(20)));
        Assert.Equal("ended", await desk.TellAsync("ended", "e", at: first.AddSeconds(30)));
        var before = (await desk.Client.ContactAsync("e")).GetRawText();
        Assert.Equal("ended", await desk.TellAsync("answered", "e", agent: 11, at: first.AddSeconds(5)));
        Assert.Equal("ended", await desk.TellAsync("queued", "e", queue: "1", at: first));
        Assert.Equal(before, (await desk.Client.ContactAsync("e")).GetRawText());
    }

    [Fact]
    public async Task Call_that_goes_over_to_another_agent_frees_the_first_who_is_served_at_once()
    {
        await using var desk = await OpenAsync(app, [Queue(1), Queue(2)], [Agent(11, [1]), Agent(12, [2])]);
        await desk.InAsync(11);
        await desk.InAsync(12);
        Assert.Equal("active", await desk.TellAsync("answered", "e", agent: 11));
        Assert.Equal("queued 1", await desk.ArriveAsync("c", 1));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("active", await desk.TellAsync("answered", "e", agent: 12));
        Assert.Equal((0, 0, "offered 11"), (await desk.FreeAsync(11), await desk.FreeAsync(12), await desk.StateAsync("c")));
    }

    [Fact]
    public async Task Call_that_goes_back_into_its_line_frees_its_agent_who_is_served_at_once()
    {
        await using var desk = await OneAsync(app);
        await desk.InAsync(11);
        Assert.Equal("active", await desk.TellAsync("answered", "e", queue: "1", agent: 11));
        Assert.Equal("queued 1", await desk.ArriveAsync("c", 1));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("queued", await desk.TellAsync("queued", "e", queue: "1"));
        Assert.Equal("offered 11", await desk.StateAsync("c"));
    }
}

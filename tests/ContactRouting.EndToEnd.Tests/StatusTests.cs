using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>What is live, as one answer shows it.</summary>
public sealed class StatusTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    [Fact]
    public async Task Status_shows_queues_services_agents_and_contacts_as_they_were_together()
    {
        await using var desk = await Desk.OneAsync(fixture.App);
        await desk.InAsync(11);
        await desk.ArriveAsync("one", queue: 1);
        await desk.ArriveAsync("two", queue: 2);
        await desk.SweepAfterAsync(7);
        var status = await StatusAsync(desk);

        Assert.Equal(fixture.App.Clock.GetUtcNow(), status.GetProperty("asOf").GetDateTimeOffset());
        Assert.Equal(desk.Client.AccountId, status.GetProperty("accountId").GetInt32());
        Assert.Equal("UTC", status.GetProperty("timeZone").GetString());
        Assert.Equal(
            fixture.App.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            status.GetProperty("day").GetString()
        );
        var totals = status.GetProperty("totals");
        Assert.Equal((1, 7), (totals.GetProperty("waiting").GetInt32(), totals.GetProperty("longestWaitSeconds").GetInt32()));
        Assert.Equal("""{"canServe":0,"full":1,"busy":0,"loggedOut":0}""", totals.GetProperty("agents").GetRawText());
        var queue = status.GetProperty("queues")[1];
        Assert.Equal(
            ("busy", """[{"code":"allBusy"}]""", 1, 7, 20),
            (
                queue.GetProperty("availability").GetString(),
                queue.GetProperty("reasons").GetRawText(),
                queue.GetProperty("waiting").GetInt32(),
                queue.GetProperty("longestWaitSeconds").GetInt32(),
                queue.GetProperty("serviceLevelSeconds").GetInt32()
            )
        );
        var shown = await desk.Client.CallAsync(HttpMethod.Get, "queues/2");
        foreach (var member in shown.EnumerateObject())
            Assert.Equal(member.Value.GetRawText(), queue.GetProperty(member.Name).GetRawText());
        var service = await desk.Client.CallAsync(HttpMethod.Get, $"services/{desk.Account.ServiceId}");
        Assert.Equal(service.GetRawText(), status.GetProperty("services")[0].GetRawText());
        var agent = status.GetProperty("agents")[0];
        Assert.Equal(
            ("available", 1, "[1,2]"),
            (
                agent.GetProperty("status").GetString(),
                agent.GetProperty("usedUnits").GetInt32(),
                agent.GetProperty("queueIds").GetRawText()
            )
        );
        var contact = agent.GetProperty("contacts")[0];
        Assert.Equal(
            ("one", "offered", 1, fixture.App.Clock.GetUtcNow().AddSeconds(-7)),
            (
                contact.GetProperty("contactId").GetString(),
                contact.GetProperty("state").GetString(),
                contact.GetProperty("queueId").GetInt32(),
                contact.GetProperty("since").GetDateTimeOffset()
            )
        );
        var minutes = status.GetProperty("lastHour").EnumerateArray().ToList();
        Assert.Equal(60, minutes.Count);
        Assert.Equal(1, minutes[^1].GetProperty("waiting").GetInt32());
        Assert.Equal(JsonValueKind.Null, minutes[0].GetProperty("waiting").ValueKind);
    }

    [Fact]
    public async Task Status_is_as_old_as_the_timer_lets_it_get_and_rests_with_its_account()
    {
        await using var desk = await Desk.OneAsync(fixture.App);
        await desk.SweepAfterAsync(1);
        Assert.Equal(JsonValueKind.Null, (await StatusAsync(desk)).GetProperty("staleAfterSeconds").ValueKind);
        await desk.InAsync(11);
        await desk.SweepAfterAsync(6);

        // The schedule of this app ticks once a year.
        Assert.InRange((await StatusAsync(desk)).GetProperty("staleAfterSeconds").GetInt32(), 3 * 365 * 86_400, 3 * 366 * 86_400);
    }

    [Theory]
    [InlineData("status", "application/json; charset=utf-8")]
    [InlineData("status/metrics", "text/plain; version=0.0.4; charset=utf-8")]
    public async Task Ready_bytes_have_a_tag_and_come_packed_and_as_they_are(string path, string type)
    {
        await using var desk = await Desk.OneAsync(fixture.App);
        using var plain = await desk.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.OK, type), (plain.StatusCode, plain.Content.Headers.ContentType!.ToString()));
        using var packed = await desk.Client.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", "gzip"));
        await using var unpacked = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked, Encoding.UTF8);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await reader.ReadToEndAsync());
        using var same = await desk.Client.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", plain.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var unknown = await desk.Client.SendAsync(HttpMethod.Get, $"{path}?limit=1");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Figures_of_the_day_are_those_of_what_ended_by_the_accounts_clock()
    {
        await using var desk = await Desk.OpenAsync(fixture.App, [Desk.Queue(1), Desk.Queue(2)], [Desk.Agent(11, [1])]);
        await desk.Client.CallAsync(HttpMethod.Patch, "settings", new { timeZone = "Asia/Kolkata" });
        await desk.InAsync(11);
        await desk.ArriveAsync("answered", queue: 1);
        await desk.ArriveAsync("left", queue: 1);
        await desk.ArriveAsync("refused", queue: 2);
        fixture.App.Clock.Advance(TimeSpan.FromSeconds(9));
        await desk.AcceptAsync("answered", 11);
        await desk.Client.ActAsync("left", "cancel");
        await desk.TellAsync("queued", "outside", queue: "2");
        fixture.App.Clock.Advance(TimeSpan.FromSeconds(40));
        await desk.TellAsync("answered", "outside", agent: 11);
        await desk.CompleteAsync("answered");

        // The account is remembered for half a minute, and so is its time zone.
        await desk.SweepAfterAsync(31);
        await desk.TellAsync("ended", "outside");
        await desk.SweepAfterAsync(6);
        var status = await StatusAsync(desk);
        Assert.Equal("Asia/Kolkata", status.GetProperty("timeZone").GetString());
        Assert.Equal(
            """{"answered":2,"abandoned":1,"refused":1,"serviceLevel":0.3333,"averageWaitSeconds":24.5,"averageHandleSeconds":35.5}""",
            status.GetProperty("totals").GetProperty("today").GetRawText()
        );
        Assert.Equal(
            """{"answered":1,"abandoned":1,"refused":0,"serviceLevel":0.5,"averageWaitSeconds":9,"averageHandleSeconds":40}""",
            status.GetProperty("queues")[0].GetProperty("today").GetRawText()
        );
        Assert.Equal(2, status.GetProperty("lastHour").EnumerateArray().Sum(minute => minute.GetProperty("answered").GetInt32()));
        var agent = await desk.Client.CallAsync(HttpMethod.Get, "agents/11?include=today");
        Assert.Equal("""{"handled":2,"averageHandleSeconds":35.5}""", agent.GetProperty("today").GetRawText());
        using var unknown = await desk.Client.SendAsync(HttpMethod.Get, "agents/11?include=tomorrow");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Agent_is_shown_with_its_contacts()
    {
        await using var desk = await Desk.OneAsync(fixture.App);
        await desk.InAsync(11);
        await desk.ArriveAsync("first", queue: 1);
        await desk.AcceptAsync("first", 11);
        var agent = await desk.Client.CallAsync(HttpMethod.Get, "agents/11?include=contacts,today");
        var contact = Assert.Single(agent.GetProperty("contacts").EnumerateArray());
        Assert.Equal((await desk.Client.ContactAsync("first")).GetRawText(), contact.GetRawText());
        Assert.Equal(0, agent.GetProperty("today").GetProperty("handled").GetInt32());
        await desk.CompleteAsync("first");
        agent = await desk.Client.CallAsync(HttpMethod.Get, "agents/11?include=contacts");
        Assert.Empty(agent.GetProperty("contacts").EnumerateArray());
        Assert.False(agent.TryGetProperty("today", out _));
    }

    /// <summary>A wallboard must not lose sight of a guest because the last agent has gone.</summary>
    [Fact]
    public async Task Department_stays_while_a_guest_waits_in_it()
    {
        await using var desk = await Desk.OpenAsync(
            fixture.App,
            [Desk.Queue(1), Desk.Queue(2)],
            [Desk.Agent(11, [1]), Desk.Agent(12, [2])]
        );
        await desk.InAsync(11);
        await desk.InAsync(12);
        Assert.Equal("offered 12", await desk.ArriveAsync("first", queue: 2));
        Assert.Equal("queued 2", await desk.ArriveAsync("second", queue: 2));
        Assert.Equal("offered 11", await desk.ArriveAsync("direct", agent: 11));
        Assert.Equal("queued", await desk.ArriveAsync("behind", agent: 11));
        await desk.SweepAfterAsync(6);
        await desk.OutAsync(12);
        await desk.SweepAfterAsync(6);
        await desk.SweepAfterAsync(6);
        var export = await desk.Account.ExportAsync("&perDepartment=true");
        var departments = export.GetProperty("departments").EnumerateArray().ToDictionary(
            department => department.GetProperty("@attributes").GetProperty("id").GetString()!,
            department => department.GetProperty("inqueue").GetInt32()
        );
        Assert.Equal(new Dictionary<string, int> { ["1"] = 0, ["2"] = 2, ["0"] = 1 }, departments);
        var all = export.GetProperty("global").GetProperty("customers");
        Assert.Equal((3, 18), (all.GetProperty("inqueue").GetInt32(), all.GetProperty("maxWaiting").GetInt32()));
    }

    private static Task<JsonElement> StatusAsync(Desk desk) => desk.Client.CallAsync(HttpMethod.Get, "status");
}

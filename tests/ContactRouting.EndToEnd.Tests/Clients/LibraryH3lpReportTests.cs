using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ContactRouting.EndToEnd.Clients;

/// <summary>What the Python library and the dashboards of LibraryH3lp's customers ask of past chats, and how they read it.</summary>
public sealed class LibraryH3lpReportTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>, IAsyncLifetime
{
    private const string Zone = "America/Toronto";

    private static readonly TimeZoneInfo Toronto = TimeZoneInfo.FindSystemTimeZoneById(Zone);

    private readonly ClockedApp app = fixture.App;
    private TestAccount account = null!;

    /// <summary>Noon of the present day in Toronto, so that a minute later is the same day.</summary>
    private DateTimeOffset start;

    private DateTime Local => TimeZoneInfo.ConvertTime(start, Toronto).DateTime;

    public async Task InitializeAsync()
    {
        var now = TimeZoneInfo.ConvertTime(app.Clock.GetUtcNow(), Toronto);
        app.Clock.Advance(now.Date.AddDays(1).AddHours(12) - now.DateTime);
        start = app.Clock.GetUtcNow();
        account = await TestAccount.CreateAsync(app.Http);
        await account.SinkAsync("available");
    }

    public Task DisposeAsync() => account.DeleteAsync();

    [Fact]
    public async Task Chats_of_a_day_have_the_fields_that_the_library_and_data_frames_name()
    {
        var answered = await ServeAsync(waitSeconds: 15, talkSeconds: 90);
        var left = await ArriveAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        await ActAsync(left, "cancel", new { });
        var waiting = await ArriveAsync();

        var chats = await DayAsync();
        Assert.Equal([$"{answered}@127.0.0.1", $"{left}@127.0.0.1", $"{waiting}@127.0.0.1"], Texts(chats, "guest"));
        Assert.Equal(3, chats.EnumerateArray().Select(chat => chat.GetProperty("id").GetInt64()).Distinct().Count());
        Assert.All(chats.EnumerateArray(), chat => Assert.InRange(chat.GetProperty("id").GetInt64(), 0, 1L << 53));
        var first = chats[0];
        Assert.Equal(
            """
            id guest protocol queue profile started accepted ended wait duration operator ip referrer tags reftracker_id reftracker_url
            desktracker_id desktracker_url
            """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            first.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            ("web", $"sales{account.Suffix}", $"john-smith{account.Suffix}", 15, 90),
            (
                first.GetProperty("protocol").GetString(),
                first.GetProperty("queue").GetString(),
                first.GetProperty("operator").GetString(),
                first.GetProperty("wait").GetInt32(),
                first.GetProperty("duration").GetInt32()
            )
        );
        Assert.Equal(
            (Local, Local.AddSeconds(15), Local.AddSeconds(105)),
            (Parsed(first, "started"), Parsed(first, "accepted"), Parsed(first, "ended"))
        );
        Assert.Equal("Null Null", string.Join(' ', KindOf(chats[1], "accepted"), KindOf(chats[1], "operator")));
        Assert.Equal(20, chats[1].GetProperty("wait").GetInt32());
        Assert.Equal("Null Null Null", string.Join(' ', KindOf(chats[2], "accepted"), KindOf(chats[2], "ended"), KindOf(chats[2], "wait")));
    }

    [Fact]
    public async Task Days_are_those_of_the_zone_that_a_cookie_or_the_query_names()
    {
        await ArriveAsync();
        var path = Local.ToString("yyyy'/'M'/'d", CultureInfo.InvariantCulture);
        Assert.Equal(1, (await GetAsync($"activity/{path}")).GetArrayLength());
        Assert.Equal(0, (await GetAsync($"activity/{path}?timezone=Pacific/Kiritimati")).GetArrayLength());
        var next = Local.AddDays(1).ToString("yyyy'/'M'/'d", CultureInfo.InvariantCulture);
        Assert.Equal(1, (await GetAsync($"activity/{next}?timezone=Pacific/Kiritimati")).GetArrayLength());
        using var wrong = await SendAsync($"activity/{path}", zone: "Mars/Olympus");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("libraryh3lp-timezone must be", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A dashboard writes the day of <c>to</c> without a zero, and sometimes one before the path's.</summary>
    [Fact]
    public async Task Chats_of_several_days_are_those_from_the_earlier_to_the_later()
    {
        await ArriveAsync();
        app.Clock.Advance(TimeSpan.FromHours(23));
        await account.AuthenticateAsync();
        await ArriveAsync();
        var (first, last) = (Local, Local.AddDays(1));
        Assert.Equal(2, (await GetAsync($"activity/{first:yyyy'/'M'/'d}?format=json&to={last:yyyy'-'MM'-'d}")).GetArrayLength());
        Assert.Equal(2, (await GetAsync($"activity/{last:yyyy'/'MM'/'dd}?format=json&to={first:yyyy'-'MM'-'dd}")).GetArrayLength());
        Assert.Equal(1, (await GetAsync($"activity/{last:yyyy'/'M'/'d}?format=json")).GetArrayLength());
    }

    /// <summary>Sums are made of <c>count</c>, in some scripts of <c>day.count</c>; charts parse <c>date</c>.</summary>
    [Fact]
    public async Task Months_and_years_are_counted_by_their_days()
    {
        await ArriveAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await ArriveAsync();
        foreach (var path in new[] { $"{Local:yyyy}", $"{Local:yyyy'/'M}" })
        {
            var days = await GetAsync($"activity/{path}");
            var date = Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Assert.Equal(JsonSerializer.Serialize(new[] { new { date, count = 2, day = new { date, count = 2 } } }), days.GetRawText());
        }
        Assert.Equal(0, (await GetAsync("activity/2001/2")).GetArrayLength());
    }

    [Theory]
    [InlineData("activity/2026/13")]
    [InlineData("activity/2026/2/30")]
    [InlineData("activity/0/1/1")]
    [InlineData("activity/9999")]
    [InlineData("activity/2026/1/1?to=yesterday")]
    [InlineData("activity/2026/1/1?format=csv")]
    [InlineData("reports/chats-per-hour?start=1.1.2026")]
    [InlineData("reports/chats-per-hour?queues=1,x")]
    [InlineData("reports/chats-per-hour?duration=-1")]
    [InlineData("reports/chats-per-hour?notanswered=maybe")]
    public async Task What_is_no_date_or_number_is_refused(string path)
    {
        using var answer = await SendAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(JsonValueKind.Null, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("success").ValueKind);
    }

    /// <summary>Dashboards split the text at <c>\r\n</c> and skip the first line.</summary>
    [Fact]
    public async Task Reports_are_lines_of_comma_separated_values()
    {
        await ServeAsync(waitSeconds: 10, talkSeconds: 60);
        await ServeAsync(waitSeconds: 25, talkSeconds: 5);
        await ActAsync(await ArriveAsync(), "cancel", new { });

        var hours = await ReportAsync("chats-per-hour");
        Assert.Equal("hour,Sun,Mon,Tue,Wed,Thu,Fri,Sat", hours[0]);
        Assert.Equal(26, hours.Length);
        Assert.Equal("", hours[^1]);
        var noon = hours[13].Split(',');
        Assert.Equal(("12", "2"), (noon[0], noon[1 + (int)Local.DayOfWeek]));
        Assert.Equal(2, hours[1..^1].Sum(line => line.Split(',')[1..].Sum(cell => int.Parse(cell, CultureInfo.InvariantCulture))));

        Assert.Equal([$"protocol,{Local.Month}/{Local.Year}", "web,2", ""], await ReportAsync("chats-per-month"));
        Assert.Equal(["protocol,chats", "web,2", ""], await ReportAsync("chats-per-protocol"));
        Assert.Equal(["protocol,chats", "web,3", ""], await ReportAsync("chats-per-protocol?notanswered=True"));
        Assert.Equal(["protocol,chats", "web,1", ""], await ReportAsync("chats-per-protocol?duration=60"));
        Assert.Equal(["protocol,chats", "web,2", ""], await ReportAsync("chats-per-protocol?queues=14101,14111"));
        Assert.Equal(["protocol,chats", ""], await ReportAsync("chats-per-protocol?queues=14111"));
        Assert.Equal(["protocol,chats", ""], await ReportAsync($"chats-per-protocol?end={Local.AddDays(-1):yyyy-MM-dd}"));
        Assert.Equal(
            ["protocol,chats", "web,2", ""],
            await ReportAsync($"chats-per-protocol?start={Local:yyyy-MM-dd}&end={Local:yyyy-MM-dd}")
        );
        Assert.Equal(
            ["operator,n,mean,median,min,max", $"john-smith{account.Suffix},2,17.5,17.5,10,25", ""],
            await ReportAsync("chats-per-operator")
        );
        using var file = await SendAsync("reports/chats-per-hour?format=csv");
        Assert.Equal("chats-per-hour.csv", file.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        using var unknown = await SendAsync("reports/chats-per-planet");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Chats_of_others_systems_count_from_their_own_times_and_go_when_contacts_do()
    {
        var arrived = start.AddSeconds(-40);
        foreach (var (happened, at) in new[] { ("contact-queued", 0), ("contact-answered", 10), ("contact-ended", 30) })
        {
            using var told = await app.Http.PostAsync(
                new Uri($"/hooks/{account["sinkToken"]}/contact-events", UriKind.Relative),
                new StringContent(
                    JsonSerializer.Serialize(
                        new
                        {
                            @event = happened,
                            contact_id = "call/7",
                            queue = "14101",
                            agent_id = 136,
                            channel = "voice",
                            occurred_at = arrived.AddSeconds(at),
                        }
                    ),
                    System.Text.Encoding.UTF8,
                    "application/json"
                )
            );
            Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync());
        }
        var chat = (await DayAsync())[0];
        Assert.Equal(
            ("voice", 10, 20),
            (chat.GetProperty("protocol").GetString(), chat.GetProperty("wait").GetInt32(), chat.GetProperty("duration").GetInt32())
        );

        // Meanwhile the session is over.
        await app.SweepAfterAsync(TimeSpan.FromHours(49).TotalSeconds);
        account.ForgetCookie();
        Assert.Equal(0, (await DayAsync()).GetArrayLength());
    }

    /// <summary>A transfer to a colleague, and a guest of another system who hung up before anybody was told of them.</summary>
    [Fact]
    public async Task Chats_keep_the_queue_that_they_came_by()
    {
        await ActAsync(await ArriveAsync(), "transfer", new { agentId = 136 });
        using var told = await app.Http.PostAsync(
            new Uri($"/hooks/{account["sinkToken"]}/contact-events?event=contact-abandoned&contact_id=7&queue=14101", UriKind.Relative),
            null
        );
        Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync());
        Assert.Equal([$"sales{account.Suffix}", $"sales{account.Suffix}"], Texts(await DayAsync(), "queue"));
        Assert.Equal(["protocol,chats", "web,2", ""], await ReportAsync("chats-per-protocol?queues=14101&notanswered=1"));
    }

    private Task<JsonElement> DayAsync() => GetAsync($"activity/{Local:yyyy'/'M'/'d}?format=json");

    private static DateTime Parsed(JsonElement chat, string name) =>
        DateTime.ParseExact(chat.GetProperty(name).GetString()!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static JsonValueKind KindOf(JsonElement chat, string name) => chat.GetProperty(name).ValueKind;

    private static IEnumerable<string?> Texts(JsonElement list, string name) =>
        list.EnumerateArray().Select(item => item.GetProperty(name).GetString());

    private async Task<string[]> ReportAsync(string path)
    {
        using var answer = await SendAsync($"reports/{path}", "2011-12-03");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        return (await answer.Content.ReadAsStringAsync()).Split("\r\n");
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await SendAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>As the library sends it: both cookies, the version once more, and JSON as the content type of nothing.</summary>
    private async Task<HttpResponseMessage> SendAsync(string path, string version = "2013-07-21", string zone = Zone)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{version}/{path}");
        request.Headers.Add("Cookie", $"libraryh3lp-timezone={zone}; {await account.CookieAsync()}");
        request.Headers.Add("X-Api-Version", version);
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/json") } };
        return await app.Http.SendAsync(request);
    }

    private async Task<string> ServeAsync(int waitSeconds, int talkSeconds)
    {
        var id = await ArriveAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(waitSeconds));
        await ActAsync(id, "accept", new { agentId = 136 });
        app.Clock.Advance(TimeSpan.FromSeconds(talkSeconds));
        await ActAsync(id, "complete", new { });
        return id;
    }

    private async Task<string> ArriveAsync()
    {
        using var arrived = await account.SendAsync(HttpMethod.Post, "/routing/v1/contacts", new { queueId = 14101 });
        return JsonElement.Parse(await arrived.Content.ReadAsByteArrayAsync()).GetProperty("id").GetString()!;
    }

    private async Task ActAsync(string id, string action, object body)
    {
        using var answer = await account.SendAsync(HttpMethod.Post, $"/routing/v1/contacts/{id}/{action}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}

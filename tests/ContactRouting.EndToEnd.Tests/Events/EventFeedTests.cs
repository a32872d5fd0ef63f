using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.Events;

/// <summary>Whoever follows the events sees each once, in order, whoever writes and however slowly.</summary>
public sealed class EventFeedTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private const int Writers = 4;
    private const int LivesOfWriter = 8;

    [Fact]
    public async Task Reader_sees_every_event_once_whichever_instance_commits_it_and_however_slowly()
    {
        await using var storage = await StorageProxy.StartAsync();
        var prefix = AppFixture.NewPrefix();
        var commits = 0;
        storage.Hold = path =>
            path.EndsWith("$batch", StringComparison.Ordinal) && Interlocked.Increment(ref commits) % 9 == 0
                ? Task.Delay(TimeSpan.FromSeconds(3.5))
                : Task.CompletedTask;
        using var first = new AppProcess(storage.ConnectionString, prefix);
        using var second = new AppProcess(storage.ConnectionString, prefix);
        foreach (var app in new[] { first, second }) app.Settings["StatusSnapshotSchedule"] = "* * * * * *";
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        var account = await TestAccount.CreateAsync(first.Http, configured: false);
        var client = new RoutingClient(account, first.Http);
        await client.ConfigureAsync(new { queues = new[] { new { id = 1, name = "feed" } } });
        var start = (await client.CallAsync(HttpMethod.Get, "events?after=latest")).GetProperty("next").GetString()!;

        var known = new ConcurrentDictionary<string, bool>();
        var written = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var own = writer % 2 == 0 ? client : client.Through(second.Http);
            for (var life = 0; life < LivesOfWriter; life++)
            {
                var id = $"feed-{writer}-{life}";
                using var answer = await own.SendAsync(HttpMethod.Post, "contacts", new { contactId = id, queueId = 1 });
                Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer.StatusCode}");
                known[$"contact:{id}"] = true;
            }
        }));
        var seen = new List<JsonElement>();
        var after = start;
        await Eventually.IsTrueAsync("the reader has seen all of them", async () =>
        {
            var page = await client.CallAsync(HttpMethod.Get, $"events?limit=3&wait=1&types=contact.*&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString()!;
            return written.IsCompleted && known.Keys.All(subject => seen.Any(happened => SubjectOf(happened) == subject));
        });
        await written;
        Assert.Equal(2 * Writers * LivesOfWriter, seen.Count);
        Assert.Equal(seen.Count, seen.Select(Listener.IdOf).Distinct().Count());
        foreach (var contact in seen.GroupBy(SubjectOf))
        {
            Assert.Equal(["contact.arrived", "contact.refused"], contact.Select(Listener.TypeOf));
            Assert.Equal(1, Listener.SequenceOf(contact.Last()) - Listener.SequenceOf(contact.First()));
        }
        Assert.True(commits > 9);
    }

    [Fact]
    public async Task Reader_sees_every_event_once_while_sweeps_move_them()
    {
        var app = fixture.App;
        await using var desk = await Desk.OneAsync(app);
        var start = (await desk.Client.CallAsync(HttpMethod.Get, "events?after=latest")).GetProperty("next").GetString()!;
        for (var number = 0; number < 30; number++)
        {
            await desk.ArriveAsync($"moved-{number}", 1);
            app.Clock.Advance(TimeSpan.FromSeconds(number % 10 == 9 ? 40 : 0.001));
        }
        var (seen, after, reading) = (new List<JsonElement>(), start, true);
        var sweeps = Task.Run(async () =>
        {
            while (Volatile.Read(ref reading)) await desk.SweepAfterAsync(3);
        });
        while (true)
        {
            var page = await desk.Client.CallAsync(HttpMethod.Get, $"events?limit=2&types=contact.*&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString()!;
            if (seen.Count >= 60) break;
        }
        Volatile.Write(ref reading, false);
        await sweeps;
        Assert.Equal(60, seen.Select(Listener.IdOf).Distinct().Count());
        Assert.Equal(60, seen.Count);
        Assert.Equal(
            Enumerable.Range(0, 30).SelectMany(number => new[] { $"contact:moved-{number}", $"contact:moved-{number}" }),
            seen.Select(SubjectOf)
        );

        var one = await desk.Client.CallAsync(HttpMethod.Get, $"events?subject=contact:moved-7&limit=500&after={start}");
        Assert.Equal(["contact.arrived", "contact.refused"], one.GetProperty("items").EnumerateArray().Select(Listener.TypeOf));
        var refused = await desk.Client.CallAsync(HttpMethod.Get, $"events?types=contact.refused,agent.*&limit=500&after={start}");
        Assert.Equal(30, refused.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("after=x", "after")]
    [InlineData("after=2026-01-01T00:00:00Z", "after")]
    [InlineData("after=0638000000000000000.%0A", "after")]
    [InlineData("after=9999999999999999999.", "after")]
    [InlineData("types=contact.come", "types")]
    [InlineData("types=*,nothing", "types")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("wait=26", "wait")]
    [InlineData("wait=-1", "wait")]
    [InlineData("since=1", "since")]
    public async Task Wrong_question_is_refused_by_its_parameter(string query, string parameter)
    {
        await using var desk = await Desk.OneAsync(fixture.App);
        var refused = await desk.Client.CallAsync(HttpMethod.Get, $"events?{query}", status: HttpStatusCode.BadRequest);
        Assert.Equal(parameter, refused.GetProperty("field").GetString());
    }

    private static string SubjectOf(JsonElement happened) => happened.GetProperty("subject").GetString()!;
}

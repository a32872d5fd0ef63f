using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Status;
using ContactRouting.Testing;
using static ContactRouting.Tests.Directories;

namespace ContactRouting.Tests.Status;

public sealed class StatusMetricsTests
{
    private const string Hostile = "a\"b\\c\nd{},=#";

    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Monitor_reads_every_sample_under_its_labels()
    {
        var metrics = await ParseAsync(Account());
        Assert.All(metrics.Values, metric => Assert.Equal("GAUGE", metric.GetProperty("type").GetString()));
        Assert.All(metrics.Values, metric => Assert.NotEmpty(metric.GetProperty("help").GetString()!));
        Assert.Equal(
            [("1", Hostile, "2"), ("2", "queue-2", "0"), ("0", "", "1")],
            Samples("contact_routing_contacts_waiting").Select(sample => (sample["queue_id"], sample["queue"], sample["value"]))
        );
        Assert.Equal(["9", "0", "70"], Samples("contact_routing_longest_wait_seconds").Select(sample => sample["value"]));
        Assert.Equal(
            [("can_serve", "1"), ("full", "0"), ("busy", "0"), ("logged_out", "0")],
            Samples("contact_routing_queue_agents").Where(sample => sample["queue_id"] == "1")
                .Select(sample => (sample["state"], sample["value"]))
        );
        Assert.Equal(
            [("1", "answered", "3"), ("1", "abandoned", "1"), ("0", "answered", "2")],
            Samples("contact_routing_today_contacts").Where(sample => sample["value"] != "0")
                .Select(sample => (sample["queue_id"], sample["outcome"], sample["value"]))
        );
        Assert.Equal($"{Noon.ToUnixTimeSeconds()}", Samples("contact_routing_snapshot_timestamp_seconds").Single()["value"]);

        IEnumerable<Dictionary<string, string>> Samples(string name) =>
            metrics[name].GetProperty("metrics").EnumerateArray().Select(sample =>
            {
                var members = sample.TryGetProperty("labels", out var labels)
                    ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!)
                    : [];
                members["value"] = sample.GetProperty("value").GetString()!;
                return members;
            });
    }

    private static AccountStatus Account()
    {
        var directory = Of(Queue(1) with { Name = Hostile }, Queue(2), Agent(7, [1]), Agent(8));
        var figures = DayFigures.None("UTC", Noon) with
        {
            Total = new Sums { Answered = 5, Abandoned = 1 },
            ByQueue = new Dictionary<int, Sums> { [1] = new() { Answered = 3, Abandoned = 1 } },
        };
        return AccountStatus.Of(
            directory,
            directory.All<Agent>().Select(agent =>
                new AgentState().Follow(directory, agent) with { Status = PresenceStatus.Available }),
            [(Line.OfQueue(1), Noon.AddSeconds(-9.5)), (Line.OfQueue(1), Noon), (Line.OfAgent(7), Noon.AddSeconds(-70))],
            [new HandlingEntry { AgentId = 7, State = ContactState.Active }],
            figures,
            Noon,
            TimeSpan.FromSeconds(30)
        );
    }

    private static async Task<Dictionary<string, JsonElement>> ParseAsync(AccountStatus status)
    {
        var folder = NodePackages.Folder("metrics");
        await NodePackages.InstallAsync(folder);
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.Create(file)) StatusMetrics.Write(status, stream);
            using var process = ChildProcess.Start("node", ["parse.mjs", file], [], folder);
            await process.EndAsync();
            Assert.True(process.ExitCode == 0, string.Join('\n', process.Output));
            return JsonSerializer.Deserialize<JsonElement[]>(string.Join('\n', process.Output))!
                .ToDictionary(metric => metric.GetProperty("name").GetString()!);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

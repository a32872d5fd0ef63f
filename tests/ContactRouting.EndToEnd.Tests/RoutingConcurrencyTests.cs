using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Testing;
using Xunit.Abstractions;

namespace ContactRouting.EndToEnd;

/// <summary>Four processes on one storage, agents who accept, decline, let pass, log out and come back, guests who leave.</summary>
public sealed class RoutingConcurrencyTests(ITestOutputHelper output) : IClassFixture<AppFixture>
{
    private const int Processes = 4;
    private const int Workers = 8;
    private const string Team = "GR_CCCCCCCCCCCCCCCC";

    /// <summary>Agents and contacts; more by a setting, like ROUTING_LOAD=200,2000.</summary>
    private static readonly int[] Load =
    [
        .. (Environment.GetEnvironmentVariable("ROUTING_LOAD") ?? "16,60")
            .Split(',')
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
    ];

    private readonly ConcurrentDictionary<string, int> accepted = new();
    private readonly ConcurrentDictionary<int, int> handling = new();
    private readonly ConcurrentQueue<string> faults = new();
    private volatile List<JsonElement> seen = [];
    private volatile bool settled;
    private volatile TaskCompletionSource looked = new();
    private volatile TaskCompletionSource? pause;

    [Fact]
    public async Task Nobody_is_assigned_twice_or_overloaded_and_nobody_waits_beside_a_free_agent()
    {
        var clock = Stopwatch.StartNew();
        var (agents, contacts) = (Load[0], Load[1]);
        var prefix = AppFixture.NewPrefix();
        var apps = Enumerable.Range(0, Processes).Select(_ => AppFixture.NewApp(prefix)).ToList();
        try
        {
            await Task.WhenAll(apps.Select(app => app.StartAsync()));
            var first = await RoutingClient.CreateAsync(apps[0].Http, new { });
            await first.ConfigureAsync(Configuration(first, agents));
            var clients = apps.Select(app => first.Through(app.Http)).ToList();
            await Parallel.ForEachAsync(
                Enumerable.Range(1, agents),
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (agent, _) => await clients[agent % Processes].PresenceAsync(agent, "available")
            );

            var (arrived, running) = (0, true);
            var watching = WatchAsync(clients, () => running);
            var working = Enumerable.Range(0, Workers).Select(worker => WorkAsync(clients, worker, agents, () => running)).ToList();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, contacts),
                new ParallelOptions { MaxDegreeOfParallelism = 6 },
                async (number, _) =>
                {
                    var random = new Random(number);
                    await clients[number % Processes]
                        .ArriveAsync(
                            new
                            {
                                queueId = 10 + random.Next(4),
                                priority = random.Next(3),
                                contactId = $"c{number}",
                            }
                        );
                    Interlocked.Increment(ref arrived);
                }
            );
            var arrivals = clock.Elapsed;
            pause = new TaskCompletionSource();
            await NobodyWaitsBesideAFreeAgentAsync(first);
            settled = true;
            pause.SetResult();
            await Parallel.ForEachAsync(
                Enumerable.Range(1, agents),
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (agent, _) => await clients[agent % Processes].PresenceAsync(agent, "available")
            );
            await Eventually.IsTrueAsync("every contact is over", async () => (await ListAsync(first)).All(IsOver));
            running = false;
            await Task.WhenAll([watching, .. working]);

            Assert.Empty(faults);
            var all = await ListAsync(first);
            Assert.Equal(contacts, all.Count);
            var states = all.GroupBy(State).ToDictionary(state => state.Key, state => state.Count());
            Assert.Equal(accepted.Count, states.GetValueOrDefault("ended"));
            foreach (var agent in Enumerable.Range(1, agents))
                Assert.Equal(1 + agent % 2, (await first.CallAsync(HttpMethod.Get, $"agents/{agent}")).GetProperty("freeUnits").GetInt32());
            output.WriteLine(
                $"{agents} agents, {contacts} contacts, {Processes} processes: arrived within {arrivals.TotalSeconds:F0}"
                    + $" s, over within {clock.Elapsed.TotalSeconds:F0} s;"
                    + $" {string.Join(", ", states.Select(state => $"{state.Value} {state.Key}"))}"
            );
        }
        finally
        {
            foreach (var app in apps) app.Dispose();
        }
    }

    [Fact]
    public async Task Killed_processes_leave_nothing_behind_that_the_next_sweep_does_not_mend()
    {
        var prefix = AppFixture.NewPrefix();
        using var survivor = AppFixture.NewApp(prefix);
        await survivor.StartAsync();
        var client = await RoutingClient.CreateAsync(survivor.Http, new { });
        await client.ConfigureAsync(Configuration(client, 12));
        for (var agent = 1; agent <= 12; agent++) await client.PresenceAsync(agent, "available");
        for (var death = 0; death < 3; death++)
        {
            using var mortal = AppFixture.NewApp(prefix);
            await mortal.StartAsync();
            var doomed = client.Through(mortal.Http);
            var requests = Enumerable.Range(0, 40).Select(number => Task.Run(async () =>
            {
                var id = $"k{death}-{number}";
                try
                {
                    var contact = await doomed.ArriveAsync(new { queueId = 10 + number % 4, contactId = id });
                    if (State(contact) != "offered") return;
                    var agentId = contact.GetProperty("offer").GetProperty("agentId").GetInt32();
                    await TryAsync(doomed, id, number % 5 == 0 ? "decline" : "accept", new { agentId });
                    await TryAsync(doomed, id, number % 3 == 0 ? "cancel" : "complete", new { });
                }
                catch (HttpRequestException)
                {
                    // The process was killed; whatever it had begun stays for the other.
                }
            })).ToList();
            await Eventually.IsTrueAsync("some contacts arrived", async () => (await ListAsync(client)).Count >= 10 + death * 15);
            mortal.Kill();
            await Task.WhenAll(requests);
            await NobodyWaitsBesideAFreeAgentAsync(client);
            await LoadsAgreeAsync(client, 12);
        }
        Assert.Empty(faults);
    }

    /// <summary>At some instant within a sweep or two: what a queue can serve now does not wait in it.</summary>
    private static Task NobodyWaitsBesideAFreeAgentAsync(RoutingClient client) =>
        Eventually.IsTrueAsync(
            "nobody waits beside a free agent",
            async () =>
            {
                await client.SweepAsync();
                var waiting = (await ListAsync(client))
                    .Where(contact => State(contact) == "queued")
                    .DistinctBy(contact => contact.GetProperty("queueId").GetInt32());
                foreach (var contact in waiting)
                {
                    var queue = contact.GetProperty("queueId").GetInt32();
                    if (
                        (await client.CallAsync(HttpMethod.Get, $"queues/{queue}/availability")).GetProperty("availability").GetString()
                            == "open"
                        && State(await client.ContactAsync(contact.GetProperty("id").GetString()!)) == "queued"
                    )
                        return false;
                }
                return true;
            }
        );

    /// <summary>What agents have reserved is what the contacts say of them.</summary>
    private static Task LoadsAgreeAsync(RoutingClient client, int agents) => Eventually.IsTrueAsync("loads agree with contacts", async () =>
    {
        var held = (await ListAsync(client))
            .Where(contact => State(contact) is "offered" or "active")
            .Select(contact => contact.GetProperty("id").GetString())
            .Order();
        var reserved = new List<string?>();
        for (var agent = 1; agent <= agents; agent++)
        {
            var shown = await client.CallAsync(HttpMethod.Get, $"agents/{agent}");
            if (shown.GetProperty("freeUnits").GetInt32() < 0) return false;
            reserved.AddRange(
                shown.GetProperty("load").EnumerateArray().Select(reservation => reservation.GetProperty("contactId").GetString())
            );
        }
        return held.SequenceEqual(reserved.Order());
    });

    /// <summary>Keeps an eye on all contacts for the workers.</summary>
    private async Task WatchAsync(List<RoutingClient> clients, Func<bool> running)
    {
        for (var round = 0; running(); round++)
        {
            seen = await ListAsync(clients[round % Processes]);
            var waiting = looked;
            looked = new TaskCompletionSource();
            waiting.SetResult();
        }
        looked.SetResult();
    }

    private async Task WorkAsync(List<RoutingClient> clients, int worker, int agents, Func<bool> running)
    {
        var random = new Random(worker);
        while (running())
        {
            if (seen.Where(contact => !IsOver(contact)).ToList() is not { Count: > 0 } open)
            {
                if (running()) await looked.Task;
                continue;
            }
            if (pause is { } until) await until.Task;
            var client = clients[random.Next(Processes)];
            var contact = open[random.Next(open.Count)];
            var id = contact.GetProperty("id").GetString()!;
            switch (State(contact))
            {
                case "offered":
                    var agent = contact.GetProperty("offer").GetProperty("agentId").GetInt32();
                    var dice = settled ? 0 : random.Next(100);
                    if (dice < 70) await AcceptAsync(client, id, agent);
                    else if (dice < 90) await TryAsync(client, id, "decline", new { agentId = agent });
                    break;
                case "active":
                    var handler = contact.GetProperty("agentId").GetInt32();
                    if (!accepted.ContainsKey(id)) break;
                    handling.AddOrUpdate(handler, -1, (_, count) => count - 1);
                    if (!await TryAsync(client, id, "complete", new { agentId = handler }))
                        handling.AddOrUpdate(handler, 1, (_, count) => count + 1);
                    break;
                case "queued" when random.Next(30) == 0:
                    await TryAsync(client, id, "cancel", new { });
                    break;
            }
            if (!settled && random.Next(10) == 0)
                await client.PresenceAsync(
                    random.Next(1, agents + 1),
                    random.Next(4) switch
                    {
                        0 => "logged_out",
                        1 => "busy",
                        _ => "available",
                    }
                );
        }
    }

    private async Task AcceptAsync(RoutingClient client, string id, int agent)
    {
        if (!await TryAsync(client, id, "accept", new { agentId = agent })) return;
        if (!accepted.TryAdd(id, agent)) faults.Enqueue($"{id} was accepted by {accepted[id]} and {agent}");
        var load = handling.AddOrUpdate(agent, 1, (_, count) => count + 1);
        if (load > 1 + agent % 2) faults.Enqueue($"agent {agent} handles {load}");
    }

    /// <summary>Whether it was done; somebody else may have been faster.</summary>
    private async Task<bool> TryAsync(RoutingClient client, string id, string action, object body)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, $"contacts/{id}/{action}", body);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Conflict))
            faults.Enqueue($"{action} of {id}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<List<JsonElement>> ListAsync(RoutingClient client)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.CallAsync(HttpMethod.Get, $"contacts?limit=200&cursor={cursor}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        return all;
    }

    private static object Configuration(RoutingClient client, int agents) => new
    {
        queues = Enumerable.Range(10, 4).Select(id => new { id, name = client.Name($"q{id}"), offerSeconds = 3 }),
        groups = new[] { new { id = Team, displayName = "Team" } },
        groupRoutings = new[]
        {
            new
            {
                queueId = 12,
                groupId = Team,
                primary = false,
            },
            new
            {
                queueId = 13,
                groupId = Team,
                primary = true,
            },
        },
        agents = Enumerable
            .Range(1, agents)
            .Select(id =>
                (JsonNode)RoutingClient.Agent(id, client.Name($"a{id}"), [10 + id % 3], id % 4 == 0 ? [Team] : [], units: 1 + id % 2)
            ),
    };

    private static bool IsOver(JsonElement contact) => State(contact) is "ended" or "abandoned" or "refused";

    private static string State(JsonElement contact) => contact.GetProperty("state").GetString()!;
}

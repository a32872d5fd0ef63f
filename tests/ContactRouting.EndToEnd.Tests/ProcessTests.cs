using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

public sealed class ProcessTests : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Killed_during_logins_the_app_loses_no_accepted_change()
    {
        var prefix = AppFixture.NewPrefix();
        using var killed = AppFixture.NewApp(prefix);
        await killed.StartAsync();
        var account = await AppFixture.CreateAccountAsync(killed.Http);
        var agents = await AddAgentsAsync(killed.Http, account, 40);

        var accepted = new ConcurrentDictionary<int, string>();
        var uncertain = new ConcurrentDictionary<int, bool>();
        var count = 0;
        await Parallel.ForEachAsync(agents, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (agent, _) =>
        {
            try
            {
                accepted[agent] = await account.SinkAsync("available", agent);
                if (Interlocked.Increment(ref count) == 10) killed.Kill();
            }
            catch (HttpRequestException)
            {
                uncertain[agent] = true;
            }
        });
        Assert.InRange(accepted.Count, 10, agents.Length - 1);
        Assert.NotEmpty(uncertain);

        using var restarted = AppFixture.NewApp(prefix);
        await restarted.StartAsync();
        var export = default(JsonElement);
        await Eventually.IsTrueAsync("the export shows every accepted login", async () =>
        {
            export = await restarted.Http.GetFromJsonAsync<JsonElement>(new Uri(account.ExportPath(), UriKind.Relative));
            return accepted.Keys.All(agent => Shown().Contains($"Agent {agent}"));
        });
        Assert.Subset(agents.Select(agent => $"Agent {agent}").ToHashSet(), Shown());
        Assert.Subset(accepted.Keys.Concat(uncertain.Keys).Select(agent => $"Agent {agent}").ToHashSet(), Shown());

        HashSet<string> Shown() =>
            [
                .. export
                    .GetProperty("operators")
                    .EnumerateArray()
                    .Select(op => op.GetProperty("@attributes").GetProperty("name").GetString()!),
            ];
    }

    [Fact]
    public async Task Start_with_wrong_settings_ends_with_a_line_for_each()
    {
        using var app = AppFixture.NewApp(AppFixture.NewPrefix());
        app.Settings["Operator__key"] = null;
        app.Settings["Encryption__currentKey"] = null;
        Assert.Equal(1, await app.RunToEndAsync());
        var lines = app.Output.Where(line => line.Length > 0).Select(line => line[..line.IndexOf(" must", StringComparison.Ordinal)]);
        Assert.Equal(["Error in a setting: Encryption__currentKey", "Error in a setting: Operator__key"], lines.Order());
    }

    private static async Task<int[]> AddAgentsAsync(HttpClient http, TestAccount account, int count)
    {
        var agents = Enumerable.Range(2000, count).ToArray();
        var document = (
            await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")
        ).Deserialize<System.Text.Json.Nodes.JsonNode>()!;
        foreach (var id in agents)
            document["agents"]!
                .AsArray()
                .Add(
                    JsonSerializer.SerializeToNode(
                        new
                        {
                            id,
                            displayName = $"Agent {id}",
                            name = $"agent-{id}{account.Suffix}",
                            type = "local",
                            queues = new[] { new { queueId = 14101 } },
                        }
                    )
                );
        using var answer = await TestAccount.PutConfigurationAsync(http, account.AccessToken, document.ToJsonString(), "*");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return agents;
    }
}

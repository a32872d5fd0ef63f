using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.StatusExport;

/// <summary>What a process shows of its own commits before the timer comes, over a real Azurite, by a clock that the test moves.</summary>
[Trait("Category", "Slow")]
public sealed class FreshSnapshotTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 1, TimeSpan.Zero));
    private readonly Builds builds = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";

    [Fact]
    public async Task Change_is_seen_at_once_where_it_was_made_and_changes_of_one_second_share_a_snapshot()
    {
        var pipeline = new HttpPipelineConfiguration(options => options.AddPolicy(builds, HttpPipelinePosition.PerCall));
        var app = AppServices.Create(azurite.ConnectionString, prefix, time, [pipeline]);
        var accountId = await PreparedAsync(AppServices.Create(azurite.ConnectionString, prefix, time));
        var service = app.Get<FreshSnapshots>();
        await service.StartAsync(None);
        time.Advance(TimeSpan.FromSeconds(2));
        await SetAsync(app, accountId, PresenceStatus.Available);
        await Eventually.IsTrueAsync("the login is seen", async () => await StatusAsync(app, accountId) == "available");
        Assert.Equal(1, builds.Count);

        foreach (var status in new[] { PresenceStatus.Busy, PresenceStatus.Available, PresenceStatus.Busy })
            await SetAsync(app, accountId, status);
        Assert.Equal("available", await StatusAsync(app, accountId));
        await Eventually.IsTrueAsync("the changes are known", () => Task.FromResult(app.Get<LiveTable>().Changed.Count == 0));
        await SeenAsync(app, accountId, "busy");
        Assert.Equal(2, builds.Count);

        // The memory's five seconds are over, and the stored snapshot is older than this process knows.
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("busy", await StatusAsync(app, accountId));
        await service.StopAsync(None);
    }

    [Fact]
    public async Task Where_it_is_switched_off_a_change_is_seen_after_the_tick()
    {
        var app = AppServices.Create(azurite.ConnectionString, prefix, time, ("Status:Fresh", "false"));
        var accountId = await PreparedAsync(app);
        var service = app.Get<FreshSnapshots>();
        await service.StartAsync(None);
        await service.ExecuteTask!;
        await SetAsync(app, accountId, PresenceStatus.Available);
        Assert.Equal("logged_out", await StatusAsync(app, accountId));
        time.Advance(TimeSpan.FromSeconds(6));
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Equal("available", await StatusAsync(app, accountId));
    }

    private static async Task<int> PreparedAsync(IServiceProvider app)
    {
        var accountId = await app.CreateAccountAsync();
        await app.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
        {
            edit.Put(Directories.Queue(10) with { Name = $"q10-{accountId}" });
            edit.Put(Directories.Agent(1, [10]) with { Name = $"a1-{accountId}" });
            return true;
        }, None);
        await app.Get<AccountVisits>().SweepAsync(None);
        return accountId;
    }

    private async Task SeenAsync(IServiceProvider app, int accountId, string status) =>
        await Eventually.IsTrueAsync($"the agent is seen {status}", async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await StatusAsync(app, accountId) == status;
        });

    private static Task<PresenceResult> SetAsync(IServiceProvider app, int accountId, PresenceStatus status) =>
        app.Get<AgentPresence>().ApplyAsync(accountId, 1, _ => new PresenceChange(status, PresenceSource.Api), None);

    private static async Task<string?> StatusAsync(IServiceProvider app, int accountId)
    {
        var snapshot = await app.Get<Snapshots>().FindAsync(accountId);
        await using var plain = (await snapshot!.BodyAsync(SnapshotVariant.Status)).OpenPlain();
        using var status = await JsonDocument.ParseAsync(plain);
        var agents = status.RootElement.GetProperty("agents");
        return agents.GetArrayLength() == 0 ? null : agents[0].GetProperty("status").GetString();
    }

    /// <summary>Counts the reads of what is live.</summary>
    private sealed class Builds : HttpPipelineSynchronousPolicy
    {
        private readonly ConcurrentQueue<string> reads = new();

        public int Count => reads.Count;

        public override void OnSendingRequest(HttpMessage message)
        {
            var uri = Uri.UnescapeDataString(message.Request.Uri.ToString());
            if (uri.Contains($"'{LiveKeys.Agents}'", StringComparison.Ordinal)) reads.Enqueue(uri);
        }
    }
}

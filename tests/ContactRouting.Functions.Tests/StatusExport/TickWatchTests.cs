using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.StatusExport;

/// <summary>What a process does for a timer that does not tick, over a real Azurite and by a clock that the test moves.</summary>
[Trait("Category", "Slow")]
public sealed class TickWatchTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 1, TimeSpan.Zero));
    private readonly Requests requests = new();

    [Fact]
    public async Task Timer_that_stopped_is_stood_in_for_once_a_period_and_account_at_one_read_a_period()
    {
        var pipeline = new HttpPipelineConfiguration(options => options.AddPolicy(requests, HttpPipelinePosition.PerCall));
        var app = AppServices.Create(azurite.ConnectionString, $"t{Guid.NewGuid():n}", time, [pipeline]);
        var (first, second) = (await app.CreateAccountAsync(), await app.CreateAccountAsync());
        await app.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        var watch = app.Get<StandIn>();
        await watch.StartAsync(CancellationToken.None);

        // Three periods of 5 s and no tick: it may still be on its way. The one request that comes before the limit is looked at.
        time.Advance(TimeSpan.FromSeconds(15));
        watch.Answered(first);
        await Eventually.IsTrueAsync("the last tick is read", () => Task.FromResult(Looks() == 1));
        time.Advance(TimeSpan.FromSeconds(5));
        var asOf = time.GetUtcNow();
        watch.Answered(first);
        watch.Answered(first);
        watch.Answered(second);
        await Eventually.IsTrueAsync("the second account is visited", async () => await AsOfAsync(second) == asOf);
        Assert.Equal((asOf, 2), (await AsOfAsync(first), Looks()));

        // It ticks again, and from the next look on nothing is done for it.
        await app.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        var calls = requests.All.Count;
        watch.Answered(first);
        await Eventually.IsTrueAsync("the tick is seen", () => Task.FromResult(Looks() == 3));
        watch.Answered(second);
        await watch.StopAsync(CancellationToken.None);
        Assert.Equal(1, requests.All.Count - calls);

        async Task<DateTimeOffset?> AsOfAsync(int accountId) => (await app.Get<SnapshotStore>().LoadAsync(accountId))?.AsOf;
    }

    private int Looks() =>
        requests.All.Count(request =>
            request.StartsWith("GET", StringComparison.Ordinal) && request.Contains("'last'", StringComparison.Ordinal)
        );

    private sealed class Requests : HttpPipelineSynchronousPolicy
    {
        public ConcurrentQueue<string> All { get; } = new();

        public override void OnSendingRequest(HttpMessage message) =>
            All.Enqueue($"{message.Request.Method} {Uri.UnescapeDataString(message.Request.Uri.ToString())}");
    }
}

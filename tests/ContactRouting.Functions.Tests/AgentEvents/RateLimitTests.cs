using ContactRouting.AgentEvents;
using ContactRouting.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.AgentEvents;

[Trait("Category", "Slow")]
public sealed class RateLimitTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    [Theory]
    [InlineData(7)]
    [InlineData(450)]
    public async Task Instances_together_grant_the_limit_exactly_and_never_promise_too_much(int limit)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 10, 59, 30, TimeSpan.Zero));
        var prefix = $"t{Guid.NewGuid():n}";
        var instances = Enumerable
            .Range(0, 3)
            .Select(_ => AppServices.Create(azurite.ConnectionString, prefix, time, ("RingMe:RequestsPerHour", $"{limit}")))
            .ToList();
        var granted = 0;
        for (var request = 0; request < limit + 30; request++)
        {
            var quota = await instances[request % 3].Get<RateLimit>().TakeAsync(5, CancellationToken.None);
            if (quota.Remaining is not { } remaining) continue;
            granted++;
            Assert.InRange(remaining, 0, limit - granted);
            Assert.Equal(30, quota.ResetSeconds);
        }
        Assert.InRange(granted, limit - 2, limit);
        Assert.Equal(limit - 1, (await instances[0].Get<RateLimit>().TakeAsync(6, CancellationToken.None)).Remaining);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(limit - 1, (await instances[0].Get<RateLimit>().TakeAsync(5, CancellationToken.None)).Remaining);
    }

    [Fact]
    public async Task Requests_at_once_never_exceed_the_limit()
    {
        var prefix = $"t{Guid.NewGuid():n}";
        var instances = Enumerable
            .Range(0, 3)
            .Select(_ => AppServices.Create(azurite.ConnectionString, prefix, TimeProvider.System, ("RingMe:RequestsPerHour", "40")))
            .ToList();
        var quotas = await Task.WhenAll(
            Enumerable.Range(0, 120).Select(request => instances[request % 3].Get<RateLimit>().TakeAsync(5, CancellationToken.None))
        );
        Assert.Equal(40, quotas.Count(quota => quota.Remaining is not null));
    }
}

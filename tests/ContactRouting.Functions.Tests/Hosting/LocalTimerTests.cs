using ContactRouting.Hosting;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Hosting;

public sealed class LocalTimerTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 2, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Tick_that_is_most_of_a_year_away_comes_at_its_time()
    {
        await using var services = new ServiceCollection()
            .AddSingleton(new Ticking(time))
            .AddSingleton<TimeProvider>(time)
            .BuildServiceProvider();
        var ticks = services.GetRequiredService<Ticking>().At;
        using var timer = new LocalTimer(
            typeof(YearlyTimer).GetMethod(nameof(YearlyTimer.Run))!,
            "0 0 0 1 1 *",
            services.GetRequiredService<IServiceScopeFactory>(),
            Options.Create(new ScheduleOptions()),
            time,
            NullLogger<LocalTimer>.Instance
        );
        await timer.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(
            "the tick comes",
            () =>
            {
                time.Advance(TimeSpan.FromDays(30));
                return Task.FromResult(ticks.Count > 0);
            }
        );
        Assert.True(ticks[0] >= new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await timer.StopAsync(CancellationToken.None);
    }

    private sealed class Ticking(TimeProvider time)
    {
        public List<DateTimeOffset> At { get; } = [];

        public void Tick() => At.Add(time.GetUtcNow());
    }

    private sealed class YearlyTimer(Ticking ticking)
    {
        public Task Run([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer)
        {
            ticking.Tick();
            return Task.CompletedTask;
        }
    }
}

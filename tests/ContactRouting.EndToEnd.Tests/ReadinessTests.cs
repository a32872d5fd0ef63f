using System.Net;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

public sealed class ReadinessTests
{
    [Fact]
    public async Task App_is_ready_once_the_timer_has_ticked_and_while_the_storage_answers()
    {
        await using var proxy = await StorageProxy.StartAsync();
        await using var app = await ClockedApp.StartAsync(("Tables:ConnectionString", proxy.ConnectionString));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The timer has not ticked yet."), await AskAsync(app));

        await app.SweepAfterAsync(2);
        Assert.Equal((HttpStatusCode.OK, null), await AskAsync(app));

        proxy.Fault = StorageFault.Throttle;
        Assert.Equal((HttpStatusCode.OK, null), await AskAsync(app));
        app.Clock.Advance(TimeSpan.FromSeconds(2));
        var (status, fault) = await AskAsync(app);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("The storage ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_stalls_is_waited_for_no_longer_than_a_second()
    {
        await using var proxy = await StorageProxy.StartAsync();
        await using var app = await ClockedApp.StartAsync(("Tables:ConnectionString", proxy.ConnectionString));
        await AskAsync(app);
        app.Clock.Advance(TimeSpan.FromSeconds(2));
        proxy.Fault = StorageFault.Stall;
        var asked = AskAsync(app);
        await Eventually.IsTrueAsync("the app gives up", () =>
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(asked.IsCompleted);
        });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The storage does not answer within a second."), await asked);
    }

    private static async Task<(HttpStatusCode Status, string? Fault)> AskAsync(ClockedApp app)
    {
        using var client = new HttpClient(AppProcess.NewHandler()) { BaseAddress = app.Http.BaseAddress };
        using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (answer.StatusCode, body.TryGetProperty("fault", out var fault) ? fault.GetString() : null);
    }
}

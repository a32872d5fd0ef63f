using ContactRouting.Http;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.Hosting;

/// <summary>Whether the app can do its work: the storage answers, and the timer ticks. One read a second at most.</summary>
internal sealed class Readiness(Ticks ticks, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Anybody may ask, and as often as it pleases them.
    private readonly TimedCache<string, State> states = new(Patience, time);

    /// <summary>200, or 503 and what is wrong, in words.</summary>
    public async Task<Reply> ShowAsync() =>
        (await states.GetAsync("", ReadAsync)).Fault is { } fault
            ? Reply.Json(new { status = "unavailable", fault }, status: StatusCodes.Status503ServiceUnavailable)
            : Reply.Json(new { status = "ok" });

    private async Task<State> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            var last = await ticks.LastAsync(deadline.Token);
            var now = time.GetUtcNow();
            return new State(
                !schedule.Value.HasStopped(last, now) ? null
                : last is null ? "The timer has not ticked yet."
                : $"The timer ticked last {(now - last.Value).TotalSeconds:F0} s ago."
            );
        }
        catch (OperationCanceledException)
        {
            return new State("The storage does not answer within a second.");
        }
        catch (LayoutException error)
        {
            return new State(error.Message);
        }
        catch (Exception error) when (StorageUnavailableException.Of(error) is { } unavailable)
        {
            return new State(unavailable.Message);
        }
    }

    private sealed record State(string? Fault);
}

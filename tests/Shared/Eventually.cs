using System.Diagnostics;

namespace ContactRouting.Testing;

/// <summary>Waits for a condition with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static async Task IsTrueAsync(string what, TimeSpan timeout, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > timeout) throw new TimeoutException($"Not within {timeout.TotalSeconds} s: {what}.");
            await Task.Delay(Interval);
        }
    }
}

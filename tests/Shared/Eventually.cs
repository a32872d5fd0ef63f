using System.Diagnostics;

namespace ContactRouting.Testing;

/// <summary>Waits for a condition, so long that no machine is too slow for it.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="TimeoutException">It did not come true within three minutes.</exception>
    public static async Task IsTrueAsync(string what, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience) throw new TimeoutException($"Waited {Patience.TotalMinutes} minutes in vain: {what}.");
            await Task.Delay(Interval);
        }
    }
}

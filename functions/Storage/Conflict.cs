namespace ContactRouting.Storage;

/// <summary>Somebody else changed a row of ours between the read and the commit: read again and decide anew.</summary>
internal sealed class ConflictException(Exception? inner = null) : Exception("The rows changed since they were read.", inner);

internal static class Conflict
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Runs <paramref name="attempt"/> until it meets no conflict, with random pauses that grow, for at most 10 s. The storage answers
    /// meanwhile: a request's patience with the storage itself begins anew with each attempt's reads.
    /// </summary>
    /// <exception cref="ConflictException">The rows stayed contended for all that time.</exception>
    public static Task<T> RetryAsync<T>(Func<Task<T>> attempt, TimeProvider time, CancellationToken cancellationToken) =>
        RetryAsync(_ => attempt(), time, cancellationToken);

    /// <param name="attempt">Is given how often others were faster.</param>
    /// <exception cref="ConflictException">The rows stayed contended for all that time.</exception>
    public static async Task<T> RetryAsync<T>(Func<int, Task<T>> attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        var (start, turn) = (time.GetTimestamp(), 0);
        for (var pause = TimeSpan.FromMilliseconds(10); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await attempt(turn++);
            }
            catch (ConflictException) when (time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(pause * Random.Shared.NextDouble(), time, RequestLife.Of(cancellationToken));
            }
        }
    }
}

using System.Diagnostics;

namespace ContactRouting.Storage;

/// <summary>
/// So many at a time, or one, work on something in the storage. To wait for those before is to wait for the storage: where it does not
/// answer them, all give up when they would have alone.
/// </summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to be given back.
internal sealed class StorageTurn(int atOnce = 1)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim turn = new(atOnce);

    // When the storage last answered one of them, as far as they told, as a timestamp.
    private long lastAnswer;

    /// <summary>Each call is matched by one of <see cref="Release"/>.</summary>
    /// <exception cref="StorageUnavailableException">None of those before was answered for too long.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken = RequestLife.Of(cancellationToken);
        if (await turn.WaitAsync(TimeSpan.Zero, cancellationToken)) return;
        var since = Stopwatch.GetTimestamp();
        for (var isOurs = false; !isOurs;)
        {
            if (StoragePatience.Left(since) is not { Ticks: > 0 } left)
                throw new StorageUnavailableException("those before were not answered");
            isOurs = await turn.WaitAsync(left, cancellationToken);
            if (Interlocked.Read(ref lastAnswer) is var answer && answer > since) StoragePatience.Restart(since = answer);
        }
    }

    /// <summary>Tells those who wait that the storage answers whoever has the turn.</summary>
    public void Answered() => Interlocked.Exchange(ref lastAnswer, Stopwatch.GetTimestamp());

    public void Release()
    {
        if (StoragePatience.IsAnswered) Answered();
        turn.Release();
    }
}

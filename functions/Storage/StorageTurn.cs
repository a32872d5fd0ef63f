using System.Diagnostics;

namespace ContactRouting.Storage;

/// <summary>
/// One at a time works on something in the storage. To wait for those before is to wait for the storage: where it does not
/// answer them, all give up when they would have alone.
/// </summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to be given back.
internal sealed class StorageTurn
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim turn = new(1);

    // When the last of them was through whom the storage answered, as a timestamp.
    private long lastThrough;

    /// <summary>Each call is matched by one of <see cref="Release"/>.</summary>
    /// <exception cref="StorageUnavailableException">None of those before was through for too long.</exception>
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
            if (Interlocked.Read(ref lastThrough) is var through && through > since) StoragePatience.Restart(since = through);
        }
    }

    public void Release()
    {
        if (StoragePatience.IsAnswered) Interlocked.Exchange(ref lastThrough, Stopwatch.GetTimestamp());
        turn.Release();
    }
}

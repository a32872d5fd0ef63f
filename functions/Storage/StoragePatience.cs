using System.Diagnostics;
using Azure;

namespace ContactRouting.Storage;

/// <summary>The storage throttles, stalls or cannot be reached. Whether it made a change that it was asked for is not known.</summary>
internal sealed class StorageUnavailableException(string reason, Exception? inner = null)
    : Exception($"The storage is not available: {reason}", inner)
{
    /// <summary>What an error says of the kind, also one within the answer to a transaction; null where it says something else.</summary>
    public static StorageUnavailableException? Of(Exception error) => error switch
    {
        StorageUnavailableException unavailable => unavailable,
        RequestFailedException { Status: 408 or 429 or >= 500 } failed => new($"{failed.Status} {failed.ErrorCode}", failed),
        _ => null,
    };
}

/// <summary>
/// How long the storage is waited for. A request has a patience of its own, which begins anew with each call that the
/// storage answers; other work has one for each call.
/// </summary>
internal sealed class StoragePatience : IDisposable
{
    /// <summary>A request's, from its first wait since a call succeeded.</summary>
    public static readonly TimeSpan OfRequest = TimeSpan.FromSeconds(5);

    /// <summary>A commit's, with all its attempts: a request can still ask then whether it took place.</summary>
    public static readonly TimeSpan OfCommit = TimeSpan.FromSeconds(4);

    /// <summary>A call's outside of a request, with all its attempts.</summary>
    public static readonly TimeSpan OfCall = TimeSpan.FromSeconds(20);

    /// <summary>One attempt's.</summary>
    public static readonly TimeSpan OfAttempt = TimeSpan.FromSeconds(3);

    /// <summary>What an attempt needs to be worth sending. The end of the one before may be seen some milliseconds early.</summary>
    public static readonly TimeSpan OfLeastAttempt = TimeSpan.FromMilliseconds(100);

    /// <summary>One attempt's to read outside of a request: a query may keep the service busy for 5 s.</summary>
    public static readonly TimeSpan OfQuery = TimeSpan.FromSeconds(10);

    private static readonly AsyncLocal<StoragePatience?> Current = new();

    // A timestamp; 0 while nothing is waited for.
    private long waitingSince;
    private bool isOver;

    private StoragePatience()
    {
    }

    public static bool IsInRequest => Request is not null;

    /// <summary>Whether the request waits for nothing: its last call was answered.</summary>
    public static bool IsAnswered => Request is not { waitingSince: not 0 };

    private static StoragePatience? Request => Current.Value is { isOver: false } request ? request : null;

    /// <summary>Begins a request, for all that is awaited from here until it is disposed of.</summary>
    public static StoragePatience Begin() => Current.Value = new StoragePatience();

    /// <summary>What is left of the request's patience, or of a call's outside of a request.</summary>
    /// <param name="start">The call's timestamp.</param>
    public static TimeSpan Left(long start) =>
        Request is { } request ? OfRequest - Stopwatch.GetElapsedTime(request.Since(start)) : OfCall - Stopwatch.GetElapsedTime(start);

    /// <summary>The storage answered.</summary>
    public static void Answered() => Restart(0);

    /// <summary>Waits since another time.</summary>
    /// <param name="since">A timestamp; 0 for not at all.</param>
    public static void Restart(long since)
    {
        if (Request is { } request) Interlocked.Exchange(ref request.waitingSince, since);
    }

    public void Dispose() => isOver = true;

    private long Since(long start) => Interlocked.CompareExchange(ref waitingSince, start, 0) is var since and not 0 ? since : start;
}

using System.Collections.Concurrent;
using System.Diagnostics;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

internal sealed class StatusOptions
{
    public const string Section = "Status";

    /// <summary>Whether a process makes snapshots for itself right after its commits, beside those that the timer stores.</summary>
    public bool Fresh { get; set; } = true;
}

/// <summary>
/// Follows this process's commits with snapshots for its own memory, so that whoever changes something sees it at once. Commits
/// that come while an account has to wait share the next one.
/// </summary>
/// <param name="builder">Made late: a process loads nothing for it before the first commit.</param>
internal sealed partial class FreshSnapshots(
    LiveTable live,
    Lazy<StatusBuilder> builder,
    Snapshots snapshots,
    IOptions<StatusOptions> options,
    TimeProvider time,
    ILogger<FreshSnapshots> logger
) : BackgroundService
{
    private const int AtOnce = 2;

    /// <summary>From one of an account to its next.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    /// <summary>So many times as long as the last one took, at least: they take no more than a small part of a process.</summary>
    private const int PauseFactor = 10;

    private readonly ConcurrentDictionary<int, bool> announced = new();
    private readonly ConcurrentDictionary<int, DateTimeOffset> next = new();
    private readonly SemaphoreSlim turns = new(AtOnce);

    public override void Dispose()
    {
        turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Fresh) return;
        var running = new List<Task>();
        try
        {
            await foreach (var accountId in live.Changed.ReadAllAsync(stoppingToken))
            {
                running.RemoveAll(task => task.IsCompleted);
                if (announced.TryAdd(accountId, true)) running.Add(MakeAsync(accountId, stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task MakeAsync(int accountId, CancellationToken cancellationToken)
    {
        try
        {
            // One that is being made meanwhile puts its end off.
            while (next.GetValueOrDefault(accountId) - time.GetUtcNow() is var pause && pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellationToken);
            await turns.WaitAsync(cancellationToken);
            try
            {
                var (pauseEnd, clock) = (time.GetUtcNow() + LeastPause, Stopwatch.StartNew());
                next[accountId] = pauseEnd;

                // Whatever is committed from here on asks for another one.
                announced.TryRemove(accountId, out _);
                var status = await builder.Value.ReadAsync(accountId, cancellationToken);
                var ofLast = time.GetUtcNow() + PauseFactor * clock.Elapsed;
                if (ofLast > pauseEnd) next[accountId] = ofLast;
                if (status is not null) await snapshots.KeepAsync(status);
            }
            finally
            {
                turns.Release();
            }
        }
#pragma warning disable CA1031 // The timer's snapshot comes all the same.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailure(error, accountId);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A fresh snapshot of account {accountId} failed")]
    private partial void LogFailure(Exception error, int accountId);
}

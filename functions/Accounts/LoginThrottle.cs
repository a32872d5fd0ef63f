using System.Security.Cryptography;
using System.Text;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>
/// Slows down guessing: after five failures in a row a pause that doubles with each further one, up to five minutes,
/// kept by user name and address together, so that nobody can lock another out. Where the address cannot be told, those
/// of a name are delayed instead of refused, and for two seconds at most.
/// </summary>
/// <remarks>
/// The rows are slots, which name and address are spread over by a keyed hash: whoever tries made-up names fills a table
/// of a fixed size, and nobody can aim at another's slot.
/// </remarks>
internal sealed class LoginThrottle(Tables tables, KeyRing keyRing, TimeProvider time)
{
    private const int FreeFailures = 5;
    private const string RowKey = "attempts";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly byte[] key = keyRing.Derive("login throttle")[0].Key;

    /// <summary>What is known of the attempts so far: one read.</summary>
    public async Task<LoginAttempts> ReadAsync(string username, string? address, CancellationToken cancellationToken)
    {
        var slot =
            $"attempt|{Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{username}\n{address}")).AsSpan(0, 3))}";
        var row = await tables.Credentials.FindAsync<Failures>(slot, RowKey, cancellationToken);
        var now = time.GetUtcNow();
        var recent = row is not null && now - row.Value.Last < Memory ? row.Value.Count : 0;
        if (recent < FreeFailures) return new LoginAttempts(slot, row, recent);
        if (address is null)
            return new LoginAttempts(slot, row, recent)
            {
                Delay = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, recent - FreeFailures - 2), LongestDelay.TotalSeconds)),
            };
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, recent - FreeFailures), LongestPause.TotalSeconds));
        var left = row!.Value.Last + pause - now;
        return new LoginAttempts(slot, row, recent, left > TimeSpan.Zero ? (int)Math.Ceiling(left.TotalSeconds) : null);
    }

    /// <summary>Counts a failure, also where others fail at the same time.</summary>
    public Task FailedAsync(LoginAttempts attempts, CancellationToken cancellationToken) =>
        Conflict.RetryAsync(async () =>
        {
            var failures = new Failures { Count = attempts.Recent + 1, Last = time.GetUtcNow() };
            var written = attempts.Row is null
                ? await tables.Credentials.TryInsertAsync(attempts.Slot, RowKey, failures, cancellationToken)
                : await tables.Credentials.TryReplaceAsync(attempts.Slot, RowKey, failures, attempts.Row.ETag, cancellationToken);
            if (written) return true;
            var row = await tables.Credentials.FindAsync<Failures>(attempts.Slot, RowKey, cancellationToken);
            attempts = attempts with { Row = row, Recent = row?.Value.Count ?? 0 };
            throw new ConflictException();
        }, time, cancellationToken);

    /// <summary>Forgets the failures; no call where there were none.</summary>
    public async Task SucceededAsync(LoginAttempts attempts, CancellationToken cancellationToken)
    {
        if (attempts.Row is not null) await tables.Credentials.DeleteAsync(attempts.Slot, RowKey, cancellationToken);
    }
}

/// <param name="RetryAfter">Seconds in which no password is looked at, or null.</param>
internal sealed record LoginAttempts(string Slot, Row<Failures>? Row, int Recent, int? RetryAfter = null)
{
    /// <summary>For how long this attempt waits before its password is looked at.</summary>
    public TimeSpan Delay { get; init; }
}

internal sealed record Failures
{
    public int Count { get; init; }

    public DateTimeOffset Last { get; init; }
}

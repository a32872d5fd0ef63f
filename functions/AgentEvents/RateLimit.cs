using System.Collections.Concurrent;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.AgentEvents;

/// <summary>What a client has left in the current hour.</summary>
/// <param name="Remaining">Null where this request is one too many.</param>
/// <param name="ResetSeconds">Until the next hour.</param>
internal sealed record Quota(int Limit, int? Remaining, int ResetSeconds);

/// <summary>
/// Counts the requests of each account and hour. An instance reserves some at a time with a conditional write, so the
/// limit is never exceeded; what remains is told from the row as it is now, so it is never too much.
/// </summary>
internal sealed class RateLimit(Tables tables, IOptions<RingMeOptions> options, TimeProvider time)
{
    private const string RowKey = "hour";

    private readonly int limit = options.Value.RequestsPerHour;

    // A hundredth: few writes, and little is lost where an instance keeps its share to itself.
    private readonly int block = Math.Max(1, options.Value.RequestsPerHour / 100);

    private readonly ConcurrentDictionary<int, Share> shares = new();

    /// <summary>Takes one request: 1 read, and 1 write where the instance's share is used up.</summary>
    public async Task<Quota> TakeAsync(int accountId, CancellationToken cancellationToken)
    {
        var share = shares.GetOrAdd(accountId, _ => new Share());
        await share.Turn.WaitAsync(cancellationToken);
        try
        {
            return await Conflict.RetryAsync(() => AttemptAsync(accountId, share, cancellationToken), time, cancellationToken);
        }
        finally
        {
            share.Turn.Release();
        }
    }

    private async Task<Quota> AttemptAsync(int accountId, Share share, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var reset = (int)Math.Ceiling((hour.AddHours(1) - now).TotalSeconds);
        if (share.Hour != hour) (share.Hour, share.Left) = (hour, 0);

        var partition = LiveTable.Partition(accountId);
        var row = await tables.Quotas.FindAsync<HourQuota>(partition, RowKey, cancellationToken);
        var reserved = row?.Value.Hour == hour ? row.Value.Reserved : 0;
        if (share.Left == 0)
        {
            var more = Math.Min(block, limit - reserved);
            if (more == 0) return new Quota(limit, null, reset);
            var wanted = new HourQuota { Hour = hour, Reserved = reserved + more };
            var written = row is null
                ? await tables.Quotas.TryInsertAsync(partition, RowKey, wanted, cancellationToken)
                : await tables.Quotas.TryReplaceAsync(partition, RowKey, wanted, row.ETag, cancellationToken);
            if (!written) throw new ConflictException();
            (share.Left, reserved) = (more, wanted.Reserved);
        }
        share.Left--;
        return new Quota(limit, limit - reserved + share.Left, reset);
    }

    /// <summary>What this instance has reserved and not used.</summary>
    private sealed class Share
    {
        public StorageTurn Turn { get; } = new();

        public DateTimeOffset Hour { get; set; }

        public int Left { get; set; }
    }

    private sealed record HourQuota
    {
        public DateTimeOffset Hour { get; init; }

        public int Reserved { get; init; }
    }
}

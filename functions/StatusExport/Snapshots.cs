using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Status;
using ContactRouting.Storage;
using ContactRouting.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.StatusExport;

/// <summary>Serves the snapshots' ready bytes, from memory while they were read at most 5 s ago.</summary>
internal sealed class Snapshots(SnapshotStore store, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>The longest that a timer may let snapshots wait.</summary>
    private static readonly TimeSpan FreshLife = TimeSpan.FromMinutes(10);

    private readonly TimedCache<int, StoredSnapshot?> cache = new(MaxAge, time);

    /// <summary>Those that were made in this process, until the stored ones are newer: no reader goes back in time.</summary>
    private readonly TimedCache<int, StoredSnapshot?> fresh = new(FreshLife, time);

    public async Task<Reply> ServeAsync(int accountId, SnapshotVariant variant, HttpRequest request)
    {
        var snapshot = await FindAsync(accountId)
            ?? throw new DomainException(ErrorKind.Unavailable, "The first snapshot is not there yet.");
        Measures.SnapshotAge.Record((time.GetUtcNow() - snapshot.AsOf).TotalSeconds);
        var body = await snapshot.BodyAsync(variant);
        var reply = EntityTag.IsCurrent(request, body.ETag) ? Reply.Empty(StatusCodes.Status304NotModified)
            : ContentCoding.TakesGzip(request) ? Reply.Bytes(body.Gzip, variant.ContentType).With("Content-Encoding", "gzip")
            : Reply.Large(variant.ContentType, body.PlainLength, async (stream, cancelled) =>
            {
                await using var plain = body.OpenPlain();
                await plain.CopyToAsync(stream, cancelled);
            });
        return reply
            .With("ETag", body.ETag)
            .With("Cache-Control", "private, no-cache")
            .With("Vary", "Accept-Encoding");
    }

    /// <summary>Serves what is live from now on, unless something newer is known; a variant is rendered when it is asked for.</summary>
    public async Task KeepAsync(AccountStatus status)
    {
        var known = await FindAsync(status.AccountId);

        // What took so long is no news: the timer may have stored something newer since that was looked at.
        if (known is null || known.AsOf > status.AsOf || time.GetUtcNow() - status.AsOf > MaxAge) return;
        var waiting = LiveMinute.With(known.Waiting, status.AsOf, status.Totals.Waiting);
        var full = status.After(waiting);
        var made = new StoredSnapshot(status.AsOf, waiting, variant => Task.FromResult(variant.Render(full)));
        fresh.Keep(status.AccountId, made);
        cache.Keep(status.AccountId, made);
    }

    /// <summary>No read of the storage, or one; null where there is no snapshot yet.</summary>
    public Task<StoredSnapshot?> FindAsync(int accountId) =>
        cache.GetAsync(accountId, async () =>
        {
            var stored = await store.LoadAsync(accountId);
            return await fresh.FindAsync(accountId) is { } made && made.AsOf > stored?.AsOf ? made : stored;
        });
}

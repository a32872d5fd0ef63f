using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using ContactRouting.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.StatusExport;

/// <summary>Serves the snapshots' ready bytes, from memory while they were read at most 5 s ago.</summary>
internal sealed class Snapshots(SnapshotStore store, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly TimedCache<int, StoredSnapshot?> cache = new(MaxAge, time);

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

    /// <summary>No read of the storage, or one; null where there is no snapshot yet.</summary>
    public Task<StoredSnapshot?> FindAsync(int accountId) => cache.GetAsync(accountId, () => store.LoadAsync(accountId));
}

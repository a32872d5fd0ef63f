using ContactRouting.Http;
using ContactRouting.StatusExport;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What is live in an account as a whole, as a page or a monitor reads it often: ready bytes.</summary>
internal sealed class StatusResource(Snapshots snapshots)
{
    public Task<Reply> ShowAsync(int accountId, HttpRequest request) =>
        snapshots.ServeAsync(accountId, SnapshotVariant.Status, request);

    public Task<Reply> ShowMetricsAsync(int accountId, HttpRequest request) =>
        snapshots.ServeAsync(accountId, SnapshotVariant.Metrics, request);
}

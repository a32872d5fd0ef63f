using ContactRouting.Audit;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

internal sealed class AuditResource(AuditLog log, Paging paging)
{
    public Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken) =>
        ShowAsync(request, LiveTable.Partition(accountId), page => log.ListAsync(accountId, page, cancellationToken));

    public Task<Reply> ListOfOperatorAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ShowAsync(request, Tables.OperatorPartition, page => log.ListAsync(Tables.OperatorPartition, page, cancellationToken));

    /// <summary><c>from</c> and <c>to</c> are times, the second one exclusive.</summary>
    private async Task<Reply> ShowAsync(
        HttpRequest request,
        string owner,
        Func<AuditPage, Task<(IReadOnlyList<Row<AuditEntry>> Items, string? Next)>> read
    )
    {
        var (page, fields) = (paging.Read(request, owner), Fields.FromQuery(request));
        var (items, next) = await read(AuditPage.Of(page.Limit, page.After, fields.Time("from"), fields.Time("to")));
        return Reply.Json(new { items = items.Select(row => row.Value.Show(row.Key)), nextCursor = page.Next(next) });
    }
}

using ContactRouting.Audit;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

internal sealed class AuditResource(AuditLog log)
{
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken) =>
        Show(await log.ListAsync(accountId, PageOf(request), cancellationToken));

    public async Task<Reply> ListOfOperatorAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Show(await log.ListAsync(Tables.OperatorPartition, PageOf(request), cancellationToken));

    /// <summary><c>from</c> and <c>to</c> are times, the second one exclusive, <c>cursor</c> the last entry of the page before.</summary>
    private static AuditPage PageOf(HttpRequest request)
    {
        var (page, fields) = (Paging.Read(request), Fields.FromQuery(request));
        return AuditPage.Of(page.Limit, page.Cursor, fields.Time("from"), fields.Time("to"));
    }

    private static Reply Show((IReadOnlyList<Row<AuditEntry>> Items, string? Next) page) =>
        Reply.Json(new { items = page.Items.Select(row => row.Value.Show(row.Key)), nextCursor = page.Next });
}

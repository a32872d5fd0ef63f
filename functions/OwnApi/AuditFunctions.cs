using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class AuditFunctions(RoutingApi routing, OperatorApi operators, AuditLog log)
{
    [Function("Audit")]
    public Task<IResult> OfAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        routing.ServeAsync(
            request,
            new() { Get = async accountId => Show(await log.ListAsync(accountId, PageOf(request), cancellationToken)) },
            cancellationToken
        );

    [Function("OperatorAudit")]
    public Task<IResult> OfOperator(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        operators.ServeAsync(
            request,
            new OperatorVerbs(OperatorScope.Audit)
            {
                Get = async _ => Show(await log.ListAsync(Tables.OperatorPartition, PageOf(request), cancellationToken)),
            },
            cancellationToken
        );

    /// <summary><c>from</c> and <c>to</c> are times, the second one exclusive, <c>cursor</c> the last entry of the page before.</summary>
    private static AuditPage PageOf(HttpRequest request)
    {
        var (page, fields) = (Paging.Read(request), Fields.FromQuery(request));
        return AuditPage.Of(page.Limit, page.Cursor, fields.Time("from"), fields.Time("to"));
    }

    private static Reply Show((IReadOnlyList<Row<AuditEntry>> Items, string? Next) page) =>
        Reply.Json(new { items = page.Items.Select(row => row.Value.Show(row.Key)), nextCursor = page.Next });
}

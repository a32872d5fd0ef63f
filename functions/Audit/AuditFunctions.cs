using ContactRouting.Accounts;
using ContactRouting.Http;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Audit;

/// <summary>A page of the log: entries of a time, newest first.</summary>
/// <param name="FirstKey">The least key that may be on it.</param>
/// <param name="EndKey">The first key that may not.</param>
internal sealed record AuditPage(int Limit, string FirstKey, string EndKey)
{
    /// <summary><c>from</c> and <c>to</c> are times, the second one exclusive, <c>cursor</c> the last entry of the page before.</summary>
    /// <exception cref="DomainException">One of them is not valid.</exception>
    public static AuditPage Read(HttpRequest request)
    {
        var (page, fields) = (Paging.Read(request), Fields.FromQuery(request));
        var (from, to) = (fields.Time("from") ?? DateTimeOffset.UnixEpoch, fields.Time("to") ?? DateTimeOffset.MaxValue);
        if (page.Cursor is { } cursor && !cursor.All(c => char.IsAsciiLetterOrDigit(c) || c is '|' or '-'))
            throw DomainException.Invalid("cursor", "must be a nextCursor of this list.");
        var first = TableKey.NewestFirst(to.AddTicks(-1));
        if (string.CompareOrdinal(page.Cursor, first) >= 0) first = page.Cursor + "!";
        return new AuditPage(page.Limit, first, TableKey.NewestFirst(from.AddTicks(-1)));
    }
}

internal sealed class AuditFunctions(RoutingApi routing, OperatorApi operators, AuditLog log)
{
    [Function("Audit")]
    public Task<IResult> OfAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        routing.ServeAsync(
            request,
            new() { Get = async accountId => Show(await log.ListAsync(accountId, AuditPage.Read(request), cancellationToken)) },
            cancellationToken
        );

    [Function("OperatorAudit")]
    public Task<IResult> OfOperator(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        operators.ServeAsync(
            request,
            OperatorScope.Audit,
            new()
            {
                Get = async _ => Show(await log.ListAsync(Tables.OperatorPartition, AuditPage.Read(request), cancellationToken)),
            },
            cancellationToken
        );

    private static Reply Show((IReadOnlyList<Row<AuditEntry>> Items, string? Next) page) =>
        Reply.Json(new { items = page.Items.Select(row => row.Value.Show(row.Key)), nextCursor = page.Next });
}

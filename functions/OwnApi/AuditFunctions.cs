using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class AuditFunctions(RoutingApi routing, OperatorApi operators, AuditResource audit)
{
    private static readonly string[] Parameters = ["limit", "cursor", "from", "to"];

    [Function("Audit")]
    public Task<IResult> OfAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        routing.ServeAsync(request, new()
        {
            Query = Parameters,
            Get = caller => audit.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("OperatorAudit")]
    public Task<IResult> OfOperator(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/audit")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        operators.ServeAsync(request, new OperatorVerbs(OperatorScope.Audit)
        {
            Query = Parameters,
            Get = _ => audit.ListOfOperatorAsync(request, cancellationToken),
        }, cancellationToken);
}

using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class AccountFunctions(OperatorApi api, AccountResource accounts)
{
    [Function("OperatorAccounts")]
    public Task<IResult> Accounts(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
        {
            GetQuery = ["limit", "cursor"],
            Get = _ => accounts.ListAsync(request, cancellationToken),
            Post = _ => accounts.CreateAsync(request, cancellationToken),
        }, cancellationToken);

    [Function("OperatorAccount")]
    public Task<IResult> Account(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts/{accountId}")] HttpRequest request,
        string accountId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
        {
            Get = _ => accounts.GetAsync(accountId, cancellationToken),
            Delete = _ => accounts.RemoveAsync(accountId, cancellationToken),
        }, cancellationToken);

    [Function("OperatorAccountSecret")]
    public Task<IResult> Rotate(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts/{accountId}/secrets/{name}/rotate")] HttpRequest request,
        string accountId,
        string name,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
        {
            Query = ["overlapSeconds"],
            Post = _ => accounts.RotateAsync(accountId, name, request, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class AccountFunctions(LibraryH3lpApi api, LibraryH3lpAccounts accounts)
{
    [Function("LibraryH3lpAccounts")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/accounts")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = caller => accounts.ListAsync(caller.AccountId, cancellationToken) }, cancellationToken);

    [Function("LibraryH3lpAccount")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/accounts/{accountId}")] HttpRequest request,
        string accountId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => accounts.GetAsync(caller.AccountId, accountId, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpGroups")]
    public Task<IResult> Groups(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/groups")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = caller => accounts.GroupsAsync(caller.AccountId, cancellationToken) }, cancellationToken);
}

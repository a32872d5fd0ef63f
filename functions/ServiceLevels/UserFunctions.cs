using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class UserFunctions(LibraryH3lpApi api, LibraryH3lpUsers users)
{
    [Function("LibraryH3lpUsers")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = UserWish.FieldNames,
            Get = caller => users.ListAsync(caller.AccountId, cancellationToken),
            Post = caller => users.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpUser")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users/{userId}")] HttpRequest request,
        string userId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = UserWish.FieldNames,
            Get = caller => users.GetAsync(caller.AccountId, userId, cancellationToken),
            Put = caller => users.ChangeAsync(caller, userId, request, cancellationToken),
            Patch = caller => users.ChangeAsync(caller, userId, request, cancellationToken),
            Delete = caller => users.DeleteAsync(caller, userId, cancellationToken),
            OpenToUsers = true,
        }, cancellationToken);
}

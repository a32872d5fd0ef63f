using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

internal sealed class StringeeGroupFunctions(StringeeApi api, StringeeGroups groups)
{
    [Function("StringeeGroups")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/group")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeGroups.FieldNames,
            Get = accountId => groups.ListAsync(accountId, request, cancellationToken),
            Post = accountId => groups.CreateAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("StringeeGroup")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/group/{groupId}")] HttpRequest request,
        string groupId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = StringeeGroups.FieldNames,
            Get = accountId => groups.GetAsync(accountId, groupId, cancellationToken),
            Put = accountId => groups.ChangeAsync(accountId, groupId, request, cancellationToken),
            Delete = accountId => groups.RemoveAsync(accountId, groupId, cancellationToken),
        }, cancellationToken);
}

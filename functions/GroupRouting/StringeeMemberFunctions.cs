using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

internal sealed class StringeeMemberFunctions(StringeeApi api, StringeeMembers members)
{
    [Function("StringeeMembers")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/manage-agents-in-group")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => members.ListAsync(accountId, request, cancellationToken),
            Post = accountId => members.AddAsync(accountId, request, cancellationToken),
            Delete = accountId => members.RemoveAsync(accountId, request, cancellationToken),
        }, cancellationToken);
}

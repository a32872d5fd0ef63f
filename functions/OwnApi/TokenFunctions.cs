using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class TokenFunctions(RoutingApi api, TokenResource tokens)
{
    [Function("Tokens")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/tokens")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            GetQuery = ["limit", "cursor"],
            Get = caller => tokens.ListAsync(caller.AccountId, request, cancellationToken),
            Post = caller => tokens.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Token")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/tokens/{tokenId}")] HttpRequest request,
        string tokenId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => tokens.GetAsync(caller.AccountId, tokenId, cancellationToken),
            Delete = caller => tokens.RevokeAsync(caller.AccountId, tokenId, cancellationToken),
        }, cancellationToken);
}

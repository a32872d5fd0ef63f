using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Accounts;

internal sealed class OAuthFunction(OAuthApi api, OAuthTokens tokens)
{
    [Function("OAuthToken")]
    public Task<IResult> Token(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "oauth/token")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Post = _ => tokens.IssueAsync(request, cancellationToken) }, cancellationToken);
}

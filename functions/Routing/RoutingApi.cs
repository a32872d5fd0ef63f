using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Routing;

/// <summary>Our own API: the caller is the account whose access token it sends, as its administrator.</summary>
internal sealed class RoutingApi(TokenAuthentication tokens, ILogger<RoutingApi> logger) : Api<int>(logger)
{
    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await tokens.FindAccessAsync(BearerToken.Read(request)) ?? throw DomainException.Unauthenticated();

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

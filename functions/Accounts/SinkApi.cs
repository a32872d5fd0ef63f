using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Accounts;

/// <summary>The webhook sinks: the caller is the account whose sink token the path carries.</summary>
internal sealed class SinkApi(TokenAuthentication tokens, IAfterAnswer afterAnswer, ILogger<SinkApi> logger) : Api<int>(logger, afterAnswer)
{
    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await tokens.FindAsync(request.RouteValues["sinkToken"]?.ToString() ?? "", ClaimHolder.SinkToken)
        ?? throw DomainException.Unauthenticated(takes: "the account's sink token behind /hooks/");

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>Our own API: the caller is the account whose access token it sends, as its administrator.</summary>
internal sealed class RoutingApi(TokenAuthentication tokens, Idempotency idempotency, IAfterAnswer afterAnswer, ILogger<RoutingApi> logger)
    : Api<int>(logger, afterAnswer)
{
    /// <summary>Serves a resource; a POST with an idempotency key is answered once.</summary>
    public new Task<IResult> ServeAsync(HttpRequest request, Verbs<int> verbs, CancellationToken cancellationToken) =>
        base.ServeAsync(
            request,
            HttpMethods.IsPost(request.Method) && !verbs.PostReads
                ? verbs.Within(
                    (accountId, run) => idempotency.RunAsync(LiveTable.Partition(accountId), request, run, Failure, cancellationToken)
                )
                : verbs,
            cancellationToken
        );

    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await tokens.FindAccessAsync(BearerToken.Read(request)) ?? throw DomainException.Unauthenticated();

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

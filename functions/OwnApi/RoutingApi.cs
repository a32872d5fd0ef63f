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
    private const string Credential = "an access token of POST /oauth/token, as Authorization: Bearer TOKEN";

    protected override string? Challenge => "Bearer";

    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await tokens.FindAccessAsync(BearerToken.Read(request)) ?? throw DomainException.Unauthenticated(takes: Credential);

    protected override void Authorize(HttpRequest request, int caller, Verbs<int> verbs) =>
        KnownNames.RefuseOtherParameters(request, verbs.QueryOf(request.Method));

    /// <summary>A POST with an idempotency key is answered once.</summary>
    protected override Task<Reply> RunAsync(
        HttpRequest request,
        int accountId,
        Verbs<int> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    ) =>
        HttpMethods.IsPost(request.Method) && !verbs.PostReads
            ? idempotency.RunAsync(LiveTable.Partition(accountId), request, work, Failure, cancellationToken)
            : work();

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

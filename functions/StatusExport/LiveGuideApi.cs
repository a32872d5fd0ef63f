using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.StatusExport;

/// <summary>Live Guide's API: the caller is the account whose export token the query carries.</summary>
internal sealed class LiveGuideApi(TokenAuthentication tokens, IAfterAnswer afterAnswer, ILogger<LiveGuideApi> logger)
    : Api<int>(logger, afterAnswer)
{
    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.Query["token"] is [{ } token] && await tokens.FindAsync(token, Storage.ClaimHolder.ExportToken) is { } accountId
            ? accountId
            : throw DomainException.Unauthenticated();

    protected override Reply Failure(DomainException error) => Refusal(error);

    public static Reply Refusal(DomainException error) =>
        Reply
            .Json(new { error = error.Message }, status: (int)error.Kind)
            .With("Referrer-Policy", "no-referrer")
            .With("Cache-Control", "private, no-cache");
}

using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>
/// Our own API. The caller is an account's administrator, or who has a token that opens less; each verb says to which kinds of
/// token it is open, and here it is decided.
/// </summary>
internal sealed class RoutingApi(
    TokenAuthentication tokens,
    LimitedTokens limited,
    Credentials credentials,
    CrossOrigin crossOrigin,
    PreflightApi preflights,
    Idempotency idempotency,
    IAfterAnswer afterAnswer,
    ILogger<RoutingApi> logger
) : Api<RoutingCaller>(logger, afterAnswer)
{
    private const string Credential =
        "an access token of POST /oauth/token, or one of POST /routing/v1/sessions or /routing/v1/tokens, as Authorization: Bearer TOKEN";

    protected override string? Challenge => "Bearer";

    protected override int? AccountOf(RoutingCaller caller) => caller.AccountId;

    protected override AuditActor ActorOf(RoutingCaller caller) => caller.Actor;

    /// <summary>A browser's question before a request of another origin's page is answered without a credential.</summary>
    public Task<IResult> ServeAsync(HttpRequest request, RoutingVerbs verbs, CancellationToken cancellationToken) =>
        CrossOrigin.IsPreflight(request)
            ? preflights.ServeAsync(request, new() { Options = _ => crossOrigin.AnswerAsync(request, verbs.Methods) }, cancellationToken)
            : base.ServeAsync(request, verbs, cancellationToken);

    protected override async ValueTask<RoutingCaller> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        (BearerToken.Read(request) is { } token ? await FindAsync(request, token) : null)
        ?? throw DomainException.Unauthenticated(takes: Credential);

    protected override void Authorize(HttpRequest request, RoutingCaller caller, Verbs<RoutingCaller> verbs)
    {
        caller.RefuseUnlessOpen(((RoutingVerbs)verbs).OpenTo(request.Method), request.RouteValues);
        KnownNames.RefuseOtherParameters(request, verbs.QueryOf(request.Method));
    }

    /// <summary>A POST with an idempotency key is answered once.</summary>
    protected override Task<Reply> RunAsync(
        HttpRequest request,
        RoutingCaller caller,
        Verbs<RoutingCaller> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    ) =>
        HttpMethods.IsPost(request.Method) && !verbs.PostReads
            ? idempotency.RunAsync(LiveTable.Partition(caller.AccountId), request, work, Failure, cancellationToken, caller.KeyOwner)
            : work();

    protected override Reply Failure(DomainException error) => Problem.From(error);

    private async Task<RoutingCaller?> FindAsync(HttpRequest request, string token)
    {
        if (TokenText.Parse(token) is { } text)
        {
            await crossOrigin.AllowAsync(request, text);
            if (text.Kind == TokenKind.Contact)
                return await limited.FindContactAsync(text) is { } contactId ? RoutingCaller.OfContact(text.AccountId, contactId) : null;
            return await limited.FindAsync(text) is { } found ? RoutingCaller.With(text.AccountId, found) : null;
        }
        if (await tokens.FindAccessAsync(token) is { } accountId) return RoutingCaller.Client(accountId);
        return await credentials.FindSessionAsync(token, SessionUse.Bearer) is var (principal, session)
            ? RoutingCaller.SignedIn(principal, session.Id)
            : null;
    }
}

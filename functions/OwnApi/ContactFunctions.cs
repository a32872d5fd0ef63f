using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class ContactFunctions(RoutingApi api, ContactResource contacts)
{
    [Function("Contacts")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Guest],
            GetQuery = ["id", "limit", "cursor", .. ContactFilters.Names],
            Get = caller => contacts.ListAsync(caller, request, cancellationToken),
            Post = caller => contacts.ArriveAsync(caller, request, cancellationToken),
        }, cancellationToken);

    [Function("Contact")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include", LongPoll.Parameter],
            GetOpenTo = [TokenKind.Agent, TokenKind.Contact],
            Get = caller => contacts.GetAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactDecision")]
    public Task<IResult> Decision(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/decision")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => contacts.GetDecisionAsync(caller.AccountId, contactId, cancellationToken),
        }, cancellationToken);

    [Function("ContactAccept")]
    public Task<IResult> Accept(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/accept")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Agent],
            Post = caller => contacts.AcceptAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactDecline")]
    public Task<IResult> Decline(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/decline")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Agent],
            Post = caller => contacts.DeclineAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactComplete")]
    public Task<IResult> Complete(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/complete")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Agent],
            Post = caller => contacts.CompleteAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactCancel")]
    public Task<IResult> Cancel(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/cancel")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Contact],
            Post = caller => contacts.CancelAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactTransfer")]
    public Task<IResult> Transfer(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/transfer")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["include"],
            PostOpenTo = [TokenKind.Agent],
            Post = caller => contacts.TransferAsync(caller, contactId, request, cancellationToken),
        }, cancellationToken);
}

using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

/// <summary>Guests who arrive, and what becomes of them.</summary>
internal sealed class ContactFunctions(
    RoutingApi api,
    ContactRouter router,
    ContactActions actions,
    ContactStore contacts,
    ContactView view
)
{
    [Function("Contacts")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var page = Paging.Read(request);
                if (page.Cursor is { } cursor && Contact.ExternalIdProblem(cursor) is { } problem)
                    throw DomainException.Invalid("cursor", problem);
                var (items, next) = await contacts.ListAsync(accountId, page.Cursor, page.Limit, cancellationToken);
                var shown = await view.ShowAsync(accountId, items, ContactParts.Read(request), cancellationToken);
                return Reply.Json(new { items = shown, nextCursor = next }, ContactStore.Json);
            },
            Post = async accountId =>
            {
                var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
                fields.RefuseOthers("serviceId", "queueId", "agentId", "channel", "priority", "contactId");
                var parts = ContactParts.Read(request);
                var arrival = ArrivalFields.Read(fields);
                var operation = RepeatableOperation.Of(request);
                var contact = await router.ArriveAsync(
                    accountId,
                    arrival with { ContactId = arrival.ContactId ?? operation, Operation = operation },
                    cancellationToken
                );
                var shown = await view.ShowAsync(accountId, contact, parts, cancellationToken);
                return Reply.Json(shown, ContactStore.Json, StatusCodes.Status201Created)
                    .With("Location", $"/routing/v1/contacts/{contact.Id}");
            },
        }, cancellationToken);

    [Function("Contact")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var parts = ContactParts.Read(request);
                var contact = (await contacts.GetAsync(accountId, contactId, cancellationToken)).Value;
                return Reply.Json(await view.ShowAsync(accountId, contact, parts, cancellationToken), ContactStore.Json);
            },
        }, cancellationToken);

    [Function("ContactDecision")]
    public Task<IResult> Decision(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/decision")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
                (await contacts.GetAsync(accountId, contactId, cancellationToken)).Value.Decision is { } decision
                ? Reply.Json(decision, ContactStore.Json)
                : throw DomainException.NotFound("A decision of this contact"),
        }, cancellationToken);

    [Function("ContactAccept")]
    public Task<IResult> Accept(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/accept")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        ActAsync(
            request,
            contactId,
            ["agentId"],
            (call, fields) => actions.AcceptAsync(call, fields.RequiredInteger("agentId"), cancellationToken),
            cancellationToken
        );

    [Function("ContactDecline")]
    public Task<IResult> Decline(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/decline")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        ActAsync(
            request,
            contactId,
            ["agentId"],
            (call, fields) => actions.DeclineAsync(call, fields.RequiredInteger("agentId"), cancellationToken),
            cancellationToken
        );

    [Function("ContactComplete")]
    public Task<IResult> Complete(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/complete")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        ActAsync(
            request,
            contactId,
            ["agentId"],
            (call, fields) => actions.CompleteAsync(call, fields.Integer("agentId"), cancellationToken),
            cancellationToken
        );

    [Function("ContactCancel")]
    public Task<IResult> Cancel(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/cancel")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) => ActAsync(request, contactId, [], (call, _) => actions.CancelAsync(call, cancellationToken), cancellationToken);

    [Function("ContactTransfer")]
    public Task<IResult> Transfer(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/transfer")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        ActAsync(
            request,
            contactId,
            ["serviceId", "queueId", "agentId"],
            (call, fields) => router.TransferAsync(call, ArrivalFields.Target(fields), cancellationToken),
            cancellationToken
        );

    private Task<IResult> ActAsync(
        HttpRequest request,
        string contactId,
        string[] known,
        Func<ContactCall, Fields, Task<Contact>> act,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = async accountId =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.RefuseOthers(known);
                var parts = ContactParts.Read(request);
                var contact = await act(new ContactCall(accountId, contactId, RepeatableOperation.Of(request)), fields);
                return Reply.Json(await view.ShowAsync(accountId, contact, parts, cancellationToken), ContactStore.Json);
            },
        }, cancellationToken);
}

/// <summary>What an arrival says, and a simulation of one.</summary>
internal static class ArrivalFields
{
    public static Arrival Read(Fields fields) =>
        new(
            Target(fields),
            fields.Text("channel", Channels.Problem) ?? Channels.Standard,
            fields.Integer("priority", 0, Contact.MaxPriority) ?? 0,
            fields.Text("contactId", Contact.IdProblem)
        );

    /// <exception cref="DomainException">Not exactly one of the three is given.</exception>
    public static RoutingTarget Target(Fields fields)
    {
        var target = new RoutingTarget(fields.Integer("serviceId"), fields.Integer("queueId"), fields.Integer("agentId"));
        return new[] { target.ServiceId, target.QueueId, target.AgentId }.Count(id => id is not null) == 1
            ? target
            : throw DomainException.Invalid("serviceId", "or queueId or agentId must be given, exactly one of them.");
    }
}

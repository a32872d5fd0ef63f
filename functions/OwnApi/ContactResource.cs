using System.Text.Json;
using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Guests who arrive, and what becomes of them.</summary>
internal sealed class ContactResource(
    ContactRouter router,
    ContactActions actions,
    ContactStore contacts,
    ContactList list,
    ContactView view,
    LongPoll longPoll,
    LimitedTokens tokens,
    Paging paging
)
{
    private static readonly string[] NotForGuests = ["queueId", "agentId", "priority", "contactId"];

    public async Task<Reply> ListAsync(RoutingCaller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Query.ContainsKey("id")) return await ListOneAsync(caller, request, cancellationToken);
        var (page, parts) = (paging.Read(request, LiveTable.Partition(caller.AccountId)), ContactParts.Read(request, caller));
        var filter = ContactFilters.Read(Fields.FromQuery(request));
        var (items, last) = await list.ReadAsync(caller.AccountId, filter, page.After, page.Limit, cancellationToken);
        var shown = await view.ShowAsync(caller.AccountId, items, parts, cancellationToken);
        return Reply.Json(new { items = shown, nextCursor = page.Next(last) }, EventData.Json);
    }

    /// <summary>The contact of an id of any characters: a path holds no slash within a segment.</summary>
    private async Task<Reply> ListOneAsync(RoutingCaller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        var id = request.Query["id"].ToString();
        if (Contact.ExternalIdFault(id) is { } fault) throw DomainException.Invalid("id", fault);
        var found = await contacts.FindAsync(caller.AccountId, id, cancellationToken);
        List<Contact> items = found is null ? [] : [found.Value];
        var shown = await view.ShowAsync(caller.AccountId, items, ContactParts.Read(request, caller), cancellationToken);
        return Reply.Json(new { items = shown, nextCursor = (string?)null }, EventData.Json);
    }

    /// <summary>A guest's token brings its guest a token of the new contact alone.</summary>
    public async Task<Reply> ArriveAsync(RoutingCaller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("serviceId", "queueId", "agentId", "channel", "priority", "contactId", "attributes");
        if (caller.IsGuest && fields.Names.FirstOrDefault(NotForGuests.Contains) is { } field)
            throw new DomainException(ErrorKind.Forbidden, $"{field} is not a guest's to choose.", field);
        var parts = ContactParts.Read(request, caller);
        var arrival = ArrivalFields.Read(fields);
        caller.RefuseOtherService(arrival.Target.ServiceId);
        var operation = RepeatableOperation.Of(request);
        var contact = await router.ArriveAsync(
            caller.AccountId,
            arrival with
            {
                ContactId = arrival.ContactId ?? operation,
                Operation = operation,
                Attributes = ArrivalFields.Attributes(fields),
            },
            cancellationToken
        );
        var shown = await view.ShowAsync(caller.AccountId, contact, parts, cancellationToken);
        if (caller.IsGuest)
            shown = new Dictionary<string, object?>(shown) { ["token"] = tokens.OfContact(caller.AccountId, contact.Id) };
        return Reply.Json(shown, EventData.Json, StatusCodes.Status201Created).With("Location", $"/routing/v1/contacts/{contact.Id}");
    }

    public Task<Reply> GetAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken)
    {
        var parts = ContactParts.Read(request, caller);
        return longPoll.AnswerAsync(
            request,
            async _ =>
            {
                var contact = (await contacts.GetAsync(caller.AccountId, contactId, cancellationToken)).Value;
                if (!contact.IsOf(caller.AgentId)) throw DomainException.NotFound($"Contact {contactId}");
                var shown = await view.ShowAsync(caller.AccountId, contact, parts, cancellationToken);
                var body = JsonSerializer.SerializeToUtf8Bytes(shown, EventData.Json);
                return new Look(EntityTag.Of(body), false, () => Task.FromResult(Reply.Bytes(body, Reply.JsonType)));
            },
            cancellationToken
        );
    }

    public async Task<Reply> GetDecisionAsync(int accountId, string contactId, CancellationToken cancellationToken) =>
        (await contacts.GetAsync(accountId, contactId, cancellationToken)).Value.Decision is { } decision
            ? Reply.Json(decision, EventData.Json)
            : throw DomainException.NotFound("A decision of this contact");

    public Task<Reply> AcceptAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken) =>
        ActAsync(caller, contactId, request, ["agentId"], (call, fields) =>
            actions.AcceptAsync(call, RequiredAgent(caller, fields), cancellationToken), cancellationToken);

    public Task<Reply> DeclineAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken) =>
        ActAsync(caller, contactId, request, ["agentId"], (call, fields) =>
            actions.DeclineAsync(call, RequiredAgent(caller, fields), cancellationToken), cancellationToken);

    public Task<Reply> CompleteAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken) =>
        ActAsync(caller, contactId, request, ["agentId"], (call, fields) =>
            actions.CompleteAsync(call, AgentOf(caller, fields), cancellationToken), cancellationToken);

    public Task<Reply> CancelAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken) =>
        ActAsync(caller, contactId, request, [], (call, _) => actions.CancelAsync(call, cancellationToken), cancellationToken);

    public Task<Reply> TransferAsync(RoutingCaller caller, string contactId, HttpRequest request, CancellationToken cancellationToken) =>
        ActAsync(caller, contactId, request, ["serviceId", "queueId", "agentId"], (call, fields) =>
            router.TransferAsync(call, ArrivalFields.Target(fields), cancellationToken), cancellationToken);

    private static int RequiredAgent(RoutingCaller caller, Fields fields) =>
        AgentOf(caller, fields) ?? throw DomainException.Invalid("agentId", "is missing.");

    /// <summary>Who acts: with an agent's token, that agent.</summary>
    /// <exception cref="DomainException">It is another than the token's.</exception>
    private static int? AgentOf(RoutingCaller caller, Fields fields)
    {
        var named = fields.Integer("agentId");
        return caller.AgentId is { } own && named is not null && named != own
            ? throw new DomainException(ErrorKind.Forbidden, $"The token is for agent {own} alone.", "agentId")
            : named ?? caller.AgentId;
    }

    private async Task<Reply> ActAsync(
        RoutingCaller caller,
        string contactId,
        HttpRequest request,
        string[] known,
        Func<ContactCall, Fields, Task<Contact>> act,
        CancellationToken cancellationToken
    )
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RefuseOthers(known);
        var parts = ContactParts.Read(request, caller);
        var call = new ContactCall(caller.AccountId, contactId, RepeatableOperation.Of(request)) { AgentId = caller.AgentId };
        var contact = await act(call, fields);
        return Reply.Json(await view.ShowAsync(caller.AccountId, contact, parts, cancellationToken), EventData.Json);
    }
}

/// <summary>Which contacts a list is asked for.</summary>
internal static class ContactFilters
{
    public static readonly IReadOnlyList<string> Names = ["state", "queueId", "serviceId", "agentId", "since"];

    private static readonly Dictionary<string, ContactState> States = Enum.GetValues<ContactState>().ToDictionary(ContactLife.StateName);

    /// <exception cref="DomainException">A filter is none of its kind, or they leave nothing.</exception>
    public static ContactFilter Read(Fields query)
    {
        var filter = new ContactFilter(
            query.Has("state") ? States[query.RequiredWord("state", [.. States.Keys])] : null,
            query.Integer("queueId"),
            query.Integer("serviceId"),
            query.Integer("agentId"),
            query.Time("since")
        );
        filter.RefuseImpossible();
        return filter;
    }
}

/// <summary>What an arrival says, and a simulation of one.</summary>
internal static class ArrivalFields
{
    public static Arrival Read(Fields fields) =>
        new(
            Target(fields),
            fields.Text("channel", Channels.Fault) ?? Channels.Standard,
            fields.Integer("priority", 0, Contact.MaxPriority) ?? 0,
            fields.Text("contactId", Contact.IdFault)
        );

    /// <exception cref="DomainException">They are no JSON object, or too long.</exception>
    public static JsonElement? Attributes(Fields fields)
    {
        const string Name = "attributes";
        if (!fields.Has(Name)) return null;
        var attributes = fields.Raw(Name);
        if (attributes.ValueKind != JsonValueKind.Object) throw DomainException.Invalid(Name, "must be a JSON object.");
        return JsonSerializer.SerializeToUtf8Bytes(attributes, EventData.Json).Length <= Contact.MaxAttributesBytes
            ? attributes
            : throw DomainException.Invalid(Name, $"must be at most {Contact.MaxAttributesBytes} bytes long.");
    }

    /// <exception cref="DomainException">Not exactly one of the three is given.</exception>
    public static RoutingTarget Target(Fields fields)
    {
        var target = new RoutingTarget(fields.Integer("serviceId"), fields.Integer("queueId"), fields.Integer("agentId"));
        return new[] { target.ServiceId, target.QueueId, target.AgentId }.Count(id => id is not null) == 1
            ? target
            : throw DomainException.Invalid("serviceId", "or queueId or agentId must be given, exactly one of them.");
    }
}

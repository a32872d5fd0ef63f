using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Routing;

namespace ContactRouting.OwnApi;

/// <summary>Who calls our own API: an account's administrator, or who has a token that opens less.</summary>
internal sealed record RoutingCaller(int AccountId, AuditActor Actor)
{
    /// <summary>Of the token; null for the administrator.</summary>
    public TokenKind? Kind { get; private init; }

    /// <summary>The agent whose token it is; null where it is nobody's.</summary>
    public int? AgentId { get; private init; }

    /// <summary>The services to which a guest's token leads.</summary>
    public IReadOnlyList<int> ServiceIds { get; private init; } = [];

    /// <summary>The contact whose token it is; null where it is none's.</summary>
    public string? ContactId { get; private init; }

    /// <summary>The session that the token is of, or null.</summary>
    public string? SessionId { get; private init; }

    /// <summary>A contact's token, or the one that brings guests: a stranger has it.</summary>
    public bool IsGuest => Kind is TokenKind.Guest or TokenKind.Contact;

    /// <summary>Whose idempotency keys its are, within the account.</summary>
    public string KeyOwner => Kind switch
    {
        null => "",
        TokenKind.Agent => $"agent|{AgentId}",
        TokenKind.Contact => $"contact|{ContactId}",
        _ => $"token|{Actor.TokenId}",
    };

    /// <summary>A client with an access token.</summary>
    public static RoutingCaller Client(int accountId) => new(accountId, new AuditActor(ActorKind.Client));

    public static RoutingCaller SignedIn(Principal principal, string sessionId) =>
        new(principal.AccountId, principal.Actor)
        {
            Kind = principal.IsAdministrator ? null : TokenKind.Agent,
            AgentId = principal.AgentId,
            SessionId = sessionId,
        };

    public static RoutingCaller With(int accountId, LimitedToken token) =>
        new(accountId, new AuditActor(ActorOf(token.Kind)) { AgentId = token.AgentId, TokenId = token.Id })
        {
            Kind = token.Kind,
            AgentId = token.AgentId,
            ServiceIds = token.ServiceIds,
        };

    public static RoutingCaller OfContact(int accountId, string contactId) =>
        new(accountId, new AuditActor(ActorKind.Guest)) { Kind = TokenKind.Contact, ContactId = contactId };

    /// <summary>Refuses what the token does not open.</summary>
    /// <param name="open">The kinds that open it, beside the administrator's tokens.</param>
    /// <param name="path">What it names: an agent's token is for that agent alone, a guest's for its services, a contact's for it.</param>
    /// <exception cref="DomainException">It is not open to the caller.</exception>
    public void RefuseUnlessOpen(IReadOnlyList<TokenKind> open, RouteValueDictionary path)
    {
        if (Kind is not { } kind) return;
        if (!open.Contains(kind))
        {
            var kinds = string.Join(" or ", open.Select(TokenText.NameOf));
            var also = kinds.Length > 0 ? $" or a token of the kind {kinds}" : "";
            var came = TokenText.NameOf(kind);
            throw DomainException.Forbidden($"This takes a token of the administrator{also}; what came is of the kind {came}.");
        }
        if (AgentId is { } agentId && Named("agentId") is { } agent && WireId.Parse(agent) != agentId)
            throw DomainException.Forbidden($"The token is for agent {agentId} alone.");
        if (kind == TokenKind.Guest && Named("serviceId") is { } service) RefuseOtherService(WireId.Parse(service));
        if (ContactId is not null && Named("contactId") is { } contact && contact != ContactId)
            throw DomainException.Forbidden("The token is for another contact alone.");

        string? Named(string name) => path[name]?.ToString();
    }

    /// <exception cref="DomainException">A guest's token does not lead there.</exception>
    public void RefuseOtherService(int? serviceId)
    {
        if (Kind == TokenKind.Guest && (serviceId is not { } id || !ServiceIds.Contains(id)))
            throw DomainException.Forbidden($"The token is for the services {string.Join(", ", ServiceIds)} alone.");
    }

    private static ActorKind ActorOf(TokenKind kind) => kind switch
    {
        TokenKind.Agent => ActorKind.Agent,
        TokenKind.Read => ActorKind.Reader,
        _ => ActorKind.Guest,
    };
}

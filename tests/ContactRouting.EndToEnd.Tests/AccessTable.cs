using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd;

/// <summary>What somebody shows to be let in.</summary>
internal enum Credential
{
    OperatorKey,
    AccessToken,
    AdministratorSession,
    UserSession,
    AdministratorPassword,
    UserPassword,
    ClientSecret,
    StringeeToken,
    StringeeTokenInQuery,
    ExportToken,
    SinkToken,

    // Bearer tokens of the own API that are not the account's access token.
    AdministratorToken,
    AgentSessionToken,
    AgentToken,
    ReadToken,
    GuestToken,
    ContactToken,
}

/// <summary>A route with the methods that it answers.</summary>
/// <param name="Query">What a request for it has in its query.</param>
/// <param name="Body">What changes something, where a request with it is let in.</param>
/// <param name="CreatesByPut">Whether a PUT makes what the path names, where it is absent.</param>
internal sealed record RouteEntry(RouteGroup Group, string Route, string Query, string[] Methods, string? Body, bool CreatesByPut)
{
    /// <summary>Whether a method only reads: a GET without a HEAD beside it writes.</summary>
    public bool IsRead(string method) => method is "GET" or "HEAD" && Methods.Contains("HEAD");

    /// <summary>Whether the path or the query names something that is one account's.</summary>
    public bool NamesThing =>
        $"{Route}?{Query}".Contains("Id}", StringComparison.Ordinal) || Route.Contains("{segment}", StringComparison.Ordinal);

    /// <summary>Whether the path names the account.</summary>
    public bool NamesClient => Route.Contains("{clientId}", StringComparison.Ordinal);
}

/// <summary>Routes of one API that the same credentials open, and how it refuses.</summary>
internal sealed partial record RouteGroup(string Name, Credential[] Reads, Credential[] Writes, Func<JsonElement, bool> IsRefusal)
{
    /// <summary>The credentials of people, which open nothing to a page of another origin.</summary>
    private static readonly Credential[] Administrator = [Credential.AdministratorSession, Credential.AdministratorPassword];
    private static readonly Credential[] People = [.. Administrator, Credential.UserSession, Credential.UserPassword];
    private static readonly Credential[] Everybody = Enum.GetValues<Credential>();
    private static readonly Credential[] Own = [Credential.AccessToken, Credential.AdministratorToken];
    private static readonly Credential[] Agents = [.. Own, Credential.AgentToken, Credential.AgentSessionToken];
    private static readonly Credential[] Readers = [.. Own, Credential.ReadToken];
    private static readonly Credential[] Stringee = [Credential.StringeeToken, Credential.StringeeTokenInQuery];

    /// <summary>
    /// Every route. A line has its methods, its path, and the body that its changes send. Where names of an account stand in
    /// it, they are filled in.
    /// </summary>
    public static IReadOnlyList<RouteEntry> All { get; } =
    [
        .. OfRouting(Readers, []).Routes(
            """
            GET HEAD routing/v1/services
            GET HEAD routing/v1/services/{serviceId}
            GET HEAD routing/v1/queues
            GET HEAD routing/v1/queues/{queueId}
            GET HEAD routing/v1/queues/{queueId}/availability
            GET HEAD routing/v1/status
            GET HEAD routing/v1/status/metrics
            """
        ),
        .. OfRouting([.. Readers, Credential.GuestToken], []).Routes("GET HEAD routing/v1/services/{serviceId}/resolution"),
        .. OfRouting(Agents, Agents).Routes(
            """
            GET HEAD routing/v1/agents/{agentId}
            PUT routing/v1/agents/{agentId}/presence {"status":"available"}
            POST routing/v1/agents/{agentId}/heartbeat {"leaseSeconds":60}
            GET HEAD routing/v1/agents/{agentId}/offers
            POST routing/v1/contacts/{contactId}/accept {"agentId":136}
            POST routing/v1/contacts/{contactId}/decline {"agentId":136}
            POST routing/v1/contacts/{contactId}/complete {"agentId":136}
            POST routing/v1/contacts/{contactId}/transfer {"queueId":14111}
            """
        ),
        .. OfRouting([.. Agents, Credential.ContactToken], []).Routes("GET HEAD routing/v1/contacts/{contactId}"),
        .. OfRouting(Own, [.. Own, Credential.ContactToken]).Routes("POST routing/v1/contacts/{contactId}/cancel {}"),
        .. OfRouting(Own, [.. Own, Credential.GuestToken]).Routes("""GET HEAD POST routing/v1/contacts {"serviceId":{serviceId}}"""),
        .. OfRouting(Own, Own).Routes(
            """
            GET HEAD PUT routing/v1/configuration {}
            GET HEAD PATCH routing/v1/settings {"timeZone":"Europe/Berlin"}
            POST routing/v1/simulations {"queueId":14101}
            GET HEAD routing/v1/agents
            GET HEAD POST routing/v1/tokens {"kind":"read"}
            GET HEAD DELETE routing/v1/tokens/{tokenId}
            GET HEAD routing/v1/contacts/{contactId}/decision
            GET HEAD routing/v1/contacts/{contactId}/history
            GET HEAD routing/v1/audit
            GET HEAD routing/v1/events
            GET HEAD routing/v1/dead-letters
            POST routing/v1/dead-letters/replay {}
            POST routing/v1/subscriptions/{subscriptionId}/secret/rotate
            POST routing/v1/subscriptions/{subscriptionId}/ping
            POST routing/v1/subscriptions/{subscriptionId}/replay {"from":"2026-01-31T12:00:00Z"}
            GET HEAD routing/v1/subscriptions/{subscriptionId}/deliveries
            POST routing/v1/subscriptions/{subscriptionId}/pause
            POST routing/v1/subscriptions/{subscriptionId}/resume
            GET HEAD PUT DELETE routing/v1/subscriptions/{subscriptionId} {"url":"https://b.invalid/","eventTypes":["agent.absent"]}
            GET HEAD POST routing/v1/subscriptions {"url":"https://b.invalid/","eventTypes":["agent.absent"]}
            """
        ),
        .. OfRouting([], Agents).Routes("DELETE routing/v1/sessions/current"),
        .. new RouteGroup("the own API's login", [], [], IsProblem) { Status = HttpStatusCode.BadRequest }.Routes(
            """POST routing/v1/sessions {"username":"{username}"}"""
        ),
        .. new RouteGroup("sinks", [], [Credential.SinkToken], IsProblem).Routes(
            """
            GET POST hooks/{sinkToken}/agent-events?agent_id=136&agent_status=available&agent_type=local&event_source=phone
            POST hooks/{sinkToken}/contact-events {"event":"contact-queued","contact_id":"outside","queue":"14101"}
            """
        ),
        .. new RouteGroup("export", [Credential.ExportToken], [], json => Text(json, "error")).Routes("GET HEAD lg/export/status.php"),
        .. new RouteGroup("RingMe", [Credential.AccessToken], [Credential.AccessToken], json => Text(json, "message")).Routes(
            """
            GET HEAD user
            GET HEAD client/{clientId}/limit
            GET HEAD client_info/{clientId}
            GET HEAD client/client_info/{clientId}
            GET HEAD client/{clientId}/extension/{extension}/agent
            GET HEAD extension/{extension}/agent
            GET HEAD extension/{queueId}/queue
            GET HEAD POST client/{clientId}/agent/{kind} {"name":"New","extension_name":"000*095@example.com"}
            GET HEAD PUT DELETE client/{clientId}/agent/{kind}/{agentId} {"name":"Renamed"}
            GET HEAD POST client/{clientId}/agent/{kind}/{agentId}/event {"url":"http://a/","event_type":"agent-login","method":"GET"}
            GET HEAD PUT DELETE client/{clientId}/agent/{kind}/{agentId}/event/{eventId} {"url":"https://b.invalid/"}
            """,
            "",
            "api/ver1.0/"
        ),
        .. new RouteGroup("Stringee", Stringee, Stringee, IsStringeeRefusal).Routes(
            """
            GET HEAD POST v1/group {"name":"New"}
            GET HEAD PUT DELETE v1/group/{groupId} {"name":"Renamed"}
            GET HEAD POST v1/queue {"name":"New"}
            GET HEAD PUT DELETE v1/queue/{queueId} {"name":"Renamed"}
            GET HEAD POST v1/agent {"name":"New","stringee_user_id":"new"}
            GET HEAD PUT DELETE v1/agent/{agentId} {"name":"Renamed","manual_status":"AVAILABLE"}
            GET HEAD POST DELETE v1/manage-agents-in-group?group={groupId} {"agent_id":"{agentId}","group_id":"{groupId}"}
            GET HEAD POST v1/routing-call-to-groups?queue={queueId} {"queue_id":"{secondId}","group_id":"{groupId}","primary_group":1}
            GET HEAD PUT DELETE v1/routing-call-to-groups/{routingId} {"primary_group":0}
            """
        ),
        .. new RouteGroup("LibraryH3lp", People, Administrator, IsLibraryH3lpRefusal).Routes(
            """
            GET HEAD POST {version}/services {"name":"New"}
            GET HEAD PUT PATCH DELETE {version}/services/{serviceId} {"name":"Renamed"}
            GET HEAD POST {version}/services/{serviceId}/levels {"level":0,"name":"sales{suffix}","widgetId":3}
            GET HEAD POST {version}/services/{serviceId}/level {"level":0,"name":"support{suffix}","widgetId":3}
            GET HEAD PUT DELETE {version}/services/{serviceId}/levels/{level} {"html":"Changed"}
            GET HEAD PUT DELETE {version}/services/{serviceId}/level/{level} {"html":"Changed"}
            POST {version}/services/{serviceId}/levels/{level}/up
            POST {version}/services/{serviceId}/level/{level}/up
            POST {version}/services/{serviceId}/levels/{level}/down
            POST {version}/services/{serviceId}/level/{level}/down
            GET HEAD POST {version}/queues {"name":"new-queue{suffix}"}
            GET HEAD PUT PATCH DELETE {version}/queues/{queueId} {"email":"renamed@example.com"}
            GET HEAD POST {version}/queues/{queueId}/operators {"userId":136}
            GET HEAD PUT PATCH DELETE {version}/queues/{queueId}/operators/{userId} {"enabled":false}
            GET HEAD POST {version}/users/{userId}/assignments {"queueId":14131}
            GET HEAD PUT PATCH DELETE {version}/users/{userId}/assignments/{queueId} {"enabled":false}
            GET HEAD POST {version}/users {"name":"new-user{suffix}"}
            GET HEAD PUT PATCH DELETE {version}/users/{userId} {"email":"renamed@example.com"}
            GET HEAD POST {version}/widgets {"name":"New"}
            GET HEAD PUT PATCH DELETE {version}/widgets/{widgetId} {"name":"Renamed"}
            GET HEAD PUT {version}/queues/{queueId}/profiles/staff {"note":"any text"}
            GET HEAD {version}/accounts
            GET HEAD {version}/accounts/{accountId}
            GET HEAD {version}/groups
            GET HEAD {version}/activity/{year}
            GET HEAD {version}/activity/{year}/{month}
            GET HEAD {version}/activity/{year}/{month}/{day}
            GET HEAD {version}/reports/{report}
            """
        ),
        .. new RouteGroup(
            "APIO",
            [Credential.AccessToken, Credential.AdministratorSession, Credential.UserSession],
            [Credential.AccessToken, Credential.AdministratorSession],
            json => Text(json, "error")
        ).Routes(
            """
            GET HEAD api/v1/configs/user_services
            GET HEAD PUT* DELETE api/v1/configs/user_services/{segment} {"description":"Changed"}
            """
        ),

        // One's own sessions, whatever one's level; no session of another has an id there.
        .. new RouteGroup("LibraryH3lp's sessions", People, People, IsLibraryH3lpRefusal).Routes(
            """
            GET HEAD {version}/auth/sessions
            DELETE {version}/auth/sessions/{sessionId}
            """
        ),
        .. new RouteGroup(
            "APIO's sessions",
            [Credential.AccessToken, Credential.AdministratorSession, Credential.UserSession],
            [Credential.AccessToken, Credential.AdministratorSession, Credential.UserSession],
            json => Text(json, "error")
        ).Routes(
            """
            GET HEAD api/v1/sessions
            DELETE api/v1/sessions/{sessionId}
            """
        ),

        // A name alone logs nobody in, whatever comes along with it.
        .. new RouteGroup("APIO's login", [], [], json => Text(json, "error"))
        {
            Status = HttpStatusCode.BadRequest,
            IsForPages = true,
        }.Routes("""POST api/v1/login {"username":"{username}"}"""),
        .. new RouteGroup("LibraryH3lp's login", [], [], IsLibraryH3lpRefusal)
        {
            Status = HttpStatusCode.BadRequest,
            IsForPages = true,
        }.Routes("""POST {version}/auth/login {"username":"{username}"}"""),
        .. new RouteGroup("OAuth", [], [Credential.ClientSecret], json => Text(json, "error") && Text(json, "error_description"))
        {
            Status = HttpStatusCode.BadRequest,
        }.Routes("""POST oauth/token {"grant_type":"client_credentials"}"""),
        .. new RouteGroup("LibraryH3lp's logout", [], Everybody, IsLibraryH3lpRefusal) { IsPublic = true, IsForPages = true }.Routes(
            "GET POST {version}/auth/logout"
        ),
        .. new RouteGroup("health", Everybody, [], IsProblem) { IsPublic = true }.Routes("GET HEAD healthz\nGET HEAD readyz"),
        .. new RouteGroup("the description", Everybody, [], IsProblem) { IsPublic = true }.Routes(
            """
            GET HEAD openapi.json
            GET HEAD routing/v1/configuration/schema
            GET HEAD docs
            GET HEAD docs/{file}
            """
        ),
        .. new RouteGroup("pages", Everybody, [], IsLibraryH3lpRefusal) { IsPublic = true }.Routes(
            """
            GET HEAD js/libraryh3lp.js?{serviceId}
            GET HEAD js/libraryh3lp.json?{serviceId}
            GET HEAD presence/jid/{name}/{host}/{format}
            GET HEAD presence/jid/{name}/{host}/image/{theme}
            GET HEAD presence/image/{theme}/{show}
            GET HEAD chat/{jid}
            """
        ),

        // Last, since it takes the account away.
        .. new RouteGroup("operator", [Credential.OperatorKey], [Credential.OperatorKey], IsProblem).Routes(
            """
            POST operator/v1/sweeps
            GET HEAD operator/v1/audit
            GET HEAD POST operator/v1/accounts {"name":"New"}
            POST operator/v1/accounts/{accountId}/secrets/{name}/rotate {}
            GET HEAD DELETE operator/v1/accounts/{accountId}
            """
        ),
    ];

    /// <summary>Whether somebody who shows it is let in.</summary>
    public bool Opens(Credential credential) => Reads.Contains(credential) || Writes.Contains(credential);

    /// <summary>Those that it knows and lets do nothing of it.</summary>
    public bool Forbids(Credential credential) => Known.Contains(credential) && !Opens(credential);

    public bool IsPublic { get; private init; }

    public bool KnowsTokens => Known.Length > 0;

    private Credential[] Known { get; init; } = [];

    /// <summary>Whether a request of another origin's page is refused without a credential, too.</summary>
    public bool IsForPages { get; private init; }

    /// <summary>How it answers somebody who shows nothing that opens it.</summary>
    public HttpStatusCode Status { get; private init; } =
        Name == "Stringee" ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized;

    /// <summary>How it answers what is not there.</summary>
    public HttpStatusCode AbsentStatus => Name == "Stringee" ? HttpStatusCode.OK : HttpStatusCode.NotFound;

    /// <summary>Routes of the own API, where every token is known.</summary>
    private static RouteGroup OfRouting(Credential[] reads, Credential[] writes) =>
        new("routing", reads, writes, IsProblem) { Known = [.. Agents, .. Readers, Credential.GuestToken, Credential.ContactToken] };

    /// <param name="prefixes">Before every path of the lines; none is one that is empty.</param>
    private IEnumerable<RouteEntry> Routes(string lines, params string[] prefixes) =>
        from prefix in prefixes.DefaultIfEmpty("")
        from line in lines.Split('\n')
        let parts = Line().Match(line)
        let methods = parts.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let path = (prefix + parts.Groups[2].Value).Split('?', 2)
        let body = parts.Groups[3].Value.Trim()
        select new RouteEntry(
            this,
            path[0],
            path.ElementAtOrDefault(1) ?? "",
            [.. methods.Select(method => method.TrimEnd('*'))],
            body.Length == 0 ? null : body,
            methods.Contains("PUT*")
        );

    [GeneratedRegex(@"^((?:[A-Z]+\*? )+)(\S+)(.*)$")]
    private static partial Regex Line();

    private static bool IsProblem(JsonElement json) =>
        Text(json, "detail") && json.GetProperty("type").GetString()!.StartsWith("urn:contactrouting:", StringComparison.Ordinal);

    private static bool IsLibraryH3lpRefusal(JsonElement json) =>
        Text(json, "message") && json.GetProperty("success").ValueKind == JsonValueKind.Null;

    private static bool IsStringeeRefusal(JsonElement json) => Text(json, "message") && json.GetProperty("r").GetInt32() > 0;

    private static bool Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}

using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Accounts;

/// <summary>
/// An API for people: they hold a session cookie, or prove who they are in another way. The administrator may change
/// everything, others what a resource opens to them.
/// </summary>
/// <param name="cookie">The name of the session's cookie.</param>
internal abstract class SessionApi(
    string cookie,
    Credentials credentials,
    RequestOrigin origin,
    IAfterAnswer afterAnswer,
    TimeProvider time,
    ILogger logger
) : Api<Principal>(logger, afterAnswer)
{
    private static readonly TimeSpan YoungSession = TimeSpan.FromMinutes(10);

    protected override int? AccountOf(Principal caller) => caller.AccountId;

    protected override AuditActor ActorOf(Principal caller) => caller.Actor;

    /// <summary>
    /// Whether the caller has shown its password with this request, or not long before by opening its session: what a
    /// browser that somebody left alone, or a stolen cookie, cannot.
    /// </summary>
    public async Task<bool> HasShownPasswordAsync(HttpRequest request) =>
        request.Cookies[cookie] is not { Length: > 0 } token
        || await credentials.FindSessionAsync(token) is not var (_, session)
        || time.GetUtcNow() - session.OpenedAt < YoungSession;

    /// <summary>Whose session the request's cookie is, also where it is not asked for; null without one.</summary>
    public async Task<Principal?> SignedInAsync(HttpRequest request) =>
        request.Cookies[cookie] is { Length: > 0 } token ? await credentials.FindAsync(token) : null;

    public Reply SignedIn(HttpRequest request, string token, object body) =>
        Reply.Json(body).With("Set-Cookie", SetCookie(request, token, credentials.SessionLife)).With("Cache-Control", "no-store");

    public async Task<Reply> SignOutAsync(HttpRequest request, object body, CancellationToken cancellationToken)
    {
        RefuseForeign(request);
        if (request.Cookies[cookie] is { Length: > 0 } token) await credentials.CloseSessionAsync(token, cancellationToken);
        return Reply.Json(body).With("Set-Cookie", SetCookie(request, "", TimeSpan.Zero));
    }

    /// <summary>The caller's own sessions that stand, the newest first.</summary>
    public async Task<Reply> ShowSessionsAsync(HttpRequest request, Principal caller)
    {
        var current = request.Cookies[cookie] is { Length: > 0 } token ? (await credentials.FindSessionAsync(token))?.Session.Id : null;
        var sessions = await OwnAsync(caller);
        return Reply.Json(
            sessions.Select(session => new
            {
                session.Id,
                opened_at = session.OpenedAt,
                last_used_at = session.LastUsedAt,
                ends_at = session.EndsAt,
                session.Address,
                current = session.Id == current,
            })
        );
    }

    /// <summary>Ends one of the caller's own sessions.</summary>
    /// <param name="body">The answer; null for an empty one.</param>
    /// <exception cref="DomainException">It has none of that id.</exception>
    public async Task<Reply> EndSessionAsync(Principal caller, string id, object? body, CancellationToken cancellationToken)
    {
        if ((await OwnAsync(caller)).All(session => session.Id != id)) throw DomainException.NotFound("Session");
        await credentials.CloseSessionAsync(caller, id, cancellationToken);
        return body is null ? Reply.Empty(StatusCodes.Status204NoContent) : Reply.Json(body);
    }

    private async Task<IReadOnlyList<StandingSession>> OwnAsync(Principal caller) =>
        caller.IsClient ? [] : await credentials.SessionsAsync(caller);

    protected sealed override async ValueTask<Principal> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Cookies[cookie] is not { Length: > 0 } token || await credentials.FindAsync(token) is not { } principal)
            return await AuthenticateOtherwiseAsync(request, cancellationToken);
        if (!IsReading(MethodOf(request))) RefuseForeign(request);
        return principal;
    }

    protected abstract ValueTask<Principal> AuthenticateOtherwiseAsync(HttpRequest request, CancellationToken cancellationToken);

    protected sealed override void Authorize(HttpRequest request, Principal caller, Verbs<Principal> verbs)
    {
        if (!IsReading(MethodOf(request)) && !caller.IsAdministrator && !verbs.OpenToUsers)
            throw DomainException.Forbidden("Only the account's administrator can change this.");
    }

    /// <summary>What a browser sends along by itself, a page of another origin must not make use of.</summary>
    public void RefuseForeign(HttpRequest request)
    {
        if (origin.IsForeign(request)) throw DomainException.Forbidden("A page of another origin cannot change anything.");
    }

    protected static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private string SetCookie(HttpRequest request, string value, TimeSpan life) =>
        $"{cookie}={value}; Path=/; Max-Age={(int)life.TotalSeconds}; HttpOnly; SameSite=Lax{(origin.IsHttps(request) ? "; Secure" : "")}";
}

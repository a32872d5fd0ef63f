using ContactRouting.Accounts;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.ServiceLevels;

/// <summary>LibraryH3lp's API: the caller holds a session cookie.</summary>
internal sealed class LibraryH3lpApi(Credentials credentials, RequestOrigin origin, ILogger<LibraryH3lpApi> logger) : Api<Principal>(logger)
{
    public const string SessionCookie = "libraryh3lp-session";

    protected override async ValueTask<Principal> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var principal = request.Cookies[SessionCookie] is { Length: > 0 } cookie ? await credentials.FindAsync(cookie) : null;
        if (principal is null) throw DomainException.Unauthenticated();
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return principal;
        if (origin.IsForeign(request)) throw new DomainException(ErrorKind.Forbidden, "A page of another origin cannot change anything.");
        return principal.IsAdministrator ? principal : throw new DomainException(ErrorKind.Forbidden, "Only the account's administrator can change this.");
    }

    protected override Reply Failure(DomainException error) => Refusal(error);

    public static Reply Refusal(DomainException error) => Reply.Json(new { success = (bool?)null, message = error.Message }, status: (int)error.Kind);
}

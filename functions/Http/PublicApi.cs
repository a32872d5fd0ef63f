using ContactRouting.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Http;

/// <summary>Nobody in particular.</summary>
internal readonly record struct Anyone;

/// <summary>An API without authentication.</summary>
internal abstract class PublicApi(ILogger logger) : Api<Anyone>(logger)
{
    protected sealed override ValueTask<Anyone> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        new(default(Anyone));

    protected sealed override AuditActor ActorOf(Anyone caller) => new(ActorKind.Anonymous);
}

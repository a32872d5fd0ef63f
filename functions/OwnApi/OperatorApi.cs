using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>What a resource of the operator's API does for each method.</summary>
/// <param name="scope">What a key that does not open everything has to open.</param>
internal sealed class OperatorVerbs(OperatorScope scope) : Verbs<PlatformOperator>
{
    public OperatorScope Scope => scope;
}

/// <summary>
/// The operator's API. A change stands in the operator's audit log before it is made, and then with what came of it; a POST
/// with an idempotency key is answered once.
/// </summary>
internal sealed class OperatorApi(TokenAuthentication tokens, Idempotency idempotency, AuditLog audit, ILogger<OperatorApi> logger)
    : Api<PlatformOperator>(logger)
{
    protected override AuditActor ActorOf(PlatformOperator caller) => new(ActorKind.Operator) { Name = caller.Name };

    protected override string? Challenge => "Bearer";

    protected override async ValueTask<PlatformOperator> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var key = BearerToken.Read(request);
        if (tokens.FindOperator(key) is { } found) return found;
        var actor = new AuditActor(ActorKind.Anonymous) { Address = RequestOrigin.AddressOf(request) };
        if (key is not null) await audit.CountLoginAsync(null, actor, null, cancellationToken, "operator.login");
        throw DomainException.Unauthenticated(takes: "an operator key, as Authorization: Bearer KEY");
    }

    protected override void Authorize(HttpRequest request, PlatformOperator caller, Verbs<PlatformOperator> verbs) =>
        KnownNames.RefuseOtherParameters(request, verbs.QueryOf(request.Method));

    protected override async Task<Reply> RunAsync(
        HttpRequest request,
        PlatformOperator caller,
        Verbs<PlatformOperator> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    )
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return await AnswerAsync();
        var call = await audit.BeginCallAsync(request.Method, request.Path.Value!, cancellationToken);
        try
        {
            var reply = await AnswerAsync();
            await audit.EndCallAsync(call, reply.Status, reply.Location);
            return reply;
        }
        catch (DomainException error)
        {
            await audit.EndCallAsync(call, (int)error.Kind, null);
            throw;
        }

        Task<Reply> AnswerAsync()
        {
            var scope = ((OperatorVerbs)verbs).Scope;
            if (caller.Scopes?.Contains(scope) == false)
                throw DomainException.Forbidden($"The key {caller.Name} does not open {scope.ToString().ToLowerInvariant()}.");
            return HttpMethods.IsPost(request.Method)
                ? idempotency.RunAsync(Tables.OperatorPartition, request, work, Failure, cancellationToken, caller.Name)
                : work();
        }
    }

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

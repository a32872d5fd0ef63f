using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class EventFunctions(RoutingApi api, EventResource events, DeadLetterResource deadLetters)
{
    [Function("Events")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/events")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["after", "types", "subject", "limit", "wait"],
            Get = caller => events.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("ContactHistory")]
    public Task<IResult> History(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/contacts/{contactId}/history")] HttpRequest request,
        string contactId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => events.ListOfContactAsync(caller.AccountId, contactId, cancellationToken),
        }, cancellationToken);

    [Function("DeadLetters")]
    public Task<IResult> DeadLetters(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/dead-letters")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["limit", "cursor"],
            Get = caller => deadLetters.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("DeadLetterReplay")]
    public Task<IResult> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/dead-letters/replay")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => deadLetters.ReplayAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);
}

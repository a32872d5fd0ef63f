using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class OperatorFunctions(LibraryH3lpApi api, Operators operators)
{
    [Function("LibraryH3lpOperators")]
    public Task<IResult> ListOfQueue(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}/operators")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) => ListAsync(request, new OperatorPlace(queueId, null), cancellationToken);

    [Function("LibraryH3lpOperator")]
    public Task<IResult> OneOfQueue(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}/operators/{userId}")] HttpRequest request,
        string queueId,
        string userId,
        CancellationToken cancellationToken
    ) => OneAsync(request, new OperatorPlace(queueId, userId), OperatorSide.Queue, cancellationToken);

    [Function("LibraryH3lpAssignments")]
    public Task<IResult> ListOfUser(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users/{userId}/assignments")] HttpRequest request,
        string userId,
        CancellationToken cancellationToken
    ) => ListAsync(request, new OperatorPlace(null, userId), cancellationToken);

    [Function("LibraryH3lpAssignment")]
    public Task<IResult> OneOfUser(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/users/{userId}/assignments/{queueId}")] HttpRequest request,
        string userId,
        string queueId,
        CancellationToken cancellationToken
    ) => OneAsync(request, new OperatorPlace(queueId, userId), OperatorSide.User, cancellationToken);

    private Task<IResult> ListAsync(HttpRequest request, OperatorPlace place, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new()
        {
            Get = caller => operators.ListAsync(caller.AccountId, place, cancellationToken),
            Post = caller => operators.AssignAsync(caller.AccountId, place, request, cancellationToken),
        }, cancellationToken);

    private Task<IResult> OneAsync(HttpRequest request, OperatorPlace place, OperatorSide seenFrom, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new()
        {
            Get = caller => operators.GetAsync(caller.AccountId, place, seenFrom, cancellationToken),
            Put = caller => operators.EnableAsync(caller.AccountId, place, seenFrom, request, cancellationToken),
            Patch = caller => operators.EnableAsync(caller.AccountId, place, seenFrom, request, cancellationToken),
            Delete = caller => operators.RemoveAsync(caller.AccountId, place, cancellationToken),
        }, cancellationToken);
}

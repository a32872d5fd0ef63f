using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>
/// Who staffs which queue, seen from the queue (operators) and from the user (assignments). Source: LibraryH3lp,
/// "Operators" and "Assignments".
/// </summary>
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
            Get = async caller => Reply.LargeJson(await operators.ListAsync(caller.AccountId, place, cancellationToken)),
            Post = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                var complete = place.QueueId is null
                    ? place with
                    {
                        QueueId = IdIn(fields, "queue"),
                    }
                    : place with
                    {
                        UserId = IdIn(fields, "user"),
                    };
                return Reply.Json(
                    await operators.AssignAsync(
                        caller.AccountId,
                        complete,
                        place.UserId is null ? OperatorSide.Queue : OperatorSide.User,
                        EnabledIn(fields) ?? true,
                        cancellationToken
                    )
                );
            },
        }, cancellationToken);

    private Task<IResult> OneAsync(HttpRequest request, OperatorPlace place, OperatorSide seenFrom, CancellationToken cancellationToken)
    {
        return api.ServeAsync(request, new()
        {
            Get = async caller => Reply.Json((await operators.ListAsync(caller.AccountId, place, seenFrom, cancellationToken))[0]),
            Put = ChangeAsync,
            Patch = ChangeAsync,
            Delete = async caller =>
            {
                await operators.RemoveAsync(caller.AccountId, place, cancellationToken);
                return LibraryH3lpRequest.Done();
            },
        }, cancellationToken);

        async Task<Reply> ChangeAsync(Principal caller)
        {
            var enabled = EnabledIn(await Fields.ReadBodyAsync(request, cancellationToken));
            return Reply.Json(await operators.EnableAsync(caller.AccountId, place, seenFrom, enabled, cancellationToken));
        }
    }

    /// <summary>The id of the other side, under the names that clients use.</summary>
    private static string IdIn(Fields fields, string kind) =>
        new[] { $"{kind}Id", $"{kind}-id", "id" }.FirstOrDefault(fields.Has) is { } name
            ? fields.RequiredText(name, 20, orNumber: true)
            : throw DomainException.Invalid($"{kind}Id", "is missing.");

    /// <summary>LibraryH3lp's null suspends, like false.</summary>
    private static bool? EnabledIn(Fields fields) =>
        fields.Names.Contains("enabled") && !fields.Has("enabled") ? false : fields.Flag("enabled");
}

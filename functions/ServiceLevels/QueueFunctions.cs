using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class QueueFunctions(LibraryH3lpApi api, LibraryH3lpQueues queues)
{
    [Function("LibraryH3lpQueues")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpQueues.FieldNames,
            Get = caller => queues.ListAsync(caller.AccountId, cancellationToken),
            Post = caller => queues.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpQueue")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpQueues.FieldNames,
            Get = caller => queues.GetAsync(caller.AccountId, queueId, cancellationToken),
            Put = caller => queues.ChangeAsync(caller.AccountId, queueId, request, cancellationToken),
            Patch = caller => queues.ChangeAsync(caller.AccountId, queueId, request, cancellationToken),
            Delete = caller => queues.DeleteAsync(caller.AccountId, queueId, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpStaffProfile")]
    public Task<IResult> StaffProfile(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}/profiles/staff")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpQueues.FieldNames,
            Get = caller => queues.StaffProfileAsync(caller.AccountId, queueId, cancellationToken),
            Put = caller => queues.SetStaffProfileAsync(caller.AccountId, queueId, request, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class ServiceFunctions(LibraryH3lpApi api, LibraryH3lpServices services)
{
    [Function("LibraryH3lpServices")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpServices.FieldNames,
            Get = caller => services.ListAsync(caller.AccountId, cancellationToken),
            Post = caller => services.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpService")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpServices.FieldNames,
            Get = caller => services.GetAsync(caller.AccountId, serviceId, cancellationToken),
            Put = caller => services.ChangeAsync(caller.AccountId, serviceId, request, cancellationToken),
            Patch = caller => services.ChangeAsync(caller.AccountId, serviceId, request, cancellationToken),
            Delete = caller => services.DeleteAsync(caller.AccountId, serviceId, cancellationToken),
        }, cancellationToken);
}

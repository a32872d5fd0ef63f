using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.UserServices;

internal sealed class UserServiceFunctions(ApioApi api, ApioUserServices services)
{
    [Function("ApioUserServices")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/configs/user_services")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => services.ListAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("ApioUserService")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/configs/user_services/{segment}")] HttpRequest request,
        string segment,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = ApioUserServices.FieldNames,
            Get = caller => services.GetAsync(caller.AccountId, segment, cancellationToken),
            Put = caller => services.PutAsync(caller.AccountId, segment, request, cancellationToken),
            Delete = caller => services.RemoveAsync(caller.AccountId, segment, cancellationToken),
        }, cancellationToken);
}

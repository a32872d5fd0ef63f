using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>The service levels' resources, each under both of its spellings.</summary>
internal sealed class ServiceLevelFunctions(LibraryH3lpApi api, ServiceLevelStore levels)
{
    [Function("ServiceLevels")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/levels")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LevelWish.FieldNames,
            Get = caller => levels.ListAsync(caller.AccountId, serviceId, cancellationToken),
            Post = caller => levels.CreateAsync(caller.AccountId, serviceId, request, cancellationToken),
        }, cancellationToken);

    [Function("ServiceLevelsAlias")]
    public Task<IResult> ListAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/level")] HttpRequest request,
        string serviceId,
        CancellationToken cancellationToken
    ) => List(request, serviceId, cancellationToken);

    [Function("ServiceLevel")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/levels/{level}")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LevelWish.FieldNames,
            Get = caller => levels.GetAsync(caller.AccountId, serviceId, level, cancellationToken),
            Put = caller => levels.ChangeAsync(caller.AccountId, serviceId, level, request, cancellationToken),
            Delete = caller => levels.DeleteAsync(caller.AccountId, serviceId, level, cancellationToken),
        }, cancellationToken);

    [Function("ServiceLevelAlias")]
    public Task<IResult> OneAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/level/{level}")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) => One(request, serviceId, level, cancellationToken);

    [Function("ServiceLevelUp")]
    public Task<IResult> Up(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/levels/{level}/up")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) => MoveAsync(request, serviceId, level, -1, cancellationToken);

    [Function("ServiceLevelUpAlias")]
    public Task<IResult> UpAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/level/{level}/up")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) => MoveAsync(request, serviceId, level, -1, cancellationToken);

    [Function("ServiceLevelDown")]
    public Task<IResult> Down(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/levels/{level}/down")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) => MoveAsync(request, serviceId, level, 1, cancellationToken);

    [Function("ServiceLevelDownAlias")]
    public Task<IResult> DownAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/services/{serviceId}/level/{level}/down")] HttpRequest request,
        string serviceId,
        string level,
        CancellationToken cancellationToken
    ) => MoveAsync(request, serviceId, level, 1, cancellationToken);

    private Task<IResult> MoveAsync(HttpRequest request, string serviceId, string level, int step, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new()
        {
            Post = caller => levels.MoveAsync(caller.AccountId, serviceId, level, step, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

internal sealed class WidgetFunctions(LibraryH3lpApi api, LibraryH3lpWidgets widgets)
{
    [Function("LibraryH3lpWidgets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/widgets")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpWidgets.FieldNames,
            Get = caller => widgets.ListAsync(caller.AccountId, cancellationToken),
            Post = caller => widgets.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpWidget")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/widgets/{widgetId}")] HttpRequest request,
        string widgetId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = LibraryH3lpWidgets.FieldNames,
            Get = caller => widgets.GetAsync(caller.AccountId, widgetId, cancellationToken),
            Put = caller => widgets.ChangeAsync(caller.AccountId, widgetId, request, cancellationToken),
            Patch = caller => widgets.ChangeAsync(caller.AccountId, widgetId, request, cancellationToken),
            Delete = caller => widgets.DeleteAsync(caller.AccountId, widgetId, cancellationToken),
        }, cancellationToken);
}

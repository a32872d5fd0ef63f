using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels.Reports;

internal sealed class ActivityFunctions(LibraryH3lpApi api, Activity activity)
{
    [Function("LibraryH3lpActivityOfYear")]
    public Task<IResult> OfYear(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}")] HttpRequest request,
        string year,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => activity.OfYearAsync(caller.AccountId, year, request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpActivityOfMonth")]
    public Task<IResult> OfMonth(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}/{month}")] HttpRequest request,
        string year,
        string month,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => activity.OfMonthAsync(caller.AccountId, $"{year}-{month}", request, cancellationToken),
        }, cancellationToken);

    [Function("LibraryH3lpActivityOfDay")]
    public Task<IResult> OfDay(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}/{month}/{day}")] HttpRequest request,
        string year,
        string month,
        string day,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => activity.OfDayAsync(caller.AccountId, $"{year}-{month}-{day}", request, cancellationToken),
        }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels.Reports;

internal sealed class ReportFunction(LibraryH3lpApi api, ChatReports reports)
{
    [Function("LibraryH3lpReport")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/reports/{report}")] HttpRequest request,
        string report,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => reports.GetAsync(caller.AccountId, report, request, cancellationToken),
        }, cancellationToken);
}

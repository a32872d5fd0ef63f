using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.StatusExport;

internal sealed class StatusExportFunction(LiveGuideApi api, StatusExports exports)
{
    [Function("StatusExport")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "lg/export/status.php")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => exports.ServeAsync(accountId, request) }, cancellationToken);
}

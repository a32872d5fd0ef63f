using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OpenApi;

internal sealed class DocsFunctions(DescriptionApi api)
{
    [Function("Docs")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Task.FromResult(Viewer.Page(request)) }, cancellationToken);

    [Function("DocsFile")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs/{file}")] HttpRequest request,
        string file,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Task.FromResult(Viewer.File(request, file)) }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OpenApi;

internal sealed class OpenApiFunctions(DescriptionApi api)
{
    [Function("OpenApi")]
    public Task<IResult> OfApis(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "openapi.json")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Descriptions.OfApis(request) }, cancellationToken);

    [Function("ConfigurationSchema")]
    public Task<IResult> OfConfiguration(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/configuration/schema")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Descriptions.OfConfiguration(request) }, cancellationToken);

    [Function("Docs")]
    public Task<IResult> Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Descriptions.ShowPage(request) }, cancellationToken);

    [Function("DocsFile")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs/{file}")] HttpRequest request,
        string file,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Descriptions.ShowFile(request, file) }, cancellationToken);
}

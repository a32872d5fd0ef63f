using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Pages;

internal sealed class PageFunctions(PagesApi api)
{
    /// <summary>The Functions host serves it only where its own home page is switched off (AzureWebJobsDisableHomepage).</summary>
    [Function("Home")]
    public Task<IResult> Home(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{ignored:maxlength(0)?}")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Site.Home(request) }, cancellationToken);

    [Function("Wallboard")]
    public Task<IResult> Wallboard(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "wallboard")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Site.Wallboard(request) }, cancellationToken);

    [Function("Console")]
    public Task<IResult> Console(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "console")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Site.Console(request) }, cancellationToken);

    [Function("PageFile")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "pages/{version}/{file}")] HttpRequest request,
        string version,
        string file,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Site.File(request, version, file) }, cancellationToken);
}

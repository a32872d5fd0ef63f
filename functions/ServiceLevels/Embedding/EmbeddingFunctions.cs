using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

internal sealed class EmbeddingFunctions(LibraryH3lpPublicApi api, EmbeddingScript script)
{
    [Function("EmbeddingScript")]
    public Task<IResult> Load(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "js/libraryh3lp.js")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => script.LoadAsync(request) }, cancellationToken);

    [Function("EmbeddingState")]
    public Task<IResult> Poll(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "js/libraryh3lp.json")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => script.PollAsync(request) }, cancellationToken);
}

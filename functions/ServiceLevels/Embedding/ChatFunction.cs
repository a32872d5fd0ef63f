using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

internal sealed class ChatFunction(LibraryH3lpPublicApi api, NamedPresence presence)
{
    [Function("LibraryH3lpChat")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "chat/{jid}")] HttpRequest request,
        string jid,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => presence.ChatAsync(jid, request) }, cancellationToken);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

internal sealed class PresenceFunctions(LibraryH3lpPublicApi api, NamedPresence presence)
{
    [Function("LibraryH3lpPresence")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/jid/{name}/{host}/{format}")] HttpRequest request,
        string name,
        string host,
        string format,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => presence.ShowAsync(new Jid(name, host), format, request) }, cancellationToken);

    [Function("LibraryH3lpPresenceImage")]
    public Task<IResult> ImageOf(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/jid/{name}/{host}/image/{theme}")] HttpRequest request,
        string name,
        string host,
        string theme,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => presence.ImageAsync(new Jid(name, host), theme) }, cancellationToken);

    [Function("LibraryH3lpImage")]
    public Task<IResult> Image(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/image/{theme}/{show}")] HttpRequest request,
        string theme,
        string show,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => Task.FromResult(PresenceImage.Of(request, theme, show)) }, cancellationToken);
}

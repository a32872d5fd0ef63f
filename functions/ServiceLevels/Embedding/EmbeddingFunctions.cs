using System.Text.Json;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>The script that pages embed, and the state that it asks for while a page is open.</summary>
internal sealed class EmbeddingFunctions(LibraryH3lpPublicApi api, EmbeddedServices services)
{
    private const string StatePlace = "/*STATE*/ null";

    private static readonly string Script = ReadScript();

    [Function("EmbeddingScript")]
    public Task<IResult> Load(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "js/libraryh3lp.js")] HttpRequest request,
        CancellationToken cancellationToken
    ) => ServeAsync(request, state => Script.Replace(StatePlace, state, StringComparison.Ordinal), "text/javascript", cancellationToken);

    [Function("EmbeddingState")]
    public Task<IResult> Poll(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "js/libraryh3lp.json")] HttpRequest request,
        CancellationToken cancellationToken
    ) => ServeAsync(request, state => state, "application/json", cancellationToken);

    private Task<IResult> ServeAsync(
        HttpRequest request,
        Func<string, string> write,
        string contentType,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async _ =>
            {
                // The service's id stands alone in the query; pages add parameters of their own against caches.
                var id =
                    request.Query.Keys.Select(WireId.Parse).FirstOrDefault(id => id is not null)
                    ?? throw DomainException.Invalid("The service's id", "is missing in the query.");

                // The default encoder escapes what could end a script: < and the line separators.
                return PublicAnswer.Of(
                    request,
                    write(JsonSerializer.Serialize(await services.GetAsync(id), JsonSerializerOptions.Web)),
                    contentType
                );
            },
        }, cancellationToken);

    private static string ReadScript()
    {
        using var stream = typeof(EmbeddingFunctions).Assembly.GetManifestResourceStream("libraryh3lp.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OpenApi;

/// <summary>A page that shows the description: Swagger UI as its makers publish it, from this origin alone.</summary>
internal sealed class DocsFunctions(DescriptionApi api)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly EmbeddedFile Page = new("viewer/index.html", "text/html; charset=utf-8");

    private static readonly Dictionary<string, EmbeddedFile> Files = new(StringComparer.Ordinal)
    {
        ["start.js"] = new("viewer/start.js", "text/javascript; charset=utf-8"),
        ["swagger-ui-bundle.js"] = new("viewer/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ["swagger-ui-bundle.js.LICENSE.txt"] = new("viewer/swagger-ui-bundle.js.LICENSE.txt", "text/plain; charset=utf-8"),
        ["swagger-ui.css"] = new("viewer/swagger-ui.css", "text/css; charset=utf-8"),
        ["favicon-32x32.png"] = new("viewer/favicon-32x32.png", "image/png"),
        ["LICENSE"] = new("viewer/LICENSE", "text/plain; charset=utf-8"),
        ["NOTICE"] = new("viewer/NOTICE", "text/plain; charset=utf-8"),
    };

    [Function("Docs")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            new() { Get = _ => Task.FromResult(Page.Answer(request).With("Content-Security-Policy", Policy)) },
            cancellationToken
        );

    [Function("DocsFile")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs/{file}")] HttpRequest request,
        string file,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            new()
            {
                Get = _ => Files.TryGetValue(file, out var found)
                    ? Task.FromResult(found.Answer(request))
                    : throw DomainException.NotFound(file),
            },
            cancellationToken
        );
}

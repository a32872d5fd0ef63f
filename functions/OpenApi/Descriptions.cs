using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OpenApi;

/// <summary>
/// The descriptions, made of the YAML files beside this one, and Swagger UI as its makers publish it, from this origin alone.
/// </summary>
internal static class Descriptions
{
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly EmbeddedFile OpenApi = new("openapi.json", Reply.JsonType);
    private static readonly EmbeddedFile Configuration = new("configuration.json", "application/schema+json; charset=utf-8");
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

    public static Task<Reply> OfApis(HttpRequest request) => Shared(OpenApi, request);

    /// <summary>What the configuration document can be. It says nothing of an account, and editors load it without a token.</summary>
    public static Task<Reply> OfConfiguration(HttpRequest request) => Shared(Configuration, request);

    public static Task<Reply> ShowPage(HttpRequest request) =>
        Task.FromResult(Page.Answer(request).With("Content-Security-Policy", PagePolicy));

    /// <exception cref="DomainException">The page has no such file.</exception>
    public static Task<Reply> ShowFile(HttpRequest request, string name) =>
        Files.TryGetValue(name, out var file) ? Task.FromResult(file.Answer(request)) : throw DomainException.NotFound(name);

    /// <summary>Pages of other origins may load it.</summary>
    private static Task<Reply> Shared(EmbeddedFile file, HttpRequest request) =>
        Task.FromResult(file.Answer(request).With("Access-Control-Allow-Origin", "*"));
}

using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OpenApi;

/// <summary>A page that shows the description: Swagger UI as its makers publish it, from this origin alone.</summary>
internal static class Viewer
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly EmbeddedFile Html = new("viewer/index.html", "text/html; charset=utf-8");

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

    public static Reply Page(HttpRequest request) => Html.Answer(request).With("Content-Security-Policy", Policy);

    /// <exception cref="DomainException">The page has no such file.</exception>
    public static Reply File(HttpRequest request, string name) =>
        Files.TryGetValue(name, out var found) ? found.Answer(request) : throw DomainException.NotFound(name);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.Http;

internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Take the scheme from X-Forwarded-Proto. Only right behind a front end that sets it.</summary>
    public bool TrustForwardedHeaders { get; set; }
}

/// <summary>What a request tells of its origin.</summary>
internal sealed class RequestOrigin(IOptions<HttpOptions> options)
{
    public bool IsHttps(HttpRequest request) =>
        request.IsHttps || (options.Value.TrustForwardedHeaders
            && request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim().Equals("https", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a page on another origin sent this, as far as a browser tells.</summary>
    public bool IsForeign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString().Equals("cross-site", StringComparison.OrdinalIgnoreCase)) return true;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        var host = options.Value.TrustForwardedHeaders && request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } forwarded ? forwarded : request.Host.Value;
        return !origin.Equals($"{(IsHttps(request) ? "https" : "http")}://{host}", StringComparison.OrdinalIgnoreCase);
    }
}

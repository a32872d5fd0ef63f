using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

internal static class BearerToken
{
    /// <summary>The token of an Authorization header with the scheme Bearer, or null.</summary>
    public static string? Read(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length
            ? header[Scheme.Length..].Trim()
            : null;
    }
}

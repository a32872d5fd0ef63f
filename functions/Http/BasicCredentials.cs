using System.Text;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

internal static class BasicCredentials
{
    /// <summary>User name and password of an Authorization header with the scheme Basic (RFC 7617, UTF-8), or null.</summary>
    public static (string User, string Password)? Read(HttpRequest request)
    {
        const string Scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length)) return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password] ? (user, password) : null;
    }
}

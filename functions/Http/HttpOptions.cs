using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.Http;

internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Take scheme, host and client address from the X-Forwarded headers. Only right behind a front end that sets them.</summary>
    public bool TrustForwardedHeaders { get; set; }
}

/// <summary>What a request tells of its origin.</summary>
internal sealed class RequestOrigin(IOptions<HttpOptions> options)
{
    public bool IsHttps(HttpRequest request) =>
        request.IsHttps || (options.Value.TrustForwardedHeaders
            && request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim().Equals("https", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Who is at the other end, for limits by address: an IPv4 address, or the first half of an IPv6 address, which is
    /// what one subscriber has.
    /// </summary>
    public string ClientAddress(HttpRequest request)
    {
        // The nearest front end appends the last entry; those before it are the client's own words.
        var text = options.Value.TrustForwardedHeaders ? request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() : "";
        var address = IPEndPoint.TryParse(text, out var forwarded) ? forwarded.Address : request.HttpContext.Connection.RemoteIpAddress;
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, address.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : 4));
    }

    /// <summary>Whether a page on another origin sent this, as far as a browser tells.</summary>
    public bool IsForeign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString().Equals("cross-site", StringComparison.OrdinalIgnoreCase)) return true;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        var host =
            options.Value.TrustForwardedHeaders && request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } forwarded
                ? forwarded
                : request.Host.Value;
        return !origin.Equals($"{(IsHttps(request) ? "https" : "http")}://{host}", StringComparison.OrdinalIgnoreCase);
    }
}

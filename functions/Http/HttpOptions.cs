using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Http;

internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Take scheme and host from the X-Forwarded headers. Only right behind a front end that sets them.</summary>
    public bool TrustForwardedHeaders { get; set; }

    /// <summary>Where a client's address can be told from.</summary>
    public ClientAddressSource ClientAddress { get; set; }
}

/// <summary>What names the client's address. Under the Functions host every connection comes from that host itself.</summary>
internal enum ClientAddressSource
{
    None,
    Connection,

    /// <summary>The last entry of X-Forwarded-For, which the nearest front end appends; others are the client's own words.</summary>
    Forwarded,
}

/// <summary>What a request tells of its origin.</summary>
internal sealed class RequestOrigin(IOptions<HttpOptions> options)
{
    public bool IsHttps(HttpRequest request) =>
        request.IsHttps || (options.Value.TrustForwardedHeaders
            && request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim().Equals("https", StringComparison.OrdinalIgnoreCase));

    /// <summary>The client's address; null where it cannot be told.</summary>
    public static string? AddressOf(HttpRequest request) =>
        request.HttpContext.RequestServices?.GetService<RequestOrigin>()?.ClientAddress(request);

    /// <summary>
    /// Who is at the other end: an IPv4 address, or the first half of an IPv6 address, which is
    /// what one subscriber has; null where it cannot be told.
    /// </summary>
    private string? ClientAddress(HttpRequest request)
    {
        var address = options.Value.ClientAddress switch
        {
            ClientAddressSource.Connection => request.HttpContext.Connection.RemoteIpAddress,
            ClientAddressSource.Forwarded => IPEndPoint.TryParse(
                request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim(),
                out var forwarded
            )
                ? forwarded.Address
                : null,
            _ => null,
        };
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        var network = address.GetAddressBytes();
        network.AsSpan(8).Clear();
        return $"{new IPAddress(network)}/64";
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

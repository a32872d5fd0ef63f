using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Http;

/// <summary>
/// A finished answer: status, bytes, headers. It has no public properties, since the Functions host serialises a
/// returned result once more.
/// </summary>
internal sealed class Reply : IResult
{
    public const string JsonType = "application/json; charset=utf-8";

    private readonly int status;
    private readonly string? contentType;
    private readonly ReadOnlyMemory<byte> body;
    private readonly List<KeyValuePair<string, string>> headers = [];

    private Reply(int status, string? contentType, ReadOnlyMemory<byte> body) =>
        (this.status, this.contentType, this.body) = (status, contentType, body);

    public static Reply Json<T>(T value, JsonSerializerOptions? options = null, int status = 200, string contentType = JsonType) =>
        new(status, contentType, JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web));

    public static Reply Bytes(ReadOnlyMemory<byte> body, string contentType) => new(200, contentType, body);

    public static Reply Empty(int status) => new(status, null, default);

    /// <summary>An answer that was given before.</summary>
    public static Reply Of(int status, string? contentType, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers)
    {
        var reply = new Reply(status, contentType, body);
        foreach (var (name, value) in headers) reply.With(name, value);
        return reply;
    }

    internal (int Status, string? ContentType, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers) Parts =>
        (status, contentType, body, headers.ToDictionary(header => header.Key, header => header.Value));

    public Reply With(string header, string value)
    {
        headers.Add(new(header, value));
        return this;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        foreach (var (name, value) in headers) response.Headers.Append(name, value);
        response.Headers.XContentTypeOptions = "nosniff";

        // An answer may hold secrets, or what is the account's own; those that may be kept say so.
        if (response.Headers.CacheControl.Count == 0) response.Headers.CacheControl = "no-store";
        if (httpContext.RequestServices?.GetService<RequestOrigin>()?.IsHttps(httpContext.Request) == true)
            response.Headers.StrictTransportSecurity = "max-age=31536000";
        if (status is StatusCodes.Status304NotModified or StatusCodes.Status204NoContent) return;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        try
        {
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, and the host would report it as a failure.
        }
    }
}

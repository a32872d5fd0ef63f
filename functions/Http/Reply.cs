using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Http;

/// <summary>
/// A finished answer: status, body, headers. It has no public properties, since the Functions host serialises a
/// returned result once more.
/// </summary>
internal sealed class Reply : IResult
{
    public const string JsonType = "application/json; charset=utf-8";

    private const int PieceBytes = 64 * 1024;

    private readonly int status;
    private readonly string? contentType;
    private readonly long? length;
    private readonly Func<Stream, CancellationToken, Task> write;
    private readonly List<KeyValuePair<string, string>> headers = [];

    private Reply(int status, string? contentType, long? length, Func<Stream, CancellationToken, Task> write) =>
        (this.status, this.contentType, this.length, this.write) = (status, contentType, length, write);

    private Reply(int status, string? contentType, ReadOnlyMemory<byte> body)
        : this(status, contentType, body.Length, (stream, cancellationToken) => WriteAsync(stream, body, cancellationToken))
    {
    }

    public static Reply Json<T>(T value, JsonSerializerOptions? options = null, int status = 200, string contentType = JsonType) =>
        new(status, contentType, JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web));

    /// <summary>
    /// For what may be large: JSON that is made while it is sent, no faster than the client takes it, and never held as a whole.
    /// What can fail or has to be waited for is done before.
    /// </summary>
    public static Reply LargeJson<T>(T value, JsonSerializerOptions? options = null) =>
        Large(
            JsonType,
            null,
            (stream, cancelled) => JsonSerializer.SerializeAsync(stream, value, options ?? JsonSerializerOptions.Web, cancelled)
        );

    /// <param name="length">Of the body; null where it is not known.</param>
    /// <param name="write">Writes it, piece by piece.</param>
    public static Reply Large(string contentType, long? length, Func<Stream, CancellationToken, Task> write) =>
        new(200, contentType, length, write);

    public static Reply Text(string text, string contentType) => Bytes(Encoding.UTF8.GetBytes(text), $"{contentType}; charset=utf-8");

    public static Reply Bytes(ReadOnlyMemory<byte> body, string contentType) => new(200, contentType, body);

    public static Reply Empty(int status) => new(status, null, default);

    /// <summary>An answer that was given before.</summary>
    public static Reply Of(int status, string? contentType, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers)
    {
        var reply = new Reply(status, contentType, body);
        foreach (var (name, value) in headers) reply.With(name, value);
        return reply;
    }

    internal int Status => status;

    internal string? Location => headers.Find(header => header.Key == "Location").Value;

    internal async Task<(int Status, string? ContentType, byte[] Body, IReadOnlyDictionary<string, string> Headers)> PartsAsync()
    {
        using var body = new MemoryStream();
        await write(body, CancellationToken.None);
        return (status, contentType, body.ToArray(), headers.ToDictionary(header => header.Key, header => header.Value));
    }

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
        response.ContentLength = length;
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        try
        {
            await write(response.Body, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, and the host would report it as a failure.
        }
    }

    /// <summary>The server copies what it is given, so it gets no more at a time than a client takes at once.</summary>
    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (; body.Length > PieceBytes; body = body[PieceBytes..]) await stream.WriteAsync(body[..PieceBytes], cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }
}

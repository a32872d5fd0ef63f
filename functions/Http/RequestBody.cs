using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Http;

/// <summary>Bounded reading of a request's body.</summary>
internal static class RequestBody
{
    /// <summary>1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Levels of nesting. The configuration document shows the same values some levels deeper, and has room for them.</summary>
    private const int MaxDepth = 24;

    /// <summary>Within which the whole body has to come.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The whole body. It takes as much memory as has come of it, whatever length it declares.</summary>
    /// <exception cref="DomainException">
    /// The body is longer than <paramref name="maxBytes"/>, encoded, too slow, malformed, or ends before its end.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        CancellationToken cancellationToken,
        int maxBytes = MaxBytes
    )
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw DomainException.Invalid("Content-Encoding", "is not supported: the body must come as it is.");
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        var time = request.HttpContext.RequestServices?.GetService<TimeProvider>() ?? TimeProvider.System;
        using var deadline = new CancellationTokenSource(Deadline, time);
        var reader = request.BodyReader;

        // Cancelled by its token, a read of the server's would count as still under way.
        using var end = deadline.Token.Register(reader.CancelPendingRead);
        try
        {
            return await ReadAsync(reader, maxBytes, cancellationToken);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(maxBytes);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw TooSlow(error);
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(error);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // Malformed, or the client is gone and nobody reads this.
            throw new DomainException(ErrorKind.Invalid, "The request's body cannot be read.", inner: error);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(PipeReader reader, int maxBytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            // No buffer is held while nothing comes.
            var result = await reader.ReadAsync(cancellationToken);
            var isTooLarge = body.Length + result.Buffer.Length > maxBytes;
            if (!isTooLarge)
            {
                foreach (var part in result.Buffer) body.Write(part.Span);
            }
            reader.AdvanceTo(result.Buffer.End);
            if (isTooLarge) throw TooLarge(maxBytes);
            if (result.IsCanceled) throw new OperationCanceledException();
            if (result.IsCompleted) return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }

    private static DomainException TooLarge(int maxBytes) => new(ErrorKind.TooLarge, $"The body is longer than {maxBytes} bytes.");

    private static DomainException NotUtf8() => new(ErrorKind.Invalid, "The body is not valid UTF-8.");

    private static DomainException TooSlow(Exception error) =>
        new(ErrorKind.TimedOut, $"The body did not come within {Deadline.TotalSeconds} s, or came too slowly.", inner: error);

    /// <summary>The body as a JSON object; trailing commas are accepted, as the originals' own samples have them.</summary>
    /// <exception cref="DomainException">The body is no JSON object, is not UTF-8, or is nested too deep.</exception>
    public static async Task<JsonElement> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ParseObject(await ReadAsync(request, cancellationToken));

    /// <summary>The body as text, whatever it is said to be.</summary>
    /// <exception cref="DomainException">The body is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(request, cancellationToken);
        return Utf8.IsValid(body.Span) ? Encoding.UTF8.GetString(body.Span) : throw NotUtf8();
    }

    public static JsonElement ParseObject(ReadOnlyMemory<byte> body, int maxDepth = MaxDepth)
    {
        if (!Utf8.IsValid(body.Span)) throw NotUtf8();
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = maxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object && IsText(document.RootElement)) return document.RootElement.Clone();
        }
        catch (JsonException error) when (error is { LineNumber: { } line, BytePositionInLine: { } column })
        {
            var place = $"line {line + 1}, byte {column + 1}";
            throw new DomainException(ErrorKind.Invalid, $"The body must be a JSON object; it is none at {place}.");
        }
        throw new DomainException(ErrorKind.Invalid, "The body must be a JSON object.");
    }

    /// <summary>Whether names and texts are Unicode: an escape may stand for half a character.</summary>
    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object => value.EnumerateObject().All(property => property.Name is not null && IsText(property.Value)),
                JsonValueKind.Array => value.EnumerateArray().All(IsText),
                JsonValueKind.String => value.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

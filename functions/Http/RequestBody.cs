using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>Bounded reading of a request's body.</summary>
internal static class RequestBody
{
    /// <summary>1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Levels of nesting. The configuration document shows the same values some levels deeper, and has room for them.</summary>
    private const int MaxDepth = 24;

    /// <exception cref="DomainException">The body is longer than <paramref name="maxBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        CancellationToken cancellationToken,
        int maxBytes = MaxBytes
    )
    {
        var tooLarge = new DomainException(ErrorKind.TooLarge, $"The body is longer than {maxBytes} bytes.");
        if (request.ContentLength > maxBytes) throw tooLarge;
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > maxBytes) throw tooLarge;
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>The body as a JSON object; trailing commas are accepted, as the originals' own samples have them.</summary>
    /// <exception cref="DomainException">The body is no JSON object, is not UTF-8, or is nested too deep.</exception>
    public static async Task<JsonElement> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ParseObject(await ReadAsync(request, cancellationToken));

    public static JsonElement ParseObject(ReadOnlyMemory<byte> body, int maxDepth = MaxDepth)
    {
        if (!Utf8.IsValid(body.Span)) throw new DomainException(ErrorKind.Invalid, "The body is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = maxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object && IsText(document.RootElement)) return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Answered like any other body that is no object.
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

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ContactRouting.Http;

/// <summary>
/// The named values of a request, from its query, a form or a JSON object. A value of the wrong type, too long or out
/// of range is a <see cref="DomainException"/> that names the field.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);

    // Values from a query or a form are text, whatever they stand for.
    private readonly HashSet<string> untyped = new(StringComparer.Ordinal);

    private Fields()
    {
    }

    public IEnumerable<string> Names => values.Keys;

    public static Fields From(JsonElement json)
    {
        var fields = new Fields();
        foreach (var property in json.EnumerateObject()) fields.values[property.Name] = property.Value;
        return fields;
    }

    public static async Task<Fields> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken) =>
        From(await RequestBody.ReadObjectAsync(request, cancellationToken));

    /// <summary>Query string, urlencoded form, multipart form or JSON object; the body wins over the query.</summary>
    public static async Task<Fields> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        fields.AddText(request.Query);
        if (request.HasFormContentType)
        {
            fields.AddText(await ReadFormAsync(request, cancellationToken));
            return fields;
        }
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty || !IsJson(request, body.Span)) return fields;
        foreach (var property in RequestBody.ParseObject(body).EnumerateObject())
        {
            fields.values[property.Name] = property.Value;
            fields.untyped.Remove(property.Name);
        }
        return fields;
    }

    public bool Has(string name) => values.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>Text, or null where it is absent.</summary>
    /// <param name="maxLength">In UTF-16 units.</param>
    public string? Text(string name, int maxLength, bool orNumber = false)
    {
        if (!Has(name)) return null;
        var value = values[name];
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number when orNumber => value.GetRawText(),
            _ => throw DomainException.Invalid(name, "must be text."),
        };
        return text.Length <= maxLength ? text : throw DomainException.Invalid(name, $"must be at most {maxLength} characters long.");
    }

    public string RequiredText(string name, int maxLength, bool orNumber = false) =>
        Text(name, maxLength, orNumber) is { Length: > 0 } text ? text : throw DomainException.Invalid(name, "is missing.");

    /// <summary>One of the listed words.</summary>
    public string RequiredWord(string name, params string[] words)
    {
        var text = RequiredText(name, 100);
        return words.Contains(text, StringComparer.Ordinal) ? text : throw DomainException.Invalid(name, $"must be {string.Join(" or ", words)}.");
    }

    /// <summary>A whole number that is not negative, or null where it is absent.</summary>
    public int? Integer(string name)
    {
        if (!Has(name)) return null;
        var value = values[name];
        var number = 0;
        var valid = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt32(out number),
            JsonValueKind.String when untyped.Contains(name) => int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        return valid && number >= 0 ? number : throw DomainException.Invalid(name, "must be a whole number from 0 to 2147483647.");
    }

    public int RequiredInteger(string name) => Integer(name) ?? throw DomainException.Invalid(name, "is missing.");

    private static bool IsJson(HttpRequest request, ReadOnlySpan<byte> body) =>
        MediaTypeHeaderValue.TryParse(request.ContentType?.Trim('"'), out var type)
            ? type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
            : body.TrimStart(" \t\r\n"u8).StartsWith("{"u8);

    private static async Task<IEnumerable<KeyValuePair<string, StringValues>>> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // The form reader's own limits are per value; the body is read first, within the limit of all bodies.
        using var body = new MemoryStream((await RequestBody.ReadAsync(request, cancellationToken)).ToArray());
        request.Body = body;
        try
        {
            var options = new FormOptions { ValueLengthLimit = RequestBody.MaxBytes };
            return await request.ReadFormAsync(options, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new DomainException(ErrorKind.Invalid, "The form in the body cannot be read.", inner: error);
        }
    }

    private void AddText(IEnumerable<KeyValuePair<string, StringValues>> texts)
    {
        foreach (var (name, text) in texts)
        {
            if (name.Length == 0) continue;
            if (text.Count > 1) throw DomainException.Invalid(name, "is given more than once.");
            values[name] = JsonSerializer.SerializeToElement(text.ToString());
            untyped.Add(name);
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ContactRouting.Directory;
using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ContactRouting.Http;

/// <summary>
/// The named values of a request, from its query, a form or a JSON object. A value of the wrong type, too long or out
/// of range is a <see cref="DomainException"/> that names the field.
/// </summary>
internal sealed partial class Fields
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

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

    /// <summary>The query string alone.</summary>
    public static Fields FromQuery(HttpRequest request)
    {
        var fields = new Fields();
        fields.AddText(request.Query);
        return fields;
    }

    /// <summary>Query string, urlencoded form, multipart form or JSON object; the body wins over the query.</summary>
    public static async Task<Fields> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = FromQuery(request);
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        if (request.HasFormContentType || IsJson(request, body.Span)) await fields.AddAsync(request, body, cancellationToken);
        return fields;
    }

    /// <summary>The body alone: a form, or a JSON object, also under another content type; none at all is no fields.</summary>
    public static async Task<Fields> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        await fields.AddAsync(request, await RequestBody.ReadAsync(request, cancellationToken), cancellationToken);
        return fields;
    }

    /// <exception cref="DomainException">There is a field beside the known ones.</exception>
    public void RefuseOthers(params string[] known) => KnownNames.RefuseOthers(Names, known, "is not known");

    public bool Has(string name) => values.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <exception cref="DomainException">The field is absent.</exception>
    public void Require(string name)
    {
        if (!Has(name)) throw DomainException.Invalid(name, "is missing.");
    }

    /// <summary>Text that keeps a rule, or null where it is absent.</summary>
    /// <param name="fault">What is wrong with a text, or null.</param>
    public string? Text(string name, Func<string, string?> fault, bool orNumber = false) =>
        Text(name, orNumber: orNumber) is not { } text ? null
        : fault(text) is { } wrong ? throw DomainException.Invalid(name, wrong)
        : text;

    public string RequiredText(string name, Func<string, string?> fault, bool orNumber = false) =>
        Text(name, fault, orNumber) ?? throw DomainException.Invalid(name, "is missing.");

    /// <summary>Text, or null where it is absent.</summary>
    /// <param name="maxLength">In UTF-16 units.</param>
    public string? Text(string name, int maxLength = RequestBody.MaxBytes, bool orNumber = false)
    {
        if (!Has(name)) return null;
        var value = values[name];
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number when orNumber => value.GetRawText(),
            _ => throw DomainException.Invalid(name, "must be text."),
        };

        // What the decoding of a form puts in place of bytes that are no UTF-8.
        if (untyped.Contains(name) && text.Contains('\uFFFD')) throw DomainException.Invalid(name, "is not valid UTF-8.");
        return text.Length <= maxLength ? text : throw DomainException.Invalid(name, $"must be at most {maxLength} characters long.");
    }

    public string RequiredText(string name, int maxLength = RequestBody.MaxBytes, bool orNumber = false) =>
        Text(name, maxLength, orNumber) is { Length: > 0 } text ? text : throw DomainException.Invalid(name, "is missing.");

    /// <summary>One of the listed words.</summary>
    public string RequiredWord(string name, params string[] words)
    {
        var text = RequiredText(name, 100);
        return words.Contains(text, StringComparer.Ordinal)
            ? text
            : throw DomainException.Invalid(name, $"must be {string.Join(" or ", words)}.");
    }

    /// <summary>A list of words, separated by commas; none where it is missing.</summary>
    /// <exception cref="DomainException">One is not known.</exception>
    public IReadOnlyList<string> WordList(string name, params string[] known)
    {
        var words = Split(Text(name) ?? "");
        return words.Except(known).Any() ? throw DomainException.Invalid(name, $"must be a list of {string.Join(", ", known)}.") : words;
    }

    /// <summary>What stands between commas.</summary>
    public static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A whole number that is not negative, or null where it is absent.</summary>
    public int? Integer(string name) => Integer(name, 0, int.MaxValue);

    /// <summary>A whole number of a range, or null where it is absent.</summary>
    public int? Integer(string name, int least, int most)
    {
        if (!Has(name)) return null;
        var value = values[name];
        var number = 0;
        var valid = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt32(out number),
            JsonValueKind.String when untyped.Contains(name) => int.TryParse(
                value.GetString(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out number
            ),
            _ => false,
        };
        return valid && number >= least && number <= most
            ? number
            : throw DomainException.Invalid(name, $"must be a whole number from {least} to {most}.");
    }

    public int? Integer(string name, IntegerRange range) => Integer(name, range.Least, range.Most);

    public int RequiredInteger(string name) => Integer(name) ?? throw DomainException.Invalid(name, "is missing.");

    /// <summary>A time after RFC 3339, like 2026-01-31T12:00:00Z or 2026-01-31T13:00:00.5+01:00, or null where it is absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name, 100) is not { } text) return null;
        return
            Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            && time.Year > 2000
            ? time
            : throw DomainException.Invalid(name, "must be a time after RFC 3339, like 2026-01-31T12:00:00Z.");
    }

    /// <summary>A time at which something happened; its sender's clock may be ahead by a minute.</summary>
    public DateTimeOffset? PastTime(string name, DateTimeOffset now) =>
        Time(name) is not { } time || time <= now + ClockTolerance
            ? Time(name)
            : throw DomainException.Invalid(name, $"is more than {ClockTolerance.TotalSeconds} s ahead of the server's clock.");

    /// <summary>True or false, also as 1 or 0, or null where it is absent; as text in any case, since some clients write True.</summary>
    public bool? Flag(string name)
    {
        if (!Has(name)) return null;
        return values[name] switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            var number when number.ValueKind == JsonValueKind.Number && number.GetRawText() is "0" or "1" => number.GetRawText() == "1",
            var text when untyped.Contains(name) && text.GetString()!.ToLowerInvariant() is "true" or "1" => true,
            var text when untyped.Contains(name) && text.GetString()!.ToLowerInvariant() is "false" or "0" => false,
            _ => throw DomainException.Invalid(name, "must be true or false."),
        };
    }

    /// <summary>The value as it was given.</summary>
    public JsonElement Raw(string name) => values[name];

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();

    private static bool IsJson(HttpRequest request, ReadOnlySpan<byte> body) =>
        MediaTypeHeaderValue.TryParse(request.ContentType?.Trim('"'), out var type)
            ? type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
            : LooksLikeJson(body);

    private static bool LooksLikeJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private async Task AddAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) return;
        if (request.HasFormContentType && !LooksLikeJson(body.Span))
        {
            AddText(await ReadFormAsync(request, body, cancellationToken));
            return;
        }
        foreach (var property in RequestBody.ParseObject(body).EnumerateObject())
        {
            values[property.Name] = property.Value;
            untyped.Remove(property.Name);
        }
    }

    private static async Task<IEnumerable<KeyValuePair<string, StringValues>>> ReadFormAsync(
        HttpRequest request,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        if (!HasKnownCharset(request)) throw DomainException.Invalid("Content-Type", "names a charset that is not known; UTF-8 is.");

        // The form reader's own limits are per value; the body was read before, within the limit of all bodies.
        using var stream = new MemoryStream(body.ToArray());
        request.Body = stream;
        try
        {
            var options = new FormOptions { ValueLengthLimit = RequestBody.MaxBytes };
            return await request.ReadFormAsync(options, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException)
        {
            // Not supported is a charset that a part of a multipart form names.
            throw new DomainException(ErrorKind.Invalid, "The form in the body cannot be read.", inner: error);
        }
    }

    /// <summary>The form reader fails on those that .NET refuses, and takes what it does not know for UTF-8.</summary>
    private static bool HasKnownCharset(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Length == 0) return true;
        try
        {
            return Encoding.GetEncoding(HeaderUtilities.RemoveQuotes(type.Charset).ToString()) is not null;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
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

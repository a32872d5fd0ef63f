using System.Text;
using System.Text.Json;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Tests.Http;

public sealed class FieldsTests
{
    [Theory]
    [InlineData("?a=1&b=x", null, "")]
    [InlineData("", "application/x-www-form-urlencoded", "a=1&b=x&")]
    [InlineData("?a=2", "application/x-www-form-urlencoded", "a=1&b=x")]
    [InlineData("", "application/json", """{"a":1,"b":"x",}""")]
    [InlineData("", "\"application/json\"", """{"a":1,"b":"x"}""")]
    [InlineData("", null, """ {"a":1,"b":"x"}""")]
    [InlineData(
        "",
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data;"
            + " name=\"b\"\r\n\r\nx\r\n--B--\r\n"
    )]
    public async Task Fields_are_read_from_every_encoding(string query, string? contentType, string body)
    {
        var fields = await ReadAsync(query, contentType, Encoding.UTF8.GetBytes(body));
        Assert.Equal((1, "x"), (fields.Integer("a"), fields.Text("b", 10)));
    }

    [Fact]
    public async Task Body_that_is_no_json_object_is_refused()
    {
        byte[][] bodies =
        [
            [.. "{\"a\":\""u8, 0xff, .. "\"}"u8],
            "[1]"u8.ToArray(),
            "{\"a\":"u8.ToArray(),
            Encoding.ASCII.GetBytes(new string('[', 100)),
            "{\"a\":\"\\ud800\"}"u8.ToArray(),
        ];
        foreach (var body in bodies)
            Assert.Equal(
                ErrorKind.Invalid,
                (await Assert.ThrowsAsync<DomainException>(() => ReadAsync("", "application/json", body))).Kind
            );
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=B")]
    public async Task Body_over_1_MiB_is_too_large(string contentType)
    {
        var error = await Assert.ThrowsAsync<DomainException>(() => ReadAsync("", contentType, new byte[RequestBody.MaxBytes + 1]));
        Assert.Equal(ErrorKind.TooLarge, error.Kind);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=B")]
    public async Task Form_that_is_no_utf8_is_refused_by_field(string contentType)
    {
        byte[] body =
            contentType[0] == 'm'
                ? [.. "--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"u8, 0xff, .. "\r\n--B--\r\n"u8]
                : [.. "f="u8, 0xff];
        var fields = await ReadAsync("", contentType, body);
        Assert.Equal("f", Assert.Throws<DomainException>(() => fields.Text("f", 10)).Field);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("FALSE", false)]
    [InlineData("1", true)]
    public async Task Flag_in_a_query_is_read_in_any_case(string text, bool value) =>
        Assert.Equal(value, (await ReadAsync($"?f={text}", null, [])).Flag("f"));

    [Fact]
    public async Task Field_given_twice_is_refused_by_name() =>
        Assert.Equal("a", (await Assert.ThrowsAsync<DomainException>(() => ReadAsync("?a=1&a=2", null, []))).Field);

    [Theory]
    [InlineData("""{"f":"12"}""")]
    [InlineData("""{"f":-1}""")]
    [InlineData("""{"f":1.5}""")]
    [InlineData("""{"f":2147483648}""")]
    [InlineData("""{"f":true}""")]
    public void Integer_of_another_type_or_range_is_refused_by_name(string json) =>
        Assert.Equal("f", Assert.Throws<DomainException>(() => From(json).Integer("f")).Field);

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", 0)]
    [InlineData("2026-01-31t13:00:00+01:00", 0)]
    [InlineData("2026-01-31T12:00:00.5z", 5_000_000)]
    [InlineData("2026-01-31T12:00:00.123456789-00:00", 1_234_568)]
    public void Time_is_read_as_rfc_3339_has_it(string text, long ticks) =>
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(ticks), From($$"""{"f":"{{text}}"}""").Time("f"));

    [Theory]
    [InlineData("05/11/2026 10:00:00")]
    [InlineData("12:00")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00Z")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("2026-01-31T12:00:00+0100")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData("Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("\u0662026-01-31T12:00:00Z")]
    public void Time_in_another_form_is_refused_by_name(string text) =>
        Assert.Equal("f", Assert.Throws<DomainException>(() => From($$"""{"f":"{{text}}"}""").Time("f")).Field);

    [Fact]
    public void What_happened_may_be_ahead_by_a_minute_and_is_then_refused_by_name()
    {
        var noon = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(noon.AddSeconds(60), From("""{"f":"2026-01-31T12:01:00Z"}""").PastTime("f", noon));
        Assert.Equal("f", Assert.Throws<DomainException>(() => From("""{"f":"2026-01-31T12:01:01Z"}""").PastTime("f", noon)).Field);
        Assert.Null(From("{}").PastTime("f", noon));
    }

    [Theory]
    [InlineData("""{"f":12}""")]
    [InlineData("""{"f":["x"]}""")]
    [InlineData("""{"f":"xxxx"}""")]
    public void Text_of_another_type_or_too_long_is_refused_by_name(string json) =>
        Assert.Equal("f", Assert.Throws<DomainException>(() => From(json).Text("f", 3)).Field);

    [Fact]
    public void Unsupported_method_names_the_supported_ones()
    {
        var reads = new Verbs<int> { Get = _ => Task.FromResult(Reply.Empty(200)), Put = _ => Task.FromResult(Reply.Empty(200)) };
        Assert.Equal("GET, HEAD, PUT", Assert.Throws<DomainException>(() => reads.Find("PATCH")).Allow);
        Assert.Same(reads.Get, reads.Find("HEAD"));
        var writes = new Verbs<int> { Get = reads.Get, GetWrites = true };
        Assert.Equal("GET", Assert.Throws<DomainException>(() => writes.Find("HEAD")).Allow);
    }

    private static Fields From(string json) => Fields.From(JsonDocument.Parse(json).RootElement);

    private static Task<Fields> ReadAsync(string query, string? contentType, byte[] body)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.QueryString = new QueryString(query);
        request.ContentType = contentType;
        request.Body = new MemoryStream(body);
        return Fields.ReadAsync(request, CancellationToken.None);
    }
}

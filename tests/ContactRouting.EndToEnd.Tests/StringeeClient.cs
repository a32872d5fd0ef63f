using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>A client of the Stringee API that signs its own tokens, as they do.</summary>
public sealed class StringeeClient(HttpClient http, TestAccount account)
{
    private readonly string token = Token(account["apiKeySid"], account["apiKeySecret"]);

    public static string Token(
        string sid,
        string secret,
        Action<JsonObject>? header = null,
        Action<JsonObject>? claims = null,
        long lifeSeconds = 600
    ) => Token(sid, signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed), header, claims, lifeSeconds);

    public static string Token(
        string sid,
        Func<byte[], byte[]> sign,
        Action<JsonObject>? header = null,
        Action<JsonObject>? claims = null,
        long lifeSeconds = 600
    )
    {
        var head = new JsonObject { ["typ"] = "JWT", ["alg"] = "HS256", ["cty"] = "stringee-api;v=1" };
        var body = new JsonObject
        {
            ["jti"] = $"{sid}-{Guid.NewGuid():n}",
            ["iss"] = sid,
            ["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + lifeSeconds,
            ["rest_api"] = true,
            ["extra"] = "ignored",
        };
        header?.Invoke(head);
        claims?.Invoke(body);
        var signed = $"{Encode(Encoding.UTF8.GetBytes(head.ToJsonString()))}.{Encode(Encoding.UTF8.GetBytes(body.ToJsonString()))}";
        return $"{signed}.{Encode(sign(Encoding.UTF8.GetBytes(signed)))}";
    }

    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null) =>
        SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json");

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body, string contentType)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Add("X-STRINGEE-AUTH", token);
        return await http.SendAsync(request);
    }

    /// <summary>An answer with the expected result code.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null, int r = 0)
    {
        using var answer = await SendAsync(method, path, body is null ? null : JsonSerializer.Serialize(body));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{method} {path}: {answer.StatusCode} {text}");
        var envelope = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.True(envelope.GetProperty("r").GetInt32() == r, $"{method} {path}: {text}");
        return envelope;
    }

    public async Task<string> CreateAsync(string path, object body, string idName) =>
        (await CallAsync(HttpMethod.Post, path, body)).GetProperty(idName).GetString()!;
}

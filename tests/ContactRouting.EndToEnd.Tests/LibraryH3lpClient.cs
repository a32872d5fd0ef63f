using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>A client of the LibraryH3lp API as one signed-in person.</summary>
public sealed class LibraryH3lpClient(HttpClient http, string cookie)
{
    public const string Root = "/2011-12-03/";

    public static async Task<LibraryH3lpClient> LogInAsync(HttpClient http, string username, string password)
    {
        using var answer = await http.PostAsJsonAsync(Root + "auth/login", new { username, password });
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("success").GetBoolean());
        return new LibraryH3lpClient(http, answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Cookie", cookie);
        return await http.SendAsync(request);
    }

    public async Task<JsonElement> JsonAsync(HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{method} {path}: {answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The message of a refusal in the API's shape.</summary>
    public async Task<string> RefusedAsync(HttpStatusCode status, HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode} {text}");
        var refusal = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(JsonValueKind.Null, refusal.GetProperty("success").ValueKind);
        return refusal.GetProperty("message").GetString()!;
    }

    /// <returns>The id; a user comes in a list of its own.</returns>
    public async Task<int> CreateAsync(string collection, object body)
    {
        var created = await JsonAsync(HttpMethod.Post, collection, body);
        return (created.ValueKind == JsonValueKind.Array ? created[0] : created).GetProperty("id").GetInt32();
    }
}

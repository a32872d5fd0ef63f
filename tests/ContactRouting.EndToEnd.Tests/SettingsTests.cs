using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>What an administrator sets for the account as a whole.</summary>
public sealed class SettingsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Path = "/routing/v1/settings";

    private static readonly string[] Origins = ["https://www.example.com", "https://chat.example.com:8443", "http://localhost:5173"];

    [Fact]
    public async Task Change_names_what_it_changes_and_stands_in_the_audit_log()
    {
        var account = await TestAccount.CreateAsync(fixture.Http, configured: false);
        var first = await account.JsonAsync(HttpMethod.Get, Path);
        Assert.Equal("""{"timeZone":"UTC","allowedOrigins":[]}""", first.GetRawText());

        await account.JsonAsync(HttpMethod.Patch, Path, new { timeZone = "Europe/Berlin" });
        await account.JsonAsync(HttpMethod.Patch, Path, new { allowedOrigins = Origins });
        var settings = await account.JsonAsync(HttpMethod.Get, Path);
        Assert.Equal("Europe/Berlin", settings.GetProperty("timeZone").GetString());
        Assert.Equal(Origins, settings.GetProperty("allowedOrigins").EnumerateArray().Select(origin => origin.GetString()));
        var log = await account.JsonAsync(HttpMethod.Get, "/routing/v1/audit");
        var entry = log.GetProperty("items").EnumerateArray().First(item => item.GetProperty("action").GetString() == "settings.changed");
        Assert.Equal(settings.GetRawText(), entry.GetProperty("settings").GetRawText());
    }

    [Fact]
    public async Task Stale_change_is_refused()
    {
        var account = await TestAccount.CreateAsync(fixture.Http, configured: false);
        using var read = await account.SendAsync(HttpMethod.Get, Path);
        await account.JsonAsync(HttpMethod.Patch, Path, new { timeZone = "Asia/Tokyo" });
        using var request = new HttpRequestMessage(HttpMethod.Patch, Path) { Content = JsonContent.Create(new { timeZone = "UTC" }) };
        request.Headers.Authorization = new("Bearer", account.AccessToken);
        request.Headers.IfMatch.Add(read.Headers.ETag!);
        using var answer = await fixture.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Equal("Asia/Tokyo", (await account.JsonAsync(HttpMethod.Get, Path)).GetProperty("timeZone").GetString());
    }

    [Theory]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"timeZone":"W. Europe Standard Time"}""", "timeZone")]
    [InlineData("""{"timeZone":"../etc/passwd"}""", "timeZone")]
    [InlineData("""{"timeZone":null}""", "timeZone")]
    [InlineData("""{"timezones":"UTC"}""", "timezones")]
    [InlineData("""{"allowedOrigins":"https://a.example"}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":["https://a.example/"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["https://a.example/page"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["https://A.example"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["https://a.example:443"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["https://user@a.example"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["http://a.example"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["http://localhost.example"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["*"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["null"]}""", "allowedOrigins[0]")]
    [InlineData("""{"allowedOrigins":["https://a.example","https://a.example"]}""", "allowedOrigins[1]")]
    public async Task Wrong_setting_is_named_and_changes_nothing(string body, string field)
    {
        var account = await TestAccount.CreateAsync(fixture.Http, configured: false);
        var before = (await account.JsonAsync(HttpMethod.Get, Path)).GetRawText();
        using var answer = await account.SendAsync(HttpMethod.Patch, Path, JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
        Assert.Equal(before, (await account.JsonAsync(HttpMethod.Get, Path)).GetRawText());
    }
}

using System.IO.Compression;
using System.Net;
using System.Text.Json;
using ContactRouting.Hosting;

namespace ContactRouting.EndToEnd;

public sealed class StatusExportTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Health_tells_the_version()
    {
        var version = typeof(LocalHost).Assembly.GetName().Version!.ToString(3);
        Assert.Equal(
            $$"""{"status":"ok","version":"{{version}}"}""",
            await fixture.Http.GetStringAsync(new Uri("/healthz", UriKind.Relative))
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=short")]
    [InlineData("?token=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Export_without_its_token_is_401(string query)
    {
        using var answer = await fixture.Http.GetAsync(new Uri($"/lg/export/status.php{query}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("token", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("&format=csv", "format")]
    [InlineData("&perDepartment=yes", "perDepartment")]
    public async Task Export_with_a_wrong_parameter_is_400_and_names_it(string parameters, string name)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await GetAsync(account.ExportPath(parameters));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(name, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_of_a_new_account_is_empty_and_honours_etag_head_and_gzip()
    {
        var account = await fixture.CreateAccountAsync();
        using var plain = await GetAsync(account.ExportPath());
        var body = await plain.Content.ReadAsByteArrayAsync();
        Assert.Equal("""{"global":{"customers":{"inqueue":0,"maxWaiting":0}},"operators":[]}"""u8.ToArray(), body);
        Assert.Equal("application/json", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            "private, no-cache",
            string.Join(", ", plain.Headers.GetValues("Cache-Control"))
                .Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal)
        );
        Assert.Equal("no-referrer", plain.Headers.GetValues("Referrer-Policy").Single());

        using var unchanged = await GetAsync(account.ExportPath(), ("If-None-Match", plain.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());

        using var head = await GetAsync(account.ExportPath(), method: HttpMethod.Head);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(body.Length, head.Content.Headers.ContentLength);
        Assert.Equal(plain.Headers.ETag, head.Headers.ETag);

        using var gzip = await GetAsync(account.ExportPath(), ("Accept-Encoding", "gzip"));
        Assert.Equal("gzip", gzip.Content.Headers.ContentEncoding.Single());
        using var stream = new GZipStream(await gzip.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var document = await JsonDocument.ParseAsync(stream);
        Assert.Equal(0, document.RootElement.GetProperty("operators").GetArrayLength());

        using var post = await GetAsync(account.ExportPath(), method: HttpMethod.Post);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, (string Name, string Value)? header = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (header is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        return await fixture.Http.SendAsync(request);
    }
}

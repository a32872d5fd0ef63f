using System.Net;
using System.Net.Http.Headers;
using ContactRouting.Hosting;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>The description that the app serves, and the page that shows it.</summary>
public sealed class DescriptionTests(AppFixture fixture, Browser browser) : IClassFixture<AppFixture>, IClassFixture<Browser>
{
    private static readonly string[] Public = ["/openapi.json", "/docs", "/docs/swagger-ui-bundle.js", "/docs/LICENSE"];

    public static TheoryData<string> PublicPaths => [.. Public];

    [Fact]
    public void Description_has_every_route_with_its_methods_and_nothing_else()
    {
        var routes =
            from entry in RouteGroup.All
            from method in entry.Methods
            where method != "HEAD"
            select $"{method} /{entry.Route}";
        var described = ApiDescription.Instance.Operations.Select(operation => $"{operation.Method} {operation.Template}");
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(PublicPaths))]
    public async Task Public_answer_may_be_kept_for_some_minutes_and_is_sent_once(string path)
    {
        using var first = await fixture.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("public, max-age=300", first.Headers.CacheControl!.ToString());

        using var repeated = new HttpRequestMessage(HttpMethod.Get, path);
        repeated.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await fixture.Http.SendAsync(repeated);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);

        using var packed = new HttpRequestMessage(HttpMethod.Get, path);
        packed.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var third = await fixture.Http.SendAsync(packed);
        Assert.Equal(["gzip"], third.Content.Headers.ContentEncoding);
        using var gzip = new System.IO.Compression.GZipStream(
            await third.Content.ReadAsStreamAsync(),
            System.IO.Compression.CompressionMode.Decompress
        );
        using var plain = new MemoryStream();
        await gzip.CopyToAsync(plain);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), plain.ToArray());
    }

    [Fact]
    public async Task Description_is_served_as_it_stands_to_pages_of_every_origin()
    {
        using var answer = await fixture.Http.GetAsync(new Uri("/openapi.json", UriKind.Relative));
        using var stream = typeof(LocalHost).Assembly.GetManifestResourceStream("openapi.json")!;
        using var file = new MemoryStream();
        await stream.CopyToAsync(file);
        Assert.Equal(file.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [SkippableFact]
    public async Task Page_shows_the_operations_and_asks_no_other_host()
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var page = await browser.VisitAsync(new Uri(fixture.Http.BaseAddress!, "/docs").ToString(), asked.Enqueue);
        Assert.Equal(ApiDescription.Instance.Document["info"]!["title"]!.ToString(), await page.TitleAsync());
        var contact = page.Locator("#operations-Contacts-arrive");
        await contact.Locator(".opblock-summary-control").ClickAsync();
        await contact.GetByText("Routes a guest to a service, a queue or an agent").WaitForAsync();

        // What is out of sight is not drawn.
        await page.GetByPlaceholder("Filter by tag or path").FillAsync("Sinks");
        await page.Locator("#operations-Sinks-postContactEvent").WaitForAsync();
        Assert.All(asked, url => Assert.StartsWith(fixture.Http.BaseAddress!.ToString(), url, StringComparison.Ordinal));
    }
}

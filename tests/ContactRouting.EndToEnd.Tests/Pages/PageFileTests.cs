using System.Net;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>How the pages and their files are served.</summary>
public sealed partial class PageFileTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/console")]
    [InlineData("/wallboard")]
    public async Task Page_allows_nothing_but_its_own_files_and_each_of_them_is_kept(string path)
    {
        using var page = await fixture.Http.GetAsync(path);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", page.Headers.CacheControl!.ToString());
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("<style|<script>| style=| on[a-z]+=", html);
        var files = FileUrl().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var answer = await fixture.Http.GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        }
    }

    /// <summary>While an app is updated, a page of the one may ask the other for its files.</summary>
    [Fact]
    public async Task File_of_another_version_is_served_but_not_kept()
    {
        using var answer = await fixture.Http.GetAsync("/pages/0000000000000000/wallboard.js");
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        using var none = await fixture.Http.GetAsync("/pages/0000000000000000/other.js");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal("application/problem+json", none.Content.Headers.ContentType!.MediaType);
    }

    [GeneratedRegex("(?:href|src)=\"(/pages/[^\"]+)\"")]
    private static partial Regex FileUrl();
}

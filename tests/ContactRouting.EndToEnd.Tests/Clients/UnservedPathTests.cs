using System.Net;
using System.Text;

namespace ContactRouting.EndToEnd.Clients;

/// <summary>Paths that are not served: clients of a format make an empty list of an empty 404.</summary>
public sealed class UnservedPathTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string LibraryH3lp = """{"success":null,"message":"PATH not found."}""";
    private const string RingMe = """{"message":"Not found","status":404}""";
    private const string Error = """{"error":"PATH not found."}""";
    private const string Problem =
        """{"type":"urn:contactrouting:not-found","title":"Not found","status":404,"detail":"PATH not found."}""";

    [Theory]
    [InlineData("/2011-12-03/folders", LibraryH3lp)]
    [InlineData("/2011-12-03/queues/14101/faqs", LibraryH3lp)]
    [InlineData("/2011-12-03", LibraryH3lp)]
    [InlineData("/2013-07-21/folders", LibraryH3lp)]
    [InlineData("/2016-02-10/folders/", LibraryH3lp)]
    [InlineData("/api/folders", LibraryH3lp)]
    [InlineData("/api", LibraryH3lp)]
    [InlineData("/presence/rss/1", LibraryH3lp)]
    [InlineData("/js/other.js", LibraryH3lp)]
    [InlineData("/chat/a/b/c", LibraryH3lp)]
    [InlineData("/client/@me/did/", RingMe)]
    [InlineData("/client/queues", RingMe)]
    [InlineData("/extension/1/ivr/", RingMe)]
    [InlineData("/queue/1/", RingMe)]
    [InlineData("/client_info/", RingMe)]
    [InlineData("/user/1", RingMe)]
    [InlineData("/oauth/authorize", RingMe)]
    [InlineData("/api/ver1.0", RingMe)]
    [InlineData("/API/VER1.0/client/@me/did/", RingMe)]
    [InlineData("/v1/call2/callout", """{"r":2,"message":"PATH not found."}""", 200)]
    [InlineData("/v1/queues", """{"r":2,"message":"PATH not found."}""", 200)]
    [InlineData("/api/v1/configs/hunt_groups/", Error)]
    [InlineData("/api/v1", Error)]
    [InlineData("/lg/export/chats.php", Error)]
    [InlineData("/routing/v1/groups", Problem)]
    [InlineData("/docs/a/b", Problem)]
    [InlineData("/routing/users", Problem)]
    [InlineData("/operator/v2/accounts", Problem)]
    [InlineData("/hooks/other", Problem)]
    public async Task Path_that_is_not_served_fails_in_the_format_that_it_begins_like(string path, string body, int status = 404)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            using var request = new HttpRequestMessage(method, path);
            if (method != HttpMethod.Get) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await fixture.Http.SendAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(body.Replace("PATH", path, StringComparison.Ordinal), await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>A health check of a proxy, a crawler: they ask for what no format has.</summary>
    [Fact]
    public async Task Path_of_no_format_is_an_empty_404()
    {
        using var answer = await fixture.Http.GetAsync("/favicon.ico");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }
}

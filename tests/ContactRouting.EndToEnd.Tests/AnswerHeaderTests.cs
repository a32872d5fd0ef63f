using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd;

/// <summary>What every answer says to browsers and proxies, whatever it is about.</summary>
public sealed partial class AnswerHeaderTests
{
    [Fact]
    public async Task Every_answer_is_taken_for_what_it_is_and_kept_by_nobody_unless_it_says_so()
    {
        await using var app = await ClockedApp.StartAsync(("Http:TrustForwardedHeaders", "true"));
        foreach (var route in AppRoutes.All.Select(route => route.Replace("{version}", "api", StringComparison.Ordinal)))
        {
            foreach (var scheme in new[] { "http", "https" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/" + Placeholder().Replace(route, "1"));
                request.Headers.Add("X-Forwarded-Proto", scheme);
                using var answer = await app.Http.SendAsync(request);
                Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
                Assert.NotNull(answer.Headers.CacheControl);
                Assert.Equal(
                    scheme == "https" ? "max-age=31536000" : "",
                    string.Join(", ", answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values : [])
                );
            }
        }
    }

    [Fact]
    public async Task Answer_that_holds_a_secret_is_stored_nowhere_also_when_it_is_given_again()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        for (var time = 0; time < 2; time++)
        {
            await AssertNotStoredAsync("/operator/v1/accounts", new { name = "Test" }, AppProcess.OperatorKey, key: "creation");
            await AssertNotStoredAsync(
                $"/operator/v1/accounts/{account.Id}/secrets/sinkToken/rotate",
                new { },
                AppProcess.OperatorKey,
                key: "rotation"
            );
        }
        var login = new { username = account["username"], password = account["password"] };
        foreach (var path in new[] { "/2011-12-03/auth/login", "/api/v1/login/" }) await AssertNotStoredAsync(path, login);
        var (clientId, clientSecret) = (account["clientId"], account["clientSecret"]);
        await AssertNotStoredAsync(
            "/oauth/token",
            new { grant_type = "client_credentials", client_id = clientId, client_secret = clientSecret }
        );

        async Task AssertNotStoredAsync(string path, object body, string? token = null, string? key = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
            using var answer = await app.Http.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, path);
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task Large_configuration_is_sent_in_chunks_with_the_tag_of_its_version_and_can_be_put_back()
    {
        await using var app = await ClockedApp.StartAsync();
        var html = string.Concat(Enumerable.Repeat("<p>ü</p>", 3_000));
        var client = await RoutingClient.CreateAsync(app.Http, new
        {
            widgets = new[] { new { id = 3 } },
            queues = new[] { new { id = 10, name = "large" } },
            services = new[]
            {
                new { name = "Large", levels = Enumerable.Range(0, 50).Select(_ => new { name = "large", widgetId = 3, html }) },
            },
        });
        using var read = await client.SendAsync(HttpMethod.Get, "configuration");
        using var head = await client.SendAsync(HttpMethod.Head, "configuration");
        Assert.Equal((true, read.Headers.ETag), (read.Headers.TransferEncodingChunked, head.Headers.ETag));
        Assert.Equal("", await head.Content.ReadAsStringAsync());
        var document = await read.Content.ReadFromJsonAsync<JsonElement>();
        var levels = document.GetProperty("services")[0].GetProperty("levels");
        Assert.Equal(Enumerable.Repeat(html, 50), levels.EnumerateArray().Select(level => level.GetProperty("html").GetString()));

        using var put = await client.SendAsync(HttpMethod.Put, "configuration", document, ("If-Match", read.Headers.ETag!.ToString()));
        Assert.Equal(read.Headers.ETag, put.Headers.ETag);
        Assert.Equal(await read.Content.ReadAsStringAsync(), await put.Content.ReadAsStringAsync());
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd;

/// <summary>What every answer says to browsers and proxies, whatever it is about.</summary>
public sealed partial class AnswerHeaderTests
{
    [Fact]
    public async Task Every_answer_is_taken_for_what_it_is_and_kept_by_nobody_unless_it_says_so()
    {
        await using var app = await ClockedApp.StartAsync(("Http:TrustForwardedHeaders", "true"));
        foreach (var route in AppRoutes.All)
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

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}

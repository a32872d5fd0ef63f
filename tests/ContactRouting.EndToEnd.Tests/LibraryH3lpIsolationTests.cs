using System.Net;

namespace ContactRouting.EndToEnd;

public sealed class LibraryH3lpIsolationTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    /// <summary>They name nothing that another account could have.</summary>
    private static readonly string[] OfTheCaller = ["/auth/", "/activity/", "/reports/"];

    [Fact]
    public async Task Second_accounts_cookie_meets_absent_ids_on_every_route()
    {
        var (mine, other) = (await fixture.CreateAccountAsync(), await fixture.CreateAccountAsync());
        var client = new LibraryH3lpClient(fixture.Http, await mine.CookieAsync());

        // Ids count up in each account alike; only the last of several is surely not the other account's too.
        var ids = new Dictionary<string, string> { ["version"] = "2011-12-03", ["level"] = "0" };
        for (var number = 0; number < 5; number++)
        {
            ids["queueId"] = $"{await client.CreateAsync("queues", new { name = $"mine-q{number}{mine.Suffix}" })}";
            ids["userId"] = $"{await client.CreateAsync("users", new { name = $"mine-u{number}{mine.Suffix}" })}";
            ids["widgetId"] = $"{await client.CreateAsync("widgets", new { name = $"mine-w{number}{mine.Suffix}" })}";
        }
        ids["serviceId"] = $"{mine.ServiceId}";
        ids["accountId"] = $"{mine.Id}";
        await client.JsonAsync(HttpMethod.Post, $"queues/{ids["queueId"]}/operators", new { userId = ids["userId"] });
        var before = await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");

        var routes = AppRoutes
            .All.Where(route =>
                route.StartsWith("{version}/", StringComparison.Ordinal)
                && !OfTheCaller.Any(own => route.Contains(own, StringComparison.Ordinal))
            )
            .ToList();
        Assert.Equal(24, routes.Count);
        foreach (var route in routes)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Post })
            {
                var isCollection = !route["{version}/".Length..].Contains('/', StringComparison.Ordinal);
                if (isCollection && method == HttpMethod.Post) continue;
                using var answer = await other.SendAsync(
                    method,
                    AppRoutes.Fill(route, ids),
                    method == HttpMethod.Get
                        ? null
                        : new
                        {
                            level = 0,
                            name = "sales" + other.Suffix,
                            widgetId = 3,
                            userId = 136,
                            queueId = 14101,
                            enabled = true,
                        },
                    cookie: true
                );
                var body = await answer.Content.ReadAsStringAsync();
                Assert.DoesNotContain(mine.Suffix, body, StringComparison.Ordinal);
                var expected = answer.StatusCode == HttpStatusCode.MethodNotAllowed ? HttpStatusCode.MethodNotAllowed
                    : isCollection ? HttpStatusCode.OK
                    : HttpStatusCode.NotFound;
                Assert.True(answer.StatusCode == expected, $"{method} {route}: {answer.StatusCode} {body}");
            }
        }
        Assert.Equal(before.GetRawText(), (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
    }
}

using System.Net;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

public sealed class ServiceLevelConcurrencyTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Writers = 8;
    private const int Operations = 240;

    [Fact]
    public async Task Levels_stay_without_gaps_and_lose_none_under_writers_on_two_instances()
    {
        var second = await fixture.SecondInstanceAsync();
        var account = await fixture.CreateAccountAsync();
        LibraryH3lpClient[] clients = [new(fixture.Http, await account.CookieAsync()), new(second, await account.CookieAsync())];
        var service = await clients[0].CreateAsync("services", new { name = "Contended" });
        var (levels, name) = ($"services/{service}/levels", "sales" + account.Suffix);
        var (created, deleted) = (0, 0);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Writers),
            new ParallelOptions { MaxDegreeOfParallelism = Writers },
            async (writer, _) =>
            {
                var random = new Random(writer);
                var client = clients[writer % 2];
                for (var operation = writer; operation < Operations; operation += Writers)
                {
                    var place = random.Next(30);
                    var (method, path) = random.Next(10) switch
                    {
                        < 5 => (HttpMethod.Post, levels),
                        < 7 => (HttpMethod.Delete, $"{levels}/{place}"),
                        7 => (HttpMethod.Post, $"{levels}/{place}/down"),
                        _ => (HttpMethod.Post, $"{levels}/{place}/up"),
                    };
                    object? body =
                        path == levels
                            ? new
                            {
                                level = place,
                                name,
                                widgetId = 3,
                                html = $"{writer}-{operation}",
                            }
                            : null;
                    var answer = await client.SendAsync(method, path, body);
                    if (answer.StatusCode == HttpStatusCode.NotFound)
                        continue;
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    if (path == levels)
                        Interlocked.Increment(ref created);
                    else if (method == HttpMethod.Delete)
                        Interlocked.Increment(ref deleted);
                }
            }
        );

        var left = (await clients[1].JsonAsync(HttpMethod.Get, levels)).EnumerateArray().ToList();
        Assert.True(deleted > 20, $"{deleted} deletions");
        Assert.Equal(created - deleted, left.Count);
        Assert.Equal(Enumerable.Range(0, left.Count), left.Select(level => level.GetProperty("level").GetInt32()));
        Assert.Equal(left.Count, left.Select(level => level.GetProperty("html").GetString()).Distinct().Count());
        Assert.Equal(left.Select(Contents), (await clients[0].JsonAsync(HttpMethod.Get, levels)).EnumerateArray().Select(Contents));
    }

    private static string Contents(JsonElement level) => level.GetRawText();
}

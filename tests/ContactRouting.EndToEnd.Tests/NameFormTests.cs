using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>A name is the same in each of Unicode's forms, whichever format it comes in by.</summary>
public sealed class NameFormTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Composed = "caf\u00e9";
    private const string Decomposed = "cafe\u0301";

    [Fact]
    public async Task Queue_of_a_decomposed_name_is_found_and_taken_by_the_composed_one()
    {
        var account = await fixture.CreateAccountAsync();
        var (composed, decomposed) = (Composed + account.Suffix, Decomposed + account.Suffix);
        var client = new LibraryH3lpClient(fixture.Http, await account.CookieAsync());
        var queue = await client.JsonAsync(HttpMethod.Post, "queues", new { name = decomposed });
        Assert.Equal(composed, queue.GetProperty("name").GetString());
        await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "queues", new { name = composed });
        await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "users", new { name = decomposed });
        var other = new LibraryH3lpClient(fixture.Http, await (await fixture.CreateAccountAsync()).CookieAsync());
        await other.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "users", new { name = composed });

        var level = await account.LevelsAsync(HttpMethod.Post, body: new { level = 0, name = decomposed, widgetId = 3 });
        Assert.Equal(composed, level.GetProperty("name").GetString());
        Assert.Equal("changed", await account.SinkAsync("available"));
        await client.JsonAsync(HttpMethod.Post, $"queues/{queue.GetProperty("id").GetInt32()}/operators", new { userId = 136 });
        foreach (var name in new[] { composed, decomposed })
            Assert.Equal(
                "available",
                await fixture.Http.GetStringAsync(new Uri($"/presence/jid/{name}/chat.libraryh3lp.com/text", UriKind.Relative))
            );
        using var contact = await fixture.Http.PostAsJsonAsync(
            new Uri($"/hooks/{account["sinkToken"]}/contact-events", UriKind.Relative),
            new { @event = "contact-queued", contact_id = "c", queue = decomposed }
        );
        Assert.Equal(HttpStatusCode.OK, contact.StatusCode);
    }

    [Fact]
    public async Task Configuration_document_means_the_same_item_by_either_form()
    {
        var account = await fixture.CreateAccountAsync();
        var (composed, decomposed) = (Composed + account.Suffix, Decomposed + account.Suffix);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(new { queues = Queues(composed), userServices = Services(Composed) }));
        var before = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.Equal(HttpStatusCode.OK, await PutAsync(new { queues = Queues(decomposed), userServices = Services(Decomposed) }));
        Assert.Equal(before.GetRawText(), (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(new { queues = Queues(composed, decomposed) }));
        foreach (var name in new[] { Composed, Decomposed })
            await account.JsonAsync(HttpMethod.Get, $"/api/v1/configs/user_services/{name}/");

        static object Queues(params string[] names) => names.Select(name => new { name });

        static object Services(string name) => new[] { new { technicalName = name, displayName = "Coffee" } };

        async Task<HttpStatusCode> PutAsync(object document)
        {
            using var answer = await TestAccount.PutConfigurationAsync(
                fixture.Http,
                account.AccessToken,
                JsonSerializer.Serialize(document),
                "*"
            );
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Administrator_and_user_log_in_by_either_form()
    {
        var suffix = Guid.NewGuid().ToString("n")[..8];
        using var answer = await OperatorClient.SendAsync(
            fixture.Http,
            HttpMethod.Post,
            "accounts",
            new { username = Decomposed + suffix }
        );
        var created = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var password = created["password"]!.GetValue<string>();
        AppFixture.Remember(password);
        Assert.Equal(Composed + suffix, created["username"]!.GetValue<string>());
        var administrator = await LibraryH3lpClient.LogInAsync(fixture.Http, Composed + suffix, password);
        await administrator.CreateAsync("users", new { name = $"u-{Composed}{suffix}", password = "a longer secret" });
        await LibraryH3lpClient.LogInAsync(fixture.Http, Decomposed + suffix, password);
        await LibraryH3lpClient.LogInAsync(fixture.Http, $"u-{Decomposed}{suffix}", "a longer secret");
    }
}

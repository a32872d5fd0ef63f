using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

public sealed class LibraryH3lpDirectoryTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Queues_are_created_listed_read_changed_and_deleted()
    {
        var (account, client) = await StartAsync();
        var name = "desk" + account.Suffix;
        var created = await client.JsonAsync(HttpMethod.Post, "queues", new { name, email = "desk@example.com" });
        var id = created.GetProperty("id").GetInt32();
        Assert.Equal(
            $$"""{"id":{{id}},"type":"queue","name":"{{name}}","transcripts":"""
                + $$"""null,"email":"desk@example.com","avatar":"","show":"unavailable","status":""}""",
            created.GetRawText()
        );
        var changed = await client.JsonAsync(
            HttpMethod.Put,
            $"queues/{id}",
            new
            {
                transcripts = true,
                status = "back at 9",
                avatar = "https://example.com/a.png",
                show = "available",
                unknown = 1,
            }
        );
        Assert.True(changed.GetProperty("transcripts").GetBoolean());
        Assert.Equal("unavailable", changed.GetProperty("show").GetString());
        Assert.Equal(changed.GetRawText(), (await client.JsonAsync(HttpMethod.Get, $"queues/{id}")).GetRawText());
        Assert.Equal(
            "renamed" + account.Suffix,
            (await client.JsonAsync(HttpMethod.Patch, $"queues/{id}", new { name = "renamed" + account.Suffix }))
                .GetProperty("name")
                .GetString()
        );
        Assert.Equal(6, (await client.JsonAsync(HttpMethod.Get, "queues/")).GetArrayLength());
        Assert.Equal("""{"success":true}""", (await client.JsonAsync(HttpMethod.Delete, $"queues/{id}")).GetRawText());
        await client.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"queues/{id}");

        await client.CreateAsync("queues", new { name });
    }

    [Fact]
    public async Task Users_are_created_with_presence_and_password_and_follow_it()
    {
        var (account, client) = await StartAsync();
        var name = "jane" + account.Suffix;
        var created = await client.JsonAsync(
            HttpMethod.Post,
            "users",
            new
            {
                name,
                password = "a longer secret",
                email = "jane@example.com",
                show = "chat",
                status = "ready",
            }
        );
        var id = created[0].GetProperty("id").GetInt32();
        Assert.Equal(
            $$"""[{"id":{{id}},"type":"user","name":"{{name}}","email":"jane@example.com","show":"available","status":"ready"}]""",
            created.GetRawText()
        );
        Assert.Equal(
            "dnd",
            (await client.JsonAsync(HttpMethod.Put, $"users/{id}", new { show = "away", email = "j@example.com" }))
                .GetProperty("show")
                .GetString()
        );
        Assert.Equal(
            "unavailable",
            (await client.JsonAsync(HttpMethod.Patch, $"users/{id}", new { show = "unavailable" })).GetProperty("show").GetString()
        );
        Assert.Equal(2, (await client.JsonAsync(HttpMethod.Get, "users")).GetArrayLength());
        var renamed = await client.JsonAsync(HttpMethod.Put, $"users/{id}", new { name = "joan" + account.Suffix });
        Assert.Equal(
            ("joan" + account.Suffix, "j@example.com", "ready"),
            (renamed.GetProperty("name").GetString(), renamed.GetProperty("email").GetString(), renamed.GetProperty("status").GetString())
        );
        await LibraryH3lpClient.LogInAsync(fixture.Http, "joan" + account.Suffix, "a longer secret");
        await client.JsonAsync(HttpMethod.Delete, $"users/{id}");
        await client.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"users/{id}");
    }

    [Fact]
    public async Task Operators_open_the_queue_from_either_side()
    {
        var (account, client) = await StartAsync();
        var queue = await client.CreateAsync("queues", new { name = "desk" + account.Suffix });
        var user = await client.CreateAsync("users", new { name = "jane" + account.Suffix, show = "available" });
        var created = await client.JsonAsync(HttpMethod.Post, $"queues/{queue}/operators", new { userId = user });
        Assert.Equal(
            $$"""{"queueId":{{queue}},"queue":"desk{{account.Suffix}}","queueShow":"available","userId":"""
                + $$"""{{user}},"user":"jane{{account.Suffix}}","userShow":"available","enabled":true,"id":"""
                + $$"""{{user}},"name":"jane{{account.Suffix}}","show":"available"}""",
            created.GetRawText()
        );
        await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"users/{user}/assignments", new { queueId = queue });
        var suspended = await client.JsonAsync(HttpMethod.Patch, $"queues/{queue}/operators/{user}", new { enabled = false });
        Assert.Equal(
            (false, "unavailable"),
            (suspended.GetProperty("enabled").GetBoolean(), suspended.GetProperty("queueShow").GetString())
        );
        Assert.Equal(queue, (await client.JsonAsync(HttpMethod.Get, $"users/{user}/assignments"))[0].GetProperty("id").GetInt32());
        Assert.True(
            (await client.JsonAsync(HttpMethod.Put, $"users/{user}/assignments/{queue}", new { enabled = true }))
                .GetProperty("enabled")
                .GetBoolean()
        );
        Assert.Equal("available", (await client.JsonAsync(HttpMethod.Get, $"queues/{queue}")).GetProperty("show").GetString());
        await client.JsonAsync(HttpMethod.Delete, $"users/{user}/assignments/{queue}");
        Assert.Equal(0, (await client.JsonAsync(HttpMethod.Get, $"queues/{queue}/operators")).GetArrayLength());
        await client.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"queues/{queue}/operators/{user}");
        Assert.Contains(
            "userId",
            await client.RefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"queues/{queue}/operators", new { }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Queue_takes_its_operators_places_with_it_also_where_they_exceed_a_transaction()
    {
        var (account, client) = await StartAsync();
        var queue = await client.CreateAsync("queues", new { name = "desk" + account.Suffix });
        await Parallel.ForEachAsync(Enumerable.Range(0, 70), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
        {
            var user = await client.CreateAsync("users", new { name = $"user-{number}{account.Suffix}", show = "available" });
            await client.JsonAsync(HttpMethod.Post, $"queues/{queue}/operators", new { userId = user });
        });
        Assert.Equal(70, (await client.JsonAsync(HttpMethod.Get, $"queues/{queue}/operators")).GetArrayLength());
        await client.JsonAsync(HttpMethod.Delete, $"queues/{queue}");
        var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.DoesNotContain(
            configuration.GetProperty("agents").EnumerateArray().SelectMany(agent => agent.GetProperty("queues").EnumerateArray()),
            place => place.GetProperty("queueId").GetInt32() == queue
        );
    }

    [Fact]
    public async Task Queue_that_another_overflows_into_is_deleted_by_no_format_and_the_configuration_stays_valid()
    {
        var (account, client) = await StartAsync();
        var document = JsonNode.Parse((await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText())!;
        var (full, target) = (document["queues"]![0]!, document["queues"]![1]!);
        full["whenFull"] = new JsonObject { ["to"] = "queue", ["queueId"] = target["id"]!.GetValue<int>() };
        using (var put = await TestAccount.PutConfigurationAsync(fixture.Http, account.AccessToken, document.ToJsonString(), "*"))
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        Assert.EndsWith(
            $"is still used by queue {full["name"]}.",
            await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, $"queues/{target["id"]}"),
            StringComparison.Ordinal
        );
        await new StringeeClient(fixture.Http, account).CallAsync(HttpMethod.Delete, $"/v1/queue/{target["externalId"]}", r: 3);
        document["queues"]!.AsArray().Remove(target);
        using (var put = await TestAccount.PutConfigurationAsync(fixture.Http, account.AccessToken, document.ToJsonString(), "*"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
            Assert.Contains("queues[0].whenFull.queueId", await put.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var stored = (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        using (var same = await TestAccount.PutConfigurationAsync(fixture.Http, account.AccessToken, stored, "*"))
            Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        await client.JsonAsync(HttpMethod.Delete, $"queues/{full["id"]}");
        await client.JsonAsync(HttpMethod.Delete, $"queues/{target["id"]}");
    }

    [Fact]
    public async Task Widgets_keep_the_style_they_are_given_over_the_defaults()
    {
        var (_, client) = await StartAsync();
        var created = await client.JsonAsync(
            HttpMethod.Post,
            "widgets",
            new Dictionary<string, object>
            {
                ["name"] = "Blue",
                ["height"] = "300px",
                ["x-ours"] = new { a = 1 },
                ["chat-url"] = "https://example.com/chat",
            }
        );
        var id = created.GetProperty("id").GetInt32();
        Assert.Equal(
            $$"""{"id":{{id}},"name":"Blue","shared":false,"background-color":"#FFFFFF","""
                + "\"border\":\"2px inset black\","
                + """ "buttons-color":"#0000FF","height":"300px","identity":"operator","librarian-color":"#0000FF",""".TrimStart()
                + """ "more-css":"","patron-color":"#FF0000","recv-background":"#FFFFFF","x-ours":{"a":1},""".TrimStart()
                + "\"chat-url\":\"https://example.com/chat\"}",
            created.GetRawText()
        );
        Assert.True(
            (await client.JsonAsync(HttpMethod.Put, $"widgets/{id}", created)).GetProperty("x-ours").GetProperty("a").GetInt32() == 1
        );
        Assert.Equal(3, (await client.JsonAsync(HttpMethod.Get, "widgets")).GetArrayLength());
        Assert.Contains(
            "chat-url",
            await client.RefusedAsync(
                HttpStatusCode.BadRequest,
                HttpMethod.Put,
                $"widgets/{id}",
                new Dictionary<string, object> { ["chat-url"] = "javascript:alert(1)" }
            ),
            StringComparison.Ordinal
        );
        await client.JsonAsync(HttpMethod.Delete, $"widgets/{id}");
    }

    [Fact]
    public async Task Services_are_created_with_ids_of_their_own_and_go_with_their_levels()
    {
        var (account, client) = await StartAsync();
        var id = await client.CreateAsync(
            "services",
            new Dictionary<string, object> { ["name"] = "Help", ["offline-html"] = "<p>later</p>" }
        );
        Assert.Equal("<p>later</p>", (await client.JsonAsync(HttpMethod.Get, $"services/{id}")).GetProperty("offline-html").GetString());
        for (var level = 0; level < 100; level++)
            await client.JsonAsync(
                HttpMethod.Post,
                $"services/{id}/levels",
                new
                {
                    level,
                    name = "sales" + account.Suffix,
                    widgetId = 3,
                }
            );
        Assert.Contains(
            "level 0 of service",
            await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "queues/14101"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "New",
            (await client.JsonAsync(HttpMethod.Put, $"services/{id}", new { name = "New" })).GetProperty("name").GetString()
        );
        await client.JsonAsync(HttpMethod.Delete, $"services/{id}");
        await client.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"services/{id}/levels");
        await client.JsonAsync(HttpMethod.Delete, "queues/14101");
    }

    [Fact]
    public async Task What_is_used_stays_and_the_refusal_says_where()
    {
        var (account, client) = await StartAsync();
        await client.JsonAsync(
            HttpMethod.Post,
            $"services/{account.ServiceId}/levels",
            new
            {
                level = 0,
                name = "john-smith" + account.Suffix,
                widgetId = 3,
            }
        );
        Assert.Contains(
            $"level 0 of service {account.ServiceId}",
            await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "users/136"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"level 1 of service {account.ServiceId}",
            await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "widgets/411"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"level 1 of service {account.ServiceId}",
            await client.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "queues/14121"),
            StringComparison.Ordinal
        );
        Assert.Equal(5, (await client.JsonAsync(HttpMethod.Get, "queues")).GetArrayLength());
    }

    [Theory]
    [InlineData("queues", """{"name":""}""", "name")]
    [InlineData("queues", """{}""", "name")]
    [InlineData("queues", """{"name":"Upper"}""", "name")]
    [InlineData("queues", """{"name":"a b"}""", "name")]
    [InlineData("queues", """{"name":"a@b"}""", "name")]
    [InlineData("queues", """{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "name")]
    [InlineData("queues", """{"name":"ok","transcripts":"yes"}""", "transcripts")]
    [InlineData("queues", """{"name":"ok","avatar":"javascript:1"}""", "avatar")]
    [InlineData("queues", """{"name":"ok","status":"\u0000"}""", "status")]
    [InlineData("users", """{"name":"ok","show":"here"}""", "show")]
    [InlineData("users", """{"name":"ok","password":""}""", "password")]
    [InlineData("users", """{"name":"ok","email":["a"]}""", "email")]
    [InlineData("widgets", """{"shared":true}""", "name")]
    [InlineData("widgets", """{"name":"ok","shared":"maybe"}""", "shared")]
    [InlineData("widgets", """{"name":"ok","border":5}""", "border")]
    [InlineData("services", """{"name":7}""", "name")]
    [InlineData("services", """{"name":"ok","offline-html":{}}""", "offline-html")]
    public async Task Wrong_field_is_named_and_nothing_is_created(string collection, string body, string field)
    {
        var (_, client) = await StartAsync(await fixture.UntouchedAccountAsync());
        var before = (await client.JsonAsync(HttpMethod.Get, collection)).GetRawText();
        Assert.Contains(
            field,
            await client.RefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Post, collection, JsonDocument.Parse(body)),
            StringComparison.Ordinal
        );
        Assert.Equal(before, (await client.JsonAsync(HttpMethod.Get, collection)).GetRawText());
    }

    [Fact]
    public async Task Queue_and_user_never_share_a_name_also_when_created_at_once()
    {
        var (account, client) = await StartAsync();
        var (_, other) = await StartAsync();
        for (var round = 0; round < 10; round++)
        {
            var name = $"contested-{round}{account.Suffix}";
            var answers = await Task.WhenAll(
                client.SendAsync(HttpMethod.Post, "queues", new { name }),
                client.SendAsync(HttpMethod.Post, "users", new { name }),
                other.SendAsync(HttpMethod.Post, "queues", new { name }),
                other.SendAsync(HttpMethod.Post, "users", new { name })
            );
            Assert.Equal(
                [HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict],
                answers.Select(answer => answer.StatusCode).Order()
            );
        }
    }

    [Fact]
    public async Task Users_read_everything_and_change_their_own_presence_and_password_only()
    {
        var (account, client) = await StartAsync();
        var id = await client.CreateAsync(
            "users",
            new
            {
                name = "jane" + account.Suffix,
                password = "a longer secret",
                email = "jane@example.com",
            }
        );
        var jane = await LibraryH3lpClient.LogInAsync(fixture.Http, "jane" + account.Suffix, "a longer secret");
        foreach (
            var path in new[]
            {
                "queues",
                "users",
                "widgets",
                "services",
                $"services/{account.ServiceId}/levels",
                "queues/14101/operators",
                "users/136",
            }
        )
            await jane.JsonAsync(HttpMethod.Get, path);

        var own = await jane.JsonAsync(
            HttpMethod.Put,
            $"users/{id}",
            new
            {
                id,
                type = "user",
                name = "jane" + account.Suffix,
                email = "jane@example.com",
                show = "available",
                status = "here",
            }
        );
        Assert.Equal(("available", "here"), (own.GetProperty("show").GetString(), own.GetProperty("status").GetString()));
        foreach (var (method, path, body) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Put, $"users/{id}", new { email = "other@example.com" }),
            (HttpMethod.Put, $"users/{id}", new { name = "other" }),
            (HttpMethod.Put, "users/136", new { show = "available" }),
            (HttpMethod.Delete, $"users/{id}", new { }),
            (HttpMethod.Post, "users", new { name = "new" }),
            (HttpMethod.Post, "queues", new { name = "new" }),
            (HttpMethod.Put, "queues/14101", new { status = "x" }),
            (HttpMethod.Patch, "queues/14101/operators/136", new { enabled = false }),
            (HttpMethod.Delete, $"services/{account.ServiceId}/levels/0", new { }),
            (HttpMethod.Post, "services", new { name = "new" }),
        })
            await jane.RefusedAsync(HttpStatusCode.Forbidden, method, path, body);
    }

    private async Task<(TestAccount Account, LibraryH3lpClient Client)> StartAsync(TestAccount? account = null)
    {
        account ??= await fixture.CreateAccountAsync();
        return (account, new LibraryH3lpClient(fixture.Http, await account.CookieAsync()));
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

public sealed class RingMeTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Unknown = "No matching signature found";
    private const string Events = "/client/@me/agent/local/136/event/";

    [Fact]
    public async Task Events_are_created_listed_read_changed_and_deleted_under_both_forms_of_the_path()
    {
        var account = await fixture.CreateAccountAsync();
        using var created = await account.SendAsync(
            HttpMethod.Post,
            Events,
            new
            {
                url = "https://somehost.com/fordel/show.php",
                event_type = "agent-login",
                method = "GET",
                unknown = 1,
            }
        );
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var text = await created.Content.ReadAsStringAsync();
        var id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt32();
        Assert.Equal($$"""{"url":"https://somehost.com/fordel/show.php","id":{{id}},"method":"GET","event_type":"agent-login"}""", text);
        foreach (var root in new[] { $"/client/{account.Id}", "/client/@me", $"/api/ver1.0/client/{account.Id}", "/api/ver1.0/client/@me" })
        {
            Assert.Equal($"[{text}]", (await account.JsonAsync(HttpMethod.Get, $"{root}/agent/local/136/event/")).GetRawText());
            Assert.Equal(text, (await account.JsonAsync(HttpMethod.Get, $"{root}/agent/local/136/event/{id}")).GetRawText());
        }
        var changed = await account.JsonAsync(HttpMethod.Put, Events + id, new { method = "POST" });
        Assert.Equal(("POST", "agent-login"), (changed.GetProperty("method").GetString(), changed.GetProperty("event_type").GetString()));
        using var deleted = await account.SendAsync(HttpMethod.Delete, Events + id);
        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.StatusCode, await deleted.Content.ReadAsStringAsync()));
        using var gone = await account.SendAsync(HttpMethod.Get, Events + id);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("""{"message":"Not found","status":404}""", await gone.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("local", "extension_name", "000*111@ringme.ru")]
    [InlineData("remote", "agent_number", "+15550100")]
    public async Task Agents_are_created_listed_read_changed_and_deleted(string kind, string addressField, string address)
    {
        var account = await fixture.CreateAccountAsync();
        var root = $"/client/@me/agent/{kind}/";
        using var created = await account.SendAsync(
            HttpMethod.Post,
            root,
            new Dictionary<string, object>
            {
                ["name"] = "Ann Smith",
                [addressField] = address,
                ["extension_id"] = 77,
                ["status"] = "available",
            }
        );
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var agent = await created.Content.ReadFromJsonAsync<JsonElement>();
        var id = agent.GetProperty("id").GetInt32();
        Assert.Equal(
            ("Ann Smith", "available", address),
            (agent.GetProperty("name").GetString(), agent.GetProperty("status").GetString(), agent.GetProperty(addressField).GetString())
        );
        Assert.Equal(agent.GetRawText(), (await account.JsonAsync(HttpMethod.Get, root + id)).GetRawText());
        Assert.Equal(kind == "local" ? 2 : 1, (await account.JsonAsync(HttpMethod.Get, root)).GetArrayLength());
        if (kind == "local")
            Assert.Equal(
                id,
                Assert
                    .Single((await account.JsonAsync(HttpMethod.Get, root + "?extension_id=77")).EnumerateArray())
                    .GetProperty("id")
                    .GetInt32()
            );
        Assert.Equal(
            "logged_out",
            (await account.JsonAsync(HttpMethod.Put, root + id, new { status = "logged_out" })).GetProperty("status").GetString()
        );
        Assert.Equal(
            "Ann Jones",
            (await account.JsonAsync(HttpMethod.Put, root + id, new { name = "Ann Jones", status = "available" }))
                .GetProperty("name")
                .GetString()
        );

        var other = root.Replace(kind, kind == "local" ? "remote" : "local", StringComparison.Ordinal);
        using var wrongKind = await account.SendAsync(HttpMethod.Get, other + id);
        Assert.Equal(HttpStatusCode.NotFound, wrongKind.StatusCode);
        var users = await account.JsonAsync(HttpMethod.Get, "/2011-12-03/users", cookie: true);
        Assert.Contains(
            users.EnumerateArray(),
            user => user.GetProperty("id").GetInt32() == id && user.GetProperty("show").GetString() == "available"
        );
        Assert.Equal(HttpStatusCode.NoContent, (await account.SendAsync(HttpMethod.Delete, root + id)).StatusCode);
    }

    [Fact]
    public async Task Login_and_logout_call_back_once_each_in_the_vendors_encoding_without_a_tick()
    {
        using var receiver = new CallbackReceiver();
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        await SubscribeAsync(account, $"{receiver.Origin}/in?token=5", "agent-login", "GET");
        await SubscribeAsync(account, $"{receiver.Origin}/out", "agent-logout", "POST");
        await account.SinkAsync("available");
        await account.SinkAsync("available");
        await receiver.ReceivedAsync(1);
        await account.JsonAsync(HttpMethod.Put, "/client/@me/agent/local/136", new { status = "logged_out" });
        await receiver.ReceivedAsync(2);
        await account.SinkAsync("available");
        await receiver.ReceivedAsync(3);

        Assert.Equal(
            (
                "GET",
                "/in?token=5&agent_status=available&agent_type=local&event_source=phone&agent_id=136&extension_name=000%2A094%40ringme.ru",
                ""
            ),
            (receiver.Calls[0].Method, receiver.Calls[0].PathAndQuery, receiver.Calls[0].Body)
        );
        Assert.Equal(
            (
                "POST",
                "/out",
                "application/x-www-form-urlencoded",
                "agent_status=logged_out&agent_type=local&event_source=api&agent_id=136&extension_name=000%2A094%40ringme.ru"
            ),
            (receiver.Calls[1].Method, receiver.Calls[1].PathAndQuery, receiver.Calls[1].ContentType, receiver.Calls[1].Body)
        );
        Assert.Equal(3, receiver.Calls.Select(call => call.EventId).Distinct().Count());
        Assert.Equal(3, receiver.Calls.Count);
    }

    [Fact]
    public async Task Callbacks_are_signed_with_the_account_s_secret_and_for_a_day_after_its_rotation_with_the_old_one_too()
    {
        using var receiver = new CallbackReceiver { Answer = _ => 503 };
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        var first = account["callbackSecret"];
        await SubscribeAsync(account, $"{receiver.Origin}/in?token=5%20%C3%A9", "agent-login", "GET");
        await SubscribeAsync(account, $"{receiver.Origin}/out", "agent-logout", "POST");

        await account.SinkAsync("available");
        var failed = await ReceiveAsync(1);
        receiver.Answer = _ => 200;

        // What failed may be written down after the clock was moved.
        await Eventually.IsTrueAsync("the call is repeated", async () =>
        {
            await app.SweepAfterAsync(10);
            return receiver.Calls.Count > 1;
        });
        var repeated = await ReceiveAsync(2);
        Assert.All([failed, repeated], call => Assert.Equal(call.EventId, call.Signature["webhook-id"]));
        Assert.Equal(failed.EventId, repeated.EventId);
        Assert.InRange(TimeOf(repeated), TimeOf(failed) + 10, app.Clock.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(["verified", "verified"], [await VerifyAsync(failed, first), await VerifyAsync(repeated, first)]);

        var second = await RotateAsync(null);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", second);
        await account.SinkAsync("logged_out");
        var both = await ReceiveAsync(3);
        Assert.Equal("POST", both.Method);
        Assert.Equal(["verified", "verified"], [await VerifyAsync(both, first), await VerifyAsync(both, second)]);

        app.Clock.Advance(TimeSpan.FromDays(1));
        await account.SinkAsync("available");
        var later = await ReceiveAsync(4);
        Assert.Equal([Unknown, "verified"], [await VerifyAsync(later, first), await VerifyAsync(later, second)]);

        var third = await RotateAsync(0);
        await account.SinkAsync("logged_out");
        var last = await ReceiveAsync(5);
        Assert.Equal([Unknown, "verified"], [await VerifyAsync(last, second), await VerifyAsync(last, third)]);

        async Task<ReceivedCall> ReceiveAsync(int count)
        {
            await receiver.ReceivedAsync(count);
            return receiver.Calls[count - 1];
        }

        async Task<string> RotateAsync(int? overlapSeconds)
        {
            var path = $"accounts/{account.Id}/secrets/callbackSecret/rotate";
            object body = overlapSeconds is null ? new { } : new { overlapSeconds };
            using var rotated = await OperatorClient.SendAsync(app.Http, HttpMethod.Post, path, body);
            Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
            return (await rotated.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("callbackSecret").GetString()!;
        }

        static long TimeOf(ReceivedCall call) => long.Parse(call.Signature["webhook-timestamp"], CultureInfo.InvariantCulture);

        static Task<string> VerifyAsync(ReceivedCall call, string secret) =>
            StandardWebhooks.VerifyAsync(secret, call.Signature, call.Method == "GET" ? call.PathAndQuery.Split('?', 2)[1] : call.Body);
    }

    [Fact]
    public async Task Hostile_url_is_taken_or_refused_as_such()
    {
        var account = await fixture.CreateAccountAsync();

        // All of them are tried where they are called.
        foreach (var url in HostileUrls.All.Where((_, number) => number % 10 == 0))
        {
            using var answer = await account.SendAsync(HttpMethod.Post, Events, new { url, event_type = "agent-login", method = "GET" });
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                Assert.Contains("url", text, StringComparison.Ordinal);
                continue;
            }
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{url}: {answer.StatusCode} {text}");
            using var deleted = await account.SendAsync(HttpMethod.Delete, Events + JsonElement.Parse(text).GetProperty("id"));
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }
    }

    [Fact]
    public async Task Event_that_a_killed_process_left_is_delivered_by_the_next()
    {
        using var receiver = new CallbackReceiver { Answer = _ => 500 };
        var prefix = AppFixture.NewPrefix();
        using var app = AppFixture.NewApp(prefix);
        await app.StartAsync();
        var account = await AppFixture.CreateAccountAsync(app.Http);
        await SubscribeAsync(account, receiver.Origin + "/", "agent-login", "GET");
        await account.SinkAsync("available");
        await receiver.ReceivedAsync(1);
        app.Kill();
        receiver.Answer = _ => 200;
        using var next = AppFixture.NewApp(prefix);
        await next.StartAsync();
        await receiver.ReceivedAsync(2);
        Assert.Equal(receiver.Calls[0].EventId, receiver.Calls[1].EventId);
    }

    [Theory]
    [InlineData("""{"event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":"ftp://x.example/","event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":"/relative","event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":"http://\u202e/","event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":5,"event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":"","event_type":"agent-login","method":"GET"}""", "url")]
    [InlineData("""{"url":"http://x.example/","event_type":"agent-lunch","method":"GET"}""", "event_type")]
    [InlineData("""{"url":"http://x.example/","method":"GET"}""", "event_type")]
    [InlineData("""{"url":"http://x.example/","event_type":"agent-login","method":"PUT"}""", "method")]
    [InlineData("""{"url":"http://x.example/","event_type":"agent-login","method":["GET"]}""", "method")]
    [InlineData("""{"url":"http://x.example/","event_type":"agent-login","method":"GET" """, "JSON")]
    [InlineData("""[1]""", "JSON")]
    public async Task Wrong_field_of_an_event_is_named_and_nothing_is_stored(string body, string field)
    {
        var account = await fixture.UntouchedAccountAsync();
        Assert.Contains(field, await RefusedAsync(account, body), StringComparison.Ordinal);
        Assert.Equal(0, (await account.JsonAsync(HttpMethod.Get, Events)).GetArrayLength());
    }

    [Fact]
    public async Task Overlong_deep_and_broken_bodies_are_refused_without_a_500()
    {
        var account = await fixture.UntouchedAccountAsync();
        Assert.Contains(
            "url",
            await RefusedAsync(
                account,
                $$"""{"url":"http://x.example/{{new string('a', 2000)}}","event_type":"agent-login","method":"GET"}"""
            ),
            StringComparison.Ordinal
        );
        Assert.Contains("JSON", await RefusedAsync(account, new string('[', 5000)), StringComparison.Ordinal);
        Assert.Contains(
            "JSON",
            await RefusedAsync(account, "{\"url\":" + string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 101)),
            StringComparison.Ordinal
        );
        using var invalid = new HttpRequestMessage(HttpMethod.Post, Events)
        {
            Content = new ByteArrayContent([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        };
        invalid.Headers.Authorization = new("Bearer", account.AccessToken);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.Http.SendAsync(invalid)).StatusCode);
        Assert.Equal(0, (await account.JsonAsync(HttpMethod.Get, Events)).GetArrayLength());
    }

    [Fact]
    public async Task Events_have_unique_ids_below_two_to_the_31_and_a_limit_that_can_be_read()
    {
        var account = await fixture.CreateAccountAsync();
        Assert.Equal("""{"agent_event":20}""", (await account.JsonAsync(HttpMethod.Get, "/client/@me/limit/")).GetRawText());
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 25)
                .Select(_ =>
                    account.SendAsync(
                        HttpMethod.Post,
                        Events,
                        new
                        {
                            url = "http://x.example/",
                            event_type = "agent-login",
                            method = "GET",
                        }
                    )
                )
        );
        Assert.Equal(
            (20, 5),
            (
                answers.Count(answer => answer.StatusCode == HttpStatusCode.Created),
                answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict)
            )
        );
        Assert.Equal(
            20,
            (await account.JsonAsync(HttpMethod.Get, Events))
                .EnumerateArray()
                .Select(item => item.GetProperty("id").GetInt32())
                .Distinct()
                .Count()
        );
        await account.JsonAsync(HttpMethod.Put, "/client/@me/agent/local/136", new { name = "Renamed", status = "available" });
        Assert.Equal(HttpStatusCode.NoContent, (await account.SendAsync(HttpMethod.Delete, "/client/@me/agent/local/136")).StatusCode);
        var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.Equal(0, configuration.GetProperty("callbacks").GetArrayLength());
    }

    [Fact]
    public async Task User_tells_the_client_and_a_wrong_method_what_is_allowed()
    {
        var account = await fixture.CreateAccountAsync();
        var user = await account.JsonAsync(HttpMethod.Get, "/api/ver1.0/user");
        Assert.Equal(
            (account.Id, account["username"], account.Id),
            (user.GetProperty("id").GetInt32(), user.GetProperty("login").GetString(), user.GetProperty("client_id").GetInt32())
        );
        using var patch = await account.SendAsync(HttpMethod.Patch, Events);
        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, "GET, HEAD, POST"),
            (patch.StatusCode, string.Join(", ", patch.Content.Headers.Allow))
        );
    }

    [Fact]
    public async Task Requests_count_down_to_a_429_and_the_headers_tell()
    {
        await using var app = await ClockedApp.StartAsync(("RingMe:RequestsPerHour", "3"));
        var account = await TestAccount.CreateAsync(app.Http);
        for (var left = 2; left >= 0; left--)
        {
            using var answer = await account.SendAsync(
                HttpMethod.Get,
                left == 1 ? "/client/@me/agent/local/9" : "/client/@me/agent/local/"
            );
            Assert.Equal(
                ("3", $"{left}"),
                (answer.Headers.GetValues("X-RateLimit-Limit").Single(), answer.Headers.GetValues("X-RateLimit-Remaining").Single())
            );
            Assert.Equal("1800", answer.Headers.GetValues("X-RateLimit-Reset").Single());
        }
        using var refused = await account.SendAsync(HttpMethod.Get, "/client/@me/agent/local/");
        Assert.Equal(
            (HttpStatusCode.TooManyRequests, """{"status":"rate_limit_exceeded","message":"rate_limit_exceeded"}"""),
            (refused.StatusCode, await refused.Content.ReadAsStringAsync())
        );
        Assert.Equal("0", refused.Headers.GetValues("X-RateLimit-Remaining").Single());
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        using var granted = await account.SendAsync(HttpMethod.Get, "/client/@me/agent/local/");
        Assert.Equal((HttpStatusCode.OK, "2"), (granted.StatusCode, granted.Headers.GetValues("X-RateLimit-Remaining").Single()));
    }

    [Fact]
    public async Task Second_accounts_token_is_refused_on_every_route_of_the_first()
    {
        var (mine, other) = (await fixture.CreateAccountAsync(), await fixture.CreateAccountAsync());
        await SubscribeAsync(mine, "http://x.example/", "agent-login", "GET");
        var before = await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        var id = before.GetProperty("callbacks")[0].GetProperty("id").GetInt32();
        var routes = AppRoutes.All.Where(route => route.Contains("{clientId}", StringComparison.Ordinal)).ToList();
        Assert.Equal(16, routes.Count);
        foreach (var route in routes)
        {
            foreach (
                var (clientId, expected) in new[]
                {
                    ($"{mine.Id}", HttpStatusCode.Forbidden),
                    ("1", HttpStatusCode.Forbidden),
                    ("@me", HttpStatusCode.NotFound),
                }
            )
            {
                if (clientId == "@me" && !route.Contains("{eventId}", StringComparison.Ordinal)) continue;
                var path = AppRoutes.Fill(
                    route,
                    new Dictionary<string, string>
                    {
                        ["clientId"] = clientId,
                        ["kind"] = "local",
                        ["agentId"] = "136",
                        ["eventId"] = $"{id}",
                        ["extension"] = "777",
                    }
                );
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Post })
                {
                    using var answer = await other.SendAsync(
                        method,
                        path,
                        method == HttpMethod.Get
                            ? null
                            : new
                            {
                                url = "http://y.example/",
                                event_type = "agent-login",
                                method = "GET",
                            }
                    );
                    Assert.True(
                        answer.StatusCode == expected || answer.StatusCode == HttpStatusCode.MethodNotAllowed,
                        $"{method} {path}: {answer.StatusCode}"
                    );
                }
            }
        }
        using var anonymous = await fixture.Http.GetAsync(new Uri(Events, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(before.GetRawText(), (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
    }

    private async Task<string> RefusedAsync(TestAccount account, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Events)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", account.AccessToken);
        using var answer = await fixture.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("message").GetString()!;
    }

    private static async Task SubscribeAsync(TestAccount account, string url, string type, string method)
    {
        using var answer = await account.SendAsync(HttpMethod.Post, Events, new { url, event_type = type, method });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }
}

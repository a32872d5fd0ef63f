using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>Limited tokens, and what people get who sign in: what they open, until when, and what they do not.</summary>
public sealed class TokenTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private const string Password = "a longer secret";

    private readonly ClockedApp app = fixture.App;

    [Fact]
    public async Task Token_is_shown_once_listed_without_itself_and_opens_nothing_once_it_is_revoked()
    {
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var wish = new { kind = "read", expiresInSeconds = 3600, description = "The lobby's display" };
        var made = new List<JsonElement>();
        for (var i = 0; i < 3; i++) made.Add(await CallAsync(account.AccessToken, HttpMethod.Post, "tokens", wish, HttpStatusCode.Created));
        var token = made[0].GetProperty("token").GetString()!;
        Assert.Equal(app.Clock.GetUtcNow().AddHours(1), made[0].GetProperty("expiresAt").GetDateTimeOffset());

        var first = await CallAsync(account.AccessToken, HttpMethod.Get, "tokens?limit=2");
        var cursor = Uri.EscapeDataString(first.GetProperty("nextCursor").GetString()!);
        var second = await CallAsync(account.AccessToken, HttpMethod.Get, $"tokens?limit=2&cursor={cursor}");
        var listed = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(Id).ToList();
        Assert.Equal(made.Select(Id).Order(StringComparer.Ordinal), listed);
        Assert.DoesNotContain(token, first.GetRawText() + second.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('_')[3], first.GetRawText() + second.GetRawText(), StringComparison.Ordinal);

        await CallAsync(token, HttpMethod.Get, "queues");
        await CallAsync(account.AccessToken, HttpMethod.Delete, $"tokens/{Id(made[0])}", status: HttpStatusCode.NoContent);
        await CallAsync(token, HttpMethod.Get, "queues", status: HttpStatusCode.Unauthorized);
        await CallAsync(account.AccessToken, HttpMethod.Get, $"tokens/{Id(made[0])}", status: HttpStatusCode.NotFound);
        await CallAsync(account.AccessToken, HttpMethod.Delete, $"tokens/{Id(made[0])}", status: HttpStatusCode.NotFound);

        var log = await CallAsync(account.AccessToken, HttpMethod.Get, "audit");
        var entry = log.GetProperty("items").EnumerateArray().First(item => item.GetProperty("action").GetString() == "token.revoked");
        Assert.Equal(
            (Id(made[0]), "read"),
            (entry.GetProperty("tokenId").GetString(), entry.GetProperty("tokenKind").GetString())
        );
        Assert.Equal(3, log.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("action").GetString() == "token.created"));
    }

    [Fact]
    public async Task Token_ends_at_its_time_and_goes_with_a_sweep()
    {
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var made = await CallAsync(
            account.AccessToken,
            HttpMethod.Post,
            "tokens",
            new { kind = "read", expiresInSeconds = 60 },
            HttpStatusCode.Created
        );
        app.Clock.Advance(TimeSpan.FromSeconds(59));
        await CallAsync(Token(made), HttpMethod.Get, "services");
        await app.SweepAfterAsync(1);
        await CallAsync(Token(made), HttpMethod.Get, "services", status: HttpStatusCode.Unauthorized);
        var left = await CallAsync(account.AccessToken, HttpMethod.Get, "tokens");
        Assert.Empty(left.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Repeated_creation_gives_the_same_token()
    {
        var account = await TestAccount.CreateAsync(app.Http, configured: false);
        var client = new RoutingClient(account, app.Http);
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, "tokens", new { kind = "read" }, ("Idempotency-Key", "the-display"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Single((await client.CallAsync(HttpMethod.Get, "tokens")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{}""", "kind")]
    [InlineData("""{"kind":"contact"}""", "kind")]
    [InlineData("""{"kind":"agent"}""", "agentId")]
    [InlineData("""{"kind":"agent","agentId":999}""", "agentId")]
    [InlineData("""{"kind":"read","agentId":136}""", "agentId")]
    [InlineData("""{"kind":"guest"}""", "serviceIds")]
    [InlineData("""{"kind":"guest","serviceIds":[]}""", "serviceIds")]
    [InlineData("""{"kind":"guest","serviceIds":[1]}""", "serviceIds")]
    [InlineData("""{"kind":"guest","serviceIds":["x"]}""", "serviceIds[0]")]
    [InlineData("""{"kind":"guest","serviceIds":7}""", "serviceIds")]
    [InlineData("""{"kind":"read","serviceIds":[1933]}""", "serviceIds")]
    [InlineData("""{"kind":"read","expiresInSeconds":59}""", "expiresInSeconds")]
    [InlineData("""{"kind":"read","expiresInSeconds":31536001}""", "expiresInSeconds")]
    [InlineData("""{"kind":"read","expires":60}""", "expires")]
    [InlineData("""{"kind":"read","description":"a\u0000b"}""", "description")]
    public async Task Wrong_wish_is_named_and_makes_nothing(string body, string field)
    {
        var account = shared ??= await TestAccount.CreateAsync(app.Http);
        await account.AuthenticateAsync();
        var answer = await CallAsync(
            account.AccessToken,
            HttpMethod.Post,
            "tokens",
            JsonSerializer.Deserialize<JsonElement>(body),
            HttpStatusCode.BadRequest
        );
        Assert.Equal(field, answer.GetProperty("field").GetString());
        Assert.Empty((await CallAsync(account.AccessToken, HttpMethod.Get, "tokens")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Agents_token_does_what_that_agent_does()
    {
        await using var desk = await Desk.OpenAsync(app, [Desk.Queue(1)], [Desk.Agent(11, [1]), Desk.Agent(12, [1])], "1");
        var eleven = await AgentTokenAsync(desk, 11);
        var twelve = await AgentTokenAsync(desk, 12);
        await CallAsync(eleven, HttpMethod.Put, "agents/11/presence", new { status = "available", leaseSeconds = 60 });
        await CallAsync(eleven, HttpMethod.Post, "agents/11/heartbeat", new { leaseSeconds = 60 });
        await desk.ArriveAsync("one", 1);

        var offers = await CallAsync(eleven, HttpMethod.Get, "agents/11/offers");
        Assert.Equal("one", Id(offers.GetProperty("items")[0]));
        Assert.Equal("offered", State(await CallAsync(eleven, HttpMethod.Get, "contacts/one")));
        await CallAsync(twelve, HttpMethod.Get, "contacts/one", status: HttpStatusCode.NotFound);
        await CallAsync(twelve, HttpMethod.Post, "contacts/one/accept", new { }, HttpStatusCode.NotFound);
        await CallAsync(eleven, HttpMethod.Post, "contacts/one/accept", new { agentId = 12 }, HttpStatusCode.Forbidden);
        await CallAsync(eleven, HttpMethod.Get, "agents/12", status: HttpStatusCode.Forbidden);
        await CallAsync(eleven, HttpMethod.Post, "contacts/one/decline", new { });
        Assert.Equal("queued 1", await desk.StateAsync("one"));
        await desk.InAsync(12);
        Assert.Equal("active", State(await CallAsync(twelve, HttpMethod.Post, "contacts/one/accept", new { agentId = 12 })));
        await CallAsync(eleven, HttpMethod.Post, "contacts/one/complete", new { }, HttpStatusCode.NotFound);
        Assert.Equal("ended", State(await CallAsync(twelve, HttpMethod.Post, "contacts/one/complete", new { })));

        await desk.ArriveAsync("two", agent: 12);
        await CallAsync(twelve, HttpMethod.Post, "contacts/two/accept");
        await CallAsync(eleven, HttpMethod.Post, "contacts/two/transfer", new { agentId = 11 }, HttpStatusCode.NotFound);
        Assert.Equal("offered", State(await CallAsync(twelve, HttpMethod.Post, "contacts/two/transfer", new { agentId = 11 })));
        Assert.Equal("active", State(await CallAsync(eleven, HttpMethod.Post, "contacts/two/accept")));
    }

    [Fact]
    public async Task Token_of_an_agent_who_is_gone_does_not_open_a_successor()
    {
        await using var desk = await Desk.OneAsync(app);
        var token = await AgentTokenAsync(desk, 11);
        await CallAsync(token, HttpMethod.Get, "agents/11");
        await desk.Client.ConfigureAsync(new { });
        await desk.Client.ConfigureAsync(new { agents = new[] { new { id = 11, name = desk.Client.Name("new") } } });
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        await CallAsync(token, HttpMethod.Get, "agents/11", status: HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Guest_arrives_follows_its_contact_and_leaves_and_nothing_else()
    {
        await using var desk = await Desk.OneAsync(app);
        var service = desk.Account.ServiceId;
        var page = Token(
            await CallAsync(
                desk.Account.AccessToken,
                HttpMethod.Post,
                "tokens",
                new { kind = "guest", serviceIds = new[] { service } },
                HttpStatusCode.Created
            )
        );
        await CallAsync(page, HttpMethod.Get, $"services/{service}/resolution");
        await CallAsync(page, HttpMethod.Get, "services/1/resolution", status: HttpStatusCode.Forbidden);
        foreach (
            var more in new object[]
            {
                new { serviceId = 1 },
                new { queueId = 1 },
                new { agentId = 11 },
                new { serviceId = service, priority = 1 },
                new { serviceId = service, contactId = "mine" },
            }
        )
            await CallAsync(page, HttpMethod.Post, "contacts", more, HttpStatusCode.Forbidden);
        await desk.InAsync(11);
        var wish = new { serviceId = service };
        var first = await CallAsync(page, HttpMethod.Post, "contacts?include=position", wish, HttpStatusCode.Created);
        var second = await CallAsync(page, HttpMethod.Post, "contacts", wish, HttpStatusCode.Created);
        Assert.Equal(("offered", "queued"), (State(first), State(second)));
        var (token, path) = (Token(second), $"contacts/{Id(second)}");

        await CallAsync(page, HttpMethod.Get, path, status: HttpStatusCode.Forbidden);
        await CallAsync(page, HttpMethod.Get, "contacts", status: HttpStatusCode.Forbidden);
        var shown = await CallAsync(token, HttpMethod.Get, $"{path}?include=position");
        Assert.Equal(1, shown.GetProperty("position").GetInt32());
        Assert.False(shown.TryGetProperty("token", out _));
        await CallAsync(token, HttpMethod.Get, $"{path}?include=decision", status: HttpStatusCode.Forbidden);
        await CallAsync(token, HttpMethod.Get, $"contacts/{Id(first)}", status: HttpStatusCode.Forbidden);
        await CallAsync(token, HttpMethod.Post, $"contacts/{Id(first)}/cancel", status: HttpStatusCode.Forbidden);
        var refused = await CallAsync(token, HttpMethod.Post, $"{path}/accept", new { agentId = 11 }, HttpStatusCode.Forbidden);
        Assert.Contains("kind agent", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("abandoned", State(await CallAsync(token, HttpMethod.Post, $"{path}/cancel")));
    }

    [Fact]
    public async Task Contact_that_is_waited_for_is_told_as_soon_as_it_is_another()
    {
        await using var desk = await Desk.OneAsync(app);
        await desk.OutAsync(11, "busy");
        await desk.ArriveAsync("one", 1);
        using var first = await desk.Client.SendAsync(HttpMethod.Get, "contacts/one");
        var tag = first.Headers.ETag!.ToString();
        using (var same = await desk.Client.SendAsync(HttpMethod.Get, "contacts/one", null, ("If-None-Match", tag)))
            Assert.Equal((HttpStatusCode.NotModified, tag), (same.StatusCode, same.Headers.ETag!.ToString()));
        using (var untagged = await desk.Client.SendAsync(HttpMethod.Get, "contacts/one?wait=25"))
            Assert.Equal(HttpStatusCode.OK, untagged.StatusCode);

        var waiting = desk.Client.SendAsync(HttpMethod.Get, "contacts/one?wait=25", null, ("If-None-Match", tag));
        await desk.InAsync(11);
        await Eventually.IsTrueAsync("the contact is told", () =>
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(waiting.IsCompleted);
        });
        using var told = await waiting;
        Assert.Equal("offered", State(await told.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.NotEqual(tag, told.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Administrator_and_agent_sign_in_and_out_and_a_new_password_ends_the_session()
    {
        var account = await TestAccount.CreateAsync(app.Http);
        var administrator = await SignInAsync(account["username"], account["password"]);
        Assert.Equal(
            ("administrator", account.Id, JsonValueKind.Null, account["username"]),
            (
                administrator.GetProperty("kind").GetString(),
                administrator.GetProperty("accountId").GetInt32(),
                administrator.GetProperty("agentId").ValueKind,
                administrator.GetProperty("name").GetString()
            )
        );
        await CallAsync(Token(administrator), HttpMethod.Get, "configuration");

        await account.JsonAsync(HttpMethod.Put, "/2011-12-03/users/136", new { password = Password }, cookie: true);
        var agent = await SignInAsync($"john-smith{account.Suffix}", Password);
        Assert.Equal(("agent", 136), (agent.GetProperty("kind").GetString(), agent.GetProperty("agentId").GetInt32()));
        await CallAsync(Token(agent), HttpMethod.Get, "agents/136");
        await CallAsync(Token(agent), HttpMethod.Get, "configuration", status: HttpStatusCode.Forbidden);

        await CallAsync(Token(administrator), HttpMethod.Delete, "sessions/current", status: HttpStatusCode.NoContent);
        await CallAsync(Token(administrator), HttpMethod.Get, "configuration", status: HttpStatusCode.Unauthorized);
        await CallAsync(account.AccessToken, HttpMethod.Delete, "sessions/current", status: HttpStatusCode.NotFound);
        await account.JsonAsync(HttpMethod.Put, "/2011-12-03/users/136", new { password = Password + "!" }, cookie: true);
        await CallAsync(Token(agent), HttpMethod.Get, "agents/136", status: HttpStatusCode.Unauthorized);
        var wrong = new { username = account["username"], password = "wrong" };
        await CallAsync("", HttpMethod.Post, "sessions", wrong, HttpStatusCode.Unauthorized);
    }

    private static TestAccount? shared;

    private async Task<JsonElement> SignInAsync(string username, string password) =>
        await CallAsync("", HttpMethod.Post, "sessions", new { username, password }, HttpStatusCode.Created);

    private async Task<string> AgentTokenAsync(Desk desk, int agentId) =>
        Token(
            await CallAsync(desk.Account.AccessToken, HttpMethod.Post, "tokens", new { kind = "agent", agentId }, HttpStatusCode.Created)
        );

    private async Task<JsonElement> CallAsync(
        string token,
        HttpMethod method,
        string path,
        object? body = null,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        using var request = new HttpRequestMessage(method, $"/routing/v1/{path}");
        request.Content = body is null ? null : JsonContent.Create(body);
        if (token.Length > 0) request.Headers.Authorization = new("Bearer", token);
        using var answer = await app.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    private static string State(JsonElement contact) => contact.GetProperty("state").GetString()!;

    private static string Token(JsonElement answer) => answer.GetProperty("token").GetString()!;
}

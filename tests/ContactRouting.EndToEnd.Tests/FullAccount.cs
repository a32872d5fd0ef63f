using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>An account with a contact, a callback, a subscription and a user of its own, and every credential of it.</summary>
internal sealed class FullAccount
{
    private const string UserPassword = "a longer secret";

    private static readonly string[] SubscribedTypes = ["agent.absent"];

    private readonly HttpClient http;
    private readonly Dictionary<string, string> values = [];

    private FullAccount(HttpClient http, TestAccount account) => (this.http, Account) = (http, account);

    public TestAccount Account { get; }

    /// <summary>What is secret, by what it is called; each opens something, shown in the right place.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>What opens the own API as somebody else than a client.</summary>
    public Dictionary<Credential, string> Tokens { get; } = [];

    public string AnotherAgentsToken { get; private set; } = "";

    private string UserName => $"jane{Account.Suffix}";

    /// <param name="configured">Whether it has the demo account's configuration, or nothing but a user.</param>
    public static async Task<FullAccount> CreateAsync(HttpClient http, bool configured = true)
    {
        var full = new FullAccount(http, await TestAccount.CreateAsync(http, configured));
        await full.FillAsync(configured);
        return full;
    }

    /// <summary>A path, query or body with the account's names and ids in the place of what is named there.</summary>
    /// <param name="sinkToken">In the place of a sink's.</param>
    public string Fill(RouteGroup group, string text, string sinkToken)
    {
        var known = new Dictionary<string, string>(values) { ["sinkToken"] = sinkToken };
        foreach (var (name, value) in values.Where(pair => pair.Key.StartsWith($"{group.Name}:", StringComparison.Ordinal)))
            known[name.Split(':')[1]] = value;
        return AppRoutes.Replace(text, known);
    }

    /// <summary>Another account in the place of this one, where an operator names one.</summary>
    public void LetOperatorName(TestAccount account) => values["operator:accountId"] = $"{account.Id}";

    public string Basic(Credential credential) => credential switch
    {
        Credential.ClientSecret => Encoded(Account["clientId"], Account["clientSecret"]),
        Credential.UserPassword => Encoded(UserName, UserPassword),
        _ => Encoded(Account["username"], Account["password"]),
    };

    public static string Encoded(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    /// <summary>Valid for hours, whatever the app's clock says.</summary>
    public string StringeeToken() => StringeeClient.Token(Account["apiKeySid"], Account["apiKeySecret"], lifeSeconds: 36_000);

    /// <summary>Whatever a request that is let in could have changed.</summary>
    public async Task<string> StateAsync()
    {
        var state = new StringBuilder();
        foreach (var path in new[] { "configuration", "contacts", "tokens", "settings" })
            state.AppendLine((await Account.JsonAsync(HttpMethod.Get, $"/routing/v1/{path}")).GetRawText());
        state.AppendLine((await Account.JsonAsync(HttpMethod.Get, $"{LibraryH3lpClient.Root}users", cookie: true)).GetRawText());
        return state.ToString();
    }

    private async Task FillAsync(bool configured)
    {
        var client = new LibraryH3lpClient(http, await Account.CookieAsync());
        await client.JsonAsync(HttpMethod.Post, "users", new { name = UserName, password = UserPassword });
        Secrets["administratorSession"] = (await Account.CookieAsync()).Split('=', 2)[1];
        Secrets["userSession"] = await SessionAsync();
        Secrets["operatorKey"] = AppProcess.OperatorKey;
        Secrets["accessToken"] = Account.AccessToken;
        Secrets["stringeeToken"] = StringeeToken();
        foreach (var name in TestAccount.SecretNames) Secrets[name] = Account[name];
        foreach (var secret in Secrets.Values) AppFixture.Remember(secret);
        if (configured)
        {
            await Account.SinkAsync("available");
            await client.JsonAsync(HttpMethod.Put, "users/136", new { password = UserPassword });
            AnotherAgentsToken = await TokenAsync(Account, new { kind = "agent", agentId = await UserIdAsync() });
        }
        else await client.JsonAsync(HttpMethod.Post, "services", new { name = "Empty" });
        var services = await Account.JsonAsync(HttpMethod.Get, "/routing/v1/services");
        var contact = await AddTokensAsync(
            configured ? "john-smith" + Account.Suffix : UserName,
            configured ? 136 : await UserIdAsync(),
            services.GetProperty("items")[0].GetProperty("id").GetInt32()
        );
        if (!configured) return;

        var agents = "/client/@me/agent/local/136/event";
        using var called = await Account.SendAsync(
            HttpMethod.Post,
            agents,
            new { url = "https://callback.invalid/", event_type = "agent-login", method = "GET" }
        );
        var callback = await called.Content.ReadFromJsonAsync<JsonElement>();
        using var subscribed = await Account.SendAsync(
            HttpMethod.Post,
            "/routing/v1/subscriptions",
            new { url = "https://subscription.invalid/", eventTypes = SubscribedTypes }
        );
        var subscription = await subscribed.Content.ReadFromJsonAsync<JsonElement>();
        AppFixture.Remember(subscription.GetProperty("secret").GetString()!);
        var configuration = await Account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        var queues = configuration.GetProperty("queues").EnumerateArray().ToDictionary(queue => queue.GetProperty("id").GetInt32());
        var agent = configuration.GetProperty("agents").EnumerateArray().Single(item => item.GetProperty("id").GetInt32() == 136);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["accountId"] = $"{Account.Id}",
            ["agentId"] = "136",
            ["clientId"] = $"{Account.Id}",
            ["contactId"] = contact.GetProperty("id").GetString()!,
            ["day"] = "28",
            ["eventId"] = callback.GetProperty("id").ToString(),
            ["extension"] = "136",
            ["file"] = "LICENSE",
            ["console and wallboard:file"] = "style.css",
            ["format"] = "xml",
            ["groupId"] = "GR_QD72WYP4BAG4HYZ9",
            ["host"] = "libraryh3lp.com",
            ["kind"] = "local",
            ["jid"] = $"john-smith{Account.Suffix}@libraryh3lp.com",
            ["level"] = "0",
            ["month"] = "2",
            ["name"] = "john-smith" + Account.Suffix,
            ["queueId"] = "14101",
            ["report"] = "chats-per-hour",
            ["routingId"] = "GR_RO_767XB0XBNTX6Z751",
            ["sessionId"] = await FurtherSessionIdAsync(),
            ["segment"] = "Basic%20Call%20Logs",
            ["show"] = "dnd",
            ["serviceId"] = $"{Account.ServiceId}",
            ["subscriptionId"] = subscription.GetProperty("id").ToString(),
            ["suffix"] = Account.Suffix,
            ["theme"] = "simpletext",
            ["tokenId"] = (await TokenAsync(Account, new { kind = "read" })).Split('_')[2],
            ["userId"] = "136",
            ["username"] = Account["username"],
            ["version"] = "2011-12-03",
            ["widgetId"] = "411",
            ["year"] = "2026",
            ["operator:name"] = "exportToken",
            ["Stringee:agentId"] = agent.GetProperty("externalId").GetString()!,
            ["Stringee:queueId"] = "QU_PRWHUKZJ8EMA2U0Y",
            ["Stringee:secondId"] = queues[14101].GetProperty("externalId").GetString()!,
        })
            values[name] = value;
    }

    public async Task<int> UserIdAsync() =>
        (await Account.JsonAsync(HttpMethod.Get, $"/routing/v1/agents?name={UserName}"))
            .GetProperty("items")[0].GetProperty("id").GetInt32();

    /// <summary>A limited token.</summary>
    public static async Task<string> TokenAsync(TestAccount account, object wish)
    {
        using var answer = await account.SendAsync(HttpMethod.Post, "/routing/v1/tokens", wish);
        return Remembered(await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>The token of somebody who signs in with a password.</summary>
    public static async Task<string> SignInAsync(HttpClient http, string username, string password)
    {
        using var answer = await http.PostAsJsonAsync("/routing/v1/sessions", new { username, password });
        return Remembered(await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static string Remembered(JsonElement answer)
    {
        var token = answer.GetProperty("token").GetString()!;
        AppFixture.Remember(token);
        return token;
    }

    /// <returns>The contact of the contact's token.</returns>
    private async Task<JsonElement> AddTokensAsync(string agentName, int agentId, int serviceId)
    {
        Tokens[Credential.AdministratorToken] = await SignInAsync(http, Account["username"], Account["password"]);
        Tokens[Credential.AgentSessionToken] = await SignInAsync(http, agentName, UserPassword);
        Tokens[Credential.AgentToken] = await TokenAsync(Account, new { kind = "agent", agentId });
        Tokens[Credential.ReadToken] = await TokenAsync(Account, new { kind = "read" });
        Tokens[Credential.GuestToken] = await TokenAsync(Account, new { kind = "guest", serviceIds = new[] { serviceId } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/routing/v1/contacts");
        request.Content = JsonContent.Create(new { serviceId });
        request.Headers.Authorization = new("Bearer", Tokens[Credential.GuestToken]);
        using var answer = await http.SendAsync(request);
        var contact = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Tokens[Credential.ContactToken] = Remembered(contact);
        return contact;
    }

    /// <summary>A session of the user's beside the one that is used.</summary>
    private async Task<string> FurtherSessionIdAsync()
    {
        await SessionAsync();
        var client = new LibraryH3lpClient(http, $"libraryh3lp-session={Secrets["userSession"]}");
        var sessions = await client.JsonAsync(HttpMethod.Get, "auth/sessions");
        return sessions.EnumerateArray().Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString()!;
    }

    private async Task<string> SessionAsync()
    {
        using var answer = await http.PostAsJsonAsync("/2011-12-03/auth/login", new { username = UserName, password = UserPassword });
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
    }
}

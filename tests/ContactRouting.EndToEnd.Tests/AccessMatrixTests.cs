using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace ContactRouting.EndToEnd;

/// <summary>Every route, with every method, for whoever shows whatever.</summary>
public sealed class AccessMatrixTests(ITestOutputHelper output)
{
    private const int LeastCells = 15_000;

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    private static readonly string[] Overrides = ["POST?_method=PUT", "POST?_method=PATCH", "POST?_method=DELETE"];

    [Fact]
    public void Every_route_is_in_the_table_once_and_nothing_else()
    {
        Assert.Equal(AppRoutes.All, RouteGroup.All.Select(entry => entry.Route).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_route_opens_to_its_own_credentials_only_whatever_else_is_shown()
    {
        await using var app = await ClockedApp.StartAsync(
            ("RingMe:RequestsPerHour", "1000000"),

            // Where addresses are known, a name that fails again and again is refused without a delay.
            ("Http:ClientAddress", "Connection")
        );
        var gone = await GoneTokensAsync(app);
        var mine = await FullAccount.CreateAsync(app.Http);
        var other = await FullAccount.CreateAsync(app.Http, configured: false);
        await other.Account.SinkAsync("available", await other.UserIdAsync());
        await TestAccount.SweepAsync(app.Http);
        var kinds = Kinds(mine, other).Concat(gone).ToList();
        var cells = (
            from entry in RouteGroup.All
            from method in Methods.Concat(entry.Route.StartsWith("{version}", StringComparison.Ordinal) ? Overrides : [])
            from kind in kinds
            let cell = new Cell(entry, method, kind)

            // That a token of the own API opens nothing elsewhere, one of each kind shows.
            where entry.Group.KnowsTokens || !kind.IsForOwnApi

            // What is not done for those who are known here is not done for others.
            where cell.Expected != Expected.NotSupported
                || kind == kinds[0]
                || (kind is { Shows: { } shown, IsOther: false } && entry.Group.Opens(shown))
            select cell
        ).ToList();
        Assert.InRange(cells.Count, LeastCells, int.MaxValue);

        var before = await StateAsync();
        var wrong = new ConcurrentBag<string>();
        var counts = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(cells, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cell, _) =>
        {
            if (await TryAsync(app.Http, mine, cell) is { } problem) wrong.Add(problem);
            counts.AddOrUpdate(cell.Expected.ToString(), 1, (_, count) => count + 1);
        });
        output.WriteLine($"{cells.Count} cells: {RouteGroup.All.Count} routes, {kinds.Count} kinds of credential");
        output.WriteLine(string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}")));
        Assert.True(wrong.IsEmpty, $"{wrong.Count} wrong:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40))}");
        Assert.Equal(before, await StateAsync());

        // What was refused would have been done: with the right credential it is.
        foreach (var cell in cells.Where(cell => cell is { Expected: Expected.Changes, Kind: { IsOther: false, Shows: not null } }))
        {
            using var answer = await SendAsync(app.Http, mine, cell);
            var text = await answer.Content.ReadAsStringAsync();
            HttpStatusCode[] closed =
            [
                HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.MethodNotAllowed, HttpStatusCode.BadRequest,
            ];
            Assert.False(closed.Contains(answer.StatusCode) || (int)answer.StatusCode >= 500, $"{cell}: {answer.StatusCode} {text}");
        }

        async Task<string> StateAsync() =>
            await mine.StateAsync() + await other.StateAsync() + await AccountsAsync(app.Http);
    }

    private static async Task<string> AccountsAsync(HttpClient http)
    {
        using var answer = await OperatorClient.SendAsync(http, HttpMethod.Get, "accounts");
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What is wrong with the answer, or null.</summary>
    private static async Task<string?> TryAsync(HttpClient http, FullAccount mine, Cell cell)
    {
        var group = cell.Entry.Group;
        if (cell.Expected is Expected.Changes) return null;
        using var answer = await SendAsync(http, mine, cell);
        var text = await answer.Content.ReadAsStringAsync();
        var isRight = cell.Expected switch
        {
            Expected.Reads when group.IsPublic => answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Found,
            Expected.Reads => answer.IsSuccessStatusCode && (!cell.Kind.IsOther || !IsMine(text)),
            Expected.NotSupported =>
                answer.StatusCode == HttpStatusCode.MethodNotAllowed
                && cell.Entry.Methods.Order().SequenceEqual(answer.Content.Headers.Allow.Order()),
            Expected.Foreign => answer.StatusCode == HttpStatusCode.Forbidden,
            Expected.Absent => answer.StatusCode == group.AbsentStatus || NamesAbsentQueue(answer, text),
            Expected.AbsentOrForbidden =>
                answer.StatusCode == group.AbsentStatus
                || answer.StatusCode == HttpStatusCode.Forbidden
                || NamesAbsentQueue(answer, text),
            Expected.Forbidden => answer.StatusCode == HttpStatusCode.Forbidden,
            _ => answer.StatusCode == group.Status || (group.Status == HttpStatusCode.BadRequest && (int)answer.StatusCode == 401),
        };
        if (isRight && cell.Expected != Expected.Reads && cell.Method != "HEAD")
            isRight = group.IsRefusal(JsonSerializer.Deserialize<JsonElement>(text));
        return isRight ? null : $"{cell}, expected {cell.Expected}: {(int)answer.StatusCode} {text}";
    }

    private static bool IsMine(string text) => text.Contains("john-smith", StringComparison.Ordinal);

    /// <summary>Where a contact is to go is looked at before the contact.</summary>
    private static bool NamesAbsentQueue(HttpResponseMessage answer, string text) =>
        answer.StatusCode == HttpStatusCode.BadRequest && text.Contains("queueId is no queue", StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, FullAccount mine, Cell cell)
    {
        var call = new Call();
        cell.Kind.Put(call);
        var (group, method) = (cell.Entry.Group, cell.Method.Split('?'));
        string[] query =
        [
            .. new[] { mine.Fill(group, cell.Entry.Query, call.SinkToken) }.Concat(method.Skip(1)).Concat(call.Query)
                .Where(part => part.Length > 0),
        ];
        var path = $"/{mine.Fill(group, cell.Entry.Route, call.SinkToken)}?{string.Join('&', query)}";
        using var request = new HttpRequestMessage(new HttpMethod(method[0]), path);
        if (cell.Entry.Body is { } body && !cell.IsRead)
            request.Content = new StringContent(mine.Fill(group, body, call.SinkToken), Encoding.UTF8, "application/json");

        // Without it, this one method changes nothing.
        if (cell.Entry.Route == "routing/v1/configuration" && cell.Expected != Expected.Changes) call.Headers.Add(("If-Match", "*"));
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }

    private static IEnumerable<Kind> Kinds(FullAccount mine, FullAccount other)
    {
        var (unknown, flipped) = (new string('x', 32), mine.Secrets.ToDictionary(pair => pair.Key, pair => Flipped(pair.Value)));
        yield return new("nothing", _ => { });
        yield return new("empty values", call => Everywhere(call, "", "Bearer "));
        yield return new("a scheme without a value", call => Everywhere(call, " ", "Basic"));
        yield return new("no Base64", call => Everywhere(call, "!?%00\\", "Basic !?%00\\"));
        yield return new("a name without a password", call => Everywhere(call, "a", "Basic YQ=="));
        yield return new("an overlong value", call => Everywhere(call, new string('a', 2000), "Bearer " + new string('a', 6000)));
        yield return new("an unknown name", call => Everywhere(call, unknown, Unknown(unknown)));
        yield return new("an unsigned token", call => Everywhere(call, Unsigned(mine), "Bearer " + Unsigned(mine)));
        yield return new(
            "a token signed by another",
            call => call.Headers.Add(
                ("X-STRINGEE-AUTH", StringeeClient.Token(mine.Account["apiKeySid"], other.Account["apiKeySecret"]))
            )
        );
        yield return new(
            "a token that is over",
            call => call.Headers.Add(
                ("X-STRINGEE-AUTH", StringeeClient.Token(mine.Account["apiKeySid"], mine.Account["apiKeySecret"], lifeSeconds: -36_000))
            )
        );
        yield return new("one character is wrong", call =>
        {
            call.Headers.Add(("Authorization", $"Bearer {flipped["accessToken"]}"));
            AddCookies(call, flipped["administratorSession"]);
            call.Headers.Add(("X-STRINGEE-AUTH", flipped["stringeeToken"]));
            call.Query.Add($"token={flipped["exportToken"]}");
            call.SinkToken = flipped["sinkToken"];
        });
        yield return new(
            "the operator's key, one character wrong",
            call => call.Headers.Add(("Authorization", $"Bearer {flipped["operatorKey"]}"))
        );

        foreach (var (name, secret) in mine.Secrets)
            yield return new($"{name} in the wrong places", call =>
            {
                if (name is "operatorKey" or "accessToken") call.Headers.Add(("Authorization", Unknown(secret)));
                else call.Headers.Add(("Authorization", $"Bearer {secret}"));
                if (!name.EndsWith("Session", StringComparison.Ordinal)) AddCookies(call, secret);
                if (name != "stringeeToken") call.Headers.Add(("X-STRINGEE-AUTH", secret));
                if (name != "exportToken") call.Query.Add($"token={Uri.EscapeDataString(secret)}");

                // With its slashes a callback's secret would make another path.
                if (name is not ("sinkToken" or "callbackSecret")) call.SinkToken = secret;
            });

        yield return new("tokens of the own API in the wrong places", call =>
        {
            AddCookies(call, mine.Tokens[Credential.AdministratorToken]);
            call.Headers.Add(("Authorization", Unknown(mine.Tokens[Credential.AgentToken])));
            call.Headers.Add(("X-STRINGEE-AUTH", mine.Tokens[Credential.AgentSessionToken]));
            call.Query.Add($"token={mine.Tokens[Credential.ReadToken]}");
            call.SinkToken = mine.Tokens[Credential.GuestToken];
        });
        yield return OfOwnApi("a token of the own API, one character wrong", Flipped(mine.Tokens[Credential.AgentToken]));
        var renamed = mine.Tokens[Credential.ContactToken]
            .Replace($"_{mine.Account.Id}_", $"_{other.Account.Id}_", StringComparison.Ordinal);
        yield return OfOwnApi("a contact's token, with another account", renamed);
        yield return OfOwnApi($"{Credential.AgentToken} of another agent", mine.AnotherAgentsToken, Credential.AgentToken);

        foreach (var (account, isOther) in new[] { (mine, false), (other, true) })
        {
            foreach (var credential in Enum.GetValues<Credential>())
            {
                if (isOther && credential == Credential.OperatorKey) continue;
                yield return new($"{credential}", call => Show(account, credential, call), credential, isOther)
                {
                    IsForOwnApi = isOther && account.Tokens.ContainsKey(credential),
                };
                if (credential is not (Credential.AdministratorSession or Credential.AdministratorPassword)) continue;
                yield return new($"{credential} by another origin's page", call =>
                {
                    Show(account, credential, call);
                    call.Headers.Add(("Origin", "https://elsewhere.example"));
                }, credential, isOther, IsForeign: true);
            }
        }
    }

    private static void Show(FullAccount account, Credential credential, Call call)
    {
        var secrets = account.Secrets;
        switch (credential)
        {
            case Credential.OperatorKey or Credential.AccessToken:
                call.Headers.Add(("Authorization", $"Bearer {secrets[JsonNamingPolicy.CamelCase.ConvertName($"{credential}")]}"));
                break;
            case Credential.AdministratorSession or Credential.UserSession:
                AddCookies(call, secrets[JsonNamingPolicy.CamelCase.ConvertName($"{credential}")]);
                break;
            case Credential.StringeeToken:
                call.Headers.Add(("X-STRINGEE-AUTH", secrets["stringeeToken"]));
                break;
            case Credential.StringeeTokenInQuery:
                call.Query.Add($"access_token={secrets["stringeeToken"]}");
                break;
            case Credential.ExportToken:
                call.Query.Add($"token={secrets["exportToken"]}");
                break;
            case Credential.SinkToken:
                call.SinkToken = secrets["sinkToken"];
                break;
            case var token when account.Tokens.TryGetValue(token, out var text):
                Bearer(call, text);
                break;
            default:
                call.Headers.Add(("Authorization", account.Basic(credential)));
                break;
        }
    }

    /// <param name="shows">Where it is one that is good for others' things.</param>
    private static Kind OfOwnApi(string name, string token, Credential? shows = null) =>
        new(name, call => Bearer(call, token), shows, IsOther: shows is not null) { IsForOwnApi = true };

    private static void Bearer(Call call, string token) => call.Headers.Add(("Authorization", $"Bearer {token}"));

    /// <summary>Tokens that were good.</summary>
    private static async Task<Kind[]> GoneTokensAsync(ClockedApp app)
    {
        var account = await TestAccount.CreateAsync(app.Http);
        var expired = await FullAccount.TokenAsync(account, new { kind = "agent", agentId = 136, expiresInSeconds = 60 });
        var revoked = await FullAccount.TokenAsync(account, new { kind = "guest", serviceIds = new[] { account.ServiceId } });
        var ended = await FullAccount.SignInAsync(app.Http, account["username"], account["password"]);
        using var revocation = await account.SendAsync(HttpMethod.Delete, $"/routing/v1/tokens/{revoked.Split('_')[2]}");
        Assert.Equal(HttpStatusCode.NoContent, revocation.StatusCode);
        using var end = new HttpRequestMessage(HttpMethod.Delete, "/routing/v1/sessions/current");
        end.Headers.Authorization = new("Bearer", ended);
        using var answer = await app.Http.SendAsync(end);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        return
        [
            OfOwnApi("an expired token", expired),
            OfOwnApi("a revoked token", revoked),
            OfOwnApi("the token of a session that ended", ended),
        ];
    }

    private static void Everywhere(Call call, string value, string authorization)
    {
        call.Headers.Add(("Authorization", authorization));
        AddCookies(call, value);
        call.Headers.Add(("X-STRINGEE-AUTH", value));
        call.Query.AddRange([$"token={Uri.EscapeDataString(value)}", $"access_token={Uri.EscapeDataString(value)}"]);
        call.SinkToken = value.Trim().Length == 0 ? "%20" : Uri.EscapeDataString(value);
    }

    private static void AddCookies(Call call, string value) =>
        call.Headers.Add(("Cookie", $"libraryh3lp-session={value}; sessionid={value}"));

    /// <summary>A name of its own each time: those that fail again and again are slowed down.</summary>
    private static string Unknown(string password) => FullAccount.Encoded($"{Guid.NewGuid():n}", password);

    private static string Unsigned(FullAccount account) =>
        StringeeClient.Token(account.Account["apiKeySid"], _ => [], header => header["alg"] = "none");

    /// <summary>The tenth last character stands for another: the last ones of Base64 may say nothing.</summary>
    private static string Flipped(string secret) => $"{secret[..^10]}{(secret[^10] == 'a' ? 'b' : 'a')}{secret[^9..]}";

    /// <summary>What a request has beside its route.</summary>
    private sealed class Call
    {
        public List<(string Name, string Value)> Headers { get; } = [];

        public List<string> Query { get; } = [];

        public string SinkToken { get; set; } = new('s', 32);
    }

    /// <summary>What is shown, and whose it is.</summary>
    /// <param name="Shows">Null where it is no credential.</param>
    private sealed record Kind(string Name, Action<Call> Put, Credential? Shows = null, bool IsOther = false, bool IsForeign = false)
    {
        /// <summary>Whether it is asked for there only.</summary>
        public bool IsForOwnApi { get; init; }
    }

    private sealed record Cell(RouteEntry Entry, string Method, Kind Kind)
    {
        private string Meant => Method.Split('=')[^1];

        public bool IsRead => Entry.IsRead(Meant);

        public Expected Expected
        {
            get
            {
                var (group, shows) = (Entry.Group, Kind.Shows);
                if (!Entry.Methods.Contains(Meant)) return Expected.NotSupported;
                if (Kind.IsForeign && group.IsForPages) return Expected.Foreign;
                if (group.IsPublic) return IsRead ? Expected.Reads : Expected.Changes;
                if (shows is not { } credential) return Expected.Refused;
                if (group.Forbids(credential)) return Expected.Forbidden;
                if (!group.Opens(credential)) return Expected.Refused;
                if (IsRead && !group.Reads.Contains(credential)) return Expected.Forbidden;
                if (!IsRead && Kind.IsForeign) return Expected.Foreign;
                if (!IsRead && !group.Writes.Contains(credential)) return Kind.IsOther ? Expected.AbsentOrForbidden : Expected.Forbidden;
                if (Kind.IsOther && Entry.NamesClient) return Expected.Forbidden;
                if (Kind.IsOther && Entry.NamesThing && credential >= Credential.AgentSessionToken) return Expected.AbsentOrForbidden;
                if (Kind.IsOther && Entry.NamesThing && !(Meant == "PUT" && Entry.CreatesByPut)) return Expected.Absent;
                return IsRead ? Expected.Reads : Expected.Changes;
            }
        }

        public override string ToString() => $"{Method} {Entry.Route} with {(Kind.IsOther ? "another account's " : "")}{Kind.Name}";
    }

    private enum Expected
    {
        /// <summary>Let in; asked for.</summary>
        Reads,

        /// <summary>Let in; asked for once the others have been refused.</summary>
        Changes,

        /// <summary>Not let in.</summary>
        Refused,
        Forbidden,
        Foreign,
        Absent,
        AbsentOrForbidden,
        NotSupported,
    }
}

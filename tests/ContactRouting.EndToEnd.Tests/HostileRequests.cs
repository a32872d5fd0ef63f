using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContactRouting.EndToEnd;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="IsSound">Whether HTTP has nothing against it, and the path is the route's: then the API answers, in its shape.</param>
/// <param name="EndsEarly">Whether the client says that nothing more comes, though the request promises more.</param>
/// <param name="Stalls">Whether more is promised and does not come, with the connection open.</param>
internal sealed record HostileRequest(int Number, RouteEntry Entry, string Method, byte[] Bytes, bool IsSound, bool EndsEarly, bool Stalls)
{
    public override string ToString()
    {
        var text = string.Concat(Encoding.Latin1.GetString(Bytes).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\x{(int)c:x2}"));
        return $"request {Number}, {text.Length} bytes: {(text.Length > 1500 ? text[..1500] + ".." : text)}";
    }
}

/// <summary>
/// Requests that nobody means well, each made from the seed and its number alone: mostly right, with something wrong in path,
/// query, headers, body or framing, so that they reach what stands behind the first checks.
/// </summary>
internal sealed class HostileRequests(int seed, int number, FullAccount account, string configuration)
{
    private const string FieldNames =
        """
        id name displayName email status show password current_password level widgetId html offline-html shared chat-url transcripts
        avatar enabled userId queueId agentId serviceId contactId channel priority leaseSeconds occurredAt at presence explain event
        contact_id queue agent_id agent_status agent_type event_source extension_name agent_number extension_id url event_type method
        stringee_user_id manual_status routing_type phone_number record_calls agent_wrap_up_after_calls wrap_up_time_limit schedule
        wait_agent_answer_timeout wait_greeting hold_greeting maximum_queue_size maximum_queue_wait_time get_list_agents_url
        primary_group queue_id group_id display_name description no_more_assignable for_hg for_cc for_ivr for_enduser add_data
        technical_name grant_type client_id client_secret occurred_at button-text
        """;

    private static readonly string[] Fields = FieldNames.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] QueryNames =
    [
        "limit", "cursor", "page", "token", "access_token", "_method", "dryRun", "include", "group", "queue", "extension_id",
        "perDepartment", "format", "for_hg", "agent_id", "agent_status", "occurred_at", "stringee_user_id", "", "%00", "a[]", "5001",
        "multi,poll", "jid", "to", "timezone", "start", "end", "queues", "notanswered", "duration", "cb", "state",
        "status", "name", "since", "queueId", "serviceId", "agentId",
    ];

    private static readonly string[] Methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "PROPFIND", "X-Y", new string('M', 200)];

    /// <summary>In the place of an id or a name; the route stays the same.</summary>
    private static readonly string[] Segments =
    [
        "-1", "0", "2147483647", "2147483648", "99999999999999999999", "1e3", "+1", "0x10", "01", "%201", "1%20", "%D9%A1", "%2F",
        "%2f%2e%2e%2f", "%5C", "%c0%af", "%ed%a0%80", "%ff", "%E2%80%A8", "%EF%BF%BF", "%F0%9F%98%80", "a%CC%81", "%7C", "a%7Cb", "'",
        "\"", "*", "~", "@me", "true", "null", "%0d%0aX-A:%20b", "%09", "%7f", "%25", "%2525", "%", "%zz", "%u0041", "%C4%B0", "%C3%9F",
        "$filter", "a;b", "a,b", "a=b", "a&b", "(1)", "1'%20or%20'1'%20eq%20'1", "%3Cscript%3E", new string('a', 300),
        new string('1', 2000),
    ];

    /// <summary>Anywhere in a path.</summary>
    private static readonly string[] Insertions =
    [
        "/", "//", "/./", "/../", "/../../", "%2e%2e/", "/%2e/", "%00", "\\", ";", "?", "#", "%2F", "%", "\u00e4", " ", "\t",
        new string('/', 300),
    ];

    /// <summary>Values as JSON has them, and some that it does not.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "-1", "-0", "0", "1", "0.5", "1E2", "2147483647", "2147483648", "1e400", "-1e-400",
        "99999999999999999999999999", "01", "NaN", "+1", "'a'", "\"", "undefined", "\"\"", "\" \"", "\"1\"", "\"+1\"", "\" 1\"", "\"-1\"",
        """ "\u0000" """, """ "\ud800" """, """ "\udc00x" """, """ "\ufffe" """, """ "\u2028" """, """ "\ud83d\ude00" """,
        """ "\u202eabc" """, """ "<script>alert(1)</script>" """, """ "../../x" """, """ "%00" """, """ "a|b" """, """ "||" """,
        """ "#/\\?" """, """ "a\u0301\u0301\u0301" """, """ "\u0130\u0131\u017f" """, """ "\u1e9e" """, """ "1933" """,
        """ "available" """, """ "logged_out" """, """ "chat" """, """ "GET" """, """ "QU_" """, """ "2026-13-45T99:99:99Z" """,
        """ "0001-01-01T00:00:00+23:59" """, """ "9999-12-31T23:59:59-23:59" """, """ "2026-01-31T12:00:00.99999999999999999999Z" """,
        """ "http://[::1" """, """ "https://\u00e4.invalid/\ud83d\ude00?a#b" """, """ "javascript:alert(1)" """,
        """ "file:///etc/passwd" """,
        "[]", "{}", "[null]", "[[]]", "[1,2", "{\"a\"", "{\"\":0}", """{"agentId":136}""",
        """[{"agentId":136,"status":"busy","load":1e9}]""",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-16", "application/json; charset=x", "application/json;", "text/plain", "", "/",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=\"",
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"", "multipart/form-data; boundary=b",
        $"multipart/form-data; boundary={new string('b', 300)}", "application/xml", "a/b; charset=iso-8859-1", "\"application/json\"",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Origin", ["null", "https://elsewhere.example", "http://127.0.0.1", "\u00ff", "http://"]),
        ("Cookie", ["sessionid", "=", ";;;", "sessionid=; sessionid=x", "sessionid=\"", "libraryh3lp-session=%00"]),
        ("Cookie", [$"sessionid={new string('c', 7000)}"]),
        ("If-Match", ["*", "\"1\"", "W/\"1\"", "\"", "", "\"1\", \"2\""]),
        ("If-None-Match", ["*", "\"", "W/", "\"x\", \"y\"", "x"]),
        ("Accept-Encoding", ["gzip", "gzip;q=0", "gzip;q=x", ";", "*", "identity;q=0"]),
        ("Accept", ["", "x", "*/*;q=9", "text/html"]),
        ("X-API-Version", ["2011-12-03", "2013-07-21", "x", ""]),
        ("X-Forwarded-For", ["1.2.3.4", "x, y", "[::1]:99999", ","]),
        ("X-Forwarded-Proto", ["https", "x", ",", ""]),
        ("X-Forwarded-Host", ["a", "", "\u00ff"]),
        ("Idempotency-Key", ["", "a", "\u00e4", new string('k', 200), new string('k', 201)]),
        ("Content-Encoding", ["gzip", "identity", "x", ""]),
        ("Expect", ["100-continue", "x"]),
        ("Range", ["bytes=0-0", "x"]),
        ("Sec-Fetch-Site", ["cross-site", "none", "x"]),
        ("Upgrade", ["websocket", "h2c"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("Date", ["x"]),
    ];

    private readonly Random random = new(unchecked((seed * 1_000_003) + number));
    private readonly StringBuilder head = new();
    private bool isSound = true;
    private bool endsEarly;
    private bool stalls;

    /// <summary>What an account can be asked for, whatever has been written to it.</summary>
    public static IEnumerable<HostileRequest> Reads(FullAccount account) =>
        from entry in RouteGroup.All
        where entry.IsRead("GET")
        let request = new HostileRequests(0, 0, account, "")
        select request.Reading(entry);

    public HostileRequest Next()
    {
        var entry = OneOf(RouteGroup.All);

        // What reads has little to be wrong.
        var writing = entry.Methods.Where(known => !entry.IsRead(known)).ToList();
        var method = Chance(0.1) ? Pick(Methods) : Chance(0.7) && writing.Count > 0 ? OneOf(writing) : Pick(entry.Methods);
        var isSink = entry.Group.Writes.Contains(Credential.SinkToken);
        var sinkToken = isSink && Chance(0.9) ? account.Secrets["sinkToken"] : new string('s', 32);
        List<Credential> opening = entry.Group.IsPublic ? [] : [.. entry.Group.Writes, .. entry.Group.Reads];
        var credential = opening.Count > 0 && Chance(0.8) ? OneOf(opening) : (Credential?)null;
        var query = QueryOf(entry, sinkToken, credential);
        head.Append(method).Append(' ').Append(PathOf(entry, method, sinkToken)).Append(query.Length > 0 ? "?" : "").Append(query);
        var version = Chance(0.99) ? " HTTP/1.1" : Unsound(Pick(" HTTP/1.0", " HTTP/2.0", " HTTP/9.9", "", " X", "  HTTP/1.1"));
        var host = Chance(0.99) ? "Host: 127.0.0.1\r\n" : Unsound(Pick("", "Host: a\r\nHost: b\r\n", "Host: \u00ff\r\n", "Host: a b\r\n"));
        head.Append(version).Append("\r\n").Append(host);
        head.Append("Connection: close\r\n");
        AddCredential(credential);
        if (entry.Route == "routing/v1/configuration" && Chance(0.9)) head.Append("If-Match: *\r\n");
        while (Chance(0.25)) AddHeader();

        var body = method is "GET" or "HEAD" or "OPTIONS" && Chance(0.9) ? [] : BodyOf(entry, sinkToken);
        if (body.Length == 0 && Chance(0.5)) return Finished(entry, method, []);
        return Finished(entry, method, Framed(body));
    }

    private HostileRequest Reading(RouteEntry entry)
    {
        var credential = entry.Group.Reads[0];
        var query = account.Fill(entry.Group, entry.Query, "");
        if (credential == Credential.ExportToken) query = $"token={account.Secrets["exportToken"]}&format=xml&perDepartment=true";
        head.Append("GET /").Append(account.Fill(entry.Group, entry.Route, "")).Append('?').Append(query).Append(" HTTP/1.1\r\n");
        head.Append("Host: 127.0.0.1\r\nConnection: close\r\nAccept-Encoding: gzip\r\n");
        AddCredential(credential);
        return Finished(entry, "GET", []);
    }

    private HostileRequest Finished(RouteEntry entry, string method, byte[] body)
    {
        var text = head.Append("\r\n").ToString();

        // Bytes beyond ASCII have to be UTF-8, says the server.
        if (!Ascii.IsValid(text)) isSound = false;
        return new(number, entry, method, [.. Encoding.Latin1.GetBytes(text), .. body], isSound, endsEarly, stalls);
    }

    private string PathOf(RouteEntry entry, string method, string sinkToken)
    {
        var parts = entry.Route.Split('/');

        // Of another version than those that are served there are no routes.
        var named = parts.Index().Where(part => part.Item.StartsWith('{') && part.Item != "{version}").Select(part => part.Index).ToList();

        // What is deleted is missed by all that follow.
        if (named.Count > 0 && Chance(method == "DELETE" ? 0.9 : 0.25)) parts[OneOf(named)] = Pick(Segments);
        var path = "/" + account.Fill(entry.Group, string.Join('/', parts), sinkToken);
        if (path.Length > 1 && Chance(0.1)) path += "/";
        if (Chance(0.05))
        {
            isSound = false;
            path = Chance(0.9)
                ? path.Insert(random.Next(path.Length + 1), Pick(Insertions))
                : Pick("*", "http://x/healthz", "http://[", new string('/', 9000), "a", "");
        }
        return path;
    }

    private string QueryOf(RouteEntry entry, string sinkToken, Credential? credential)
    {
        var parts = new List<string> { account.Fill(entry.Group, entry.Query, sinkToken) };
        if (credential == Credential.ExportToken) parts.Add($"token={account.Secrets["exportToken"]}");
        if (credential == Credential.StringeeTokenInQuery) parts.Add($"access_token={account.Secrets["stringeeToken"]}");
        while (Chance(0.25)) parts.Add($"{Pick(Chance(0.5) ? QueryNames : Fields)}={Pick(Segments)}");
        if (Chance(0.02)) parts.Add(Pick("&&&=", "a=%00", "=", "%=%", new string('q', 3000), "?", "a=b;c=d", "a=\u00e4"));
        return string.Join('&', parts.Where(part => part.Length > 0));
    }

    private void AddCredential(Credential? credential)
    {
        var value = credential switch
        {
            Credential.OperatorKey => $"Authorization: Bearer {account.Secrets["operatorKey"]}",
            Credential.AccessToken => $"Authorization: Bearer {account.Secrets["accessToken"]}",
            { } token when account.Tokens.TryGetValue(token, out var text) => $"Authorization: Bearer {text}",
            Credential.AdministratorSession or Credential.UserSession => Cookie(
                account.Secrets[credential == Credential.UserSession ? "userSession" : "administratorSession"]
            ),
            Credential.AdministratorPassword or Credential.UserPassword or Credential.ClientSecret =>
                $"Authorization: {account.Basic(credential.Value)}",
            Credential.StringeeToken => $"X-STRINGEE-AUTH: {account.Secrets["stringeeToken"]}",
            null when Chance(0.7) => Pick<Func<string>>(
                () => $"Authorization: Bearer {Damaged(OneOf(account.Secrets.Values.Concat(account.Tokens.Values).ToList()))}",
                () => $"Authorization: {FullAccount.Encoded($"{random.Next():x}\u00e4", Damaged("password"))}",
                () => $"Authorization: {Pick("Basic", "Basic ====", "Bearer", "Bearer a b", "Basic Og==", "Negotiate x", ":", "\u00ff")}",
                () => Cookie(Damaged(account.Secrets["administratorSession"])),
                () => $"X-STRINGEE-AUTH: {Damaged(account.Secrets["stringeeToken"])}",
                () => $"X-STRINGEE-AUTH: {Pick("a.b.c", "..", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.", new string('e', 5000))}"
            )(),
            _ => "",
        };
        if (value.Length > 0) head.Append(value).Append("\r\n");

        static string Cookie(string session) => $"Cookie: a=b; libraryh3lp-session={session}; sessionid={session}";
    }

    private string Damaged(string text)
    {
        var at = random.Next(text.Length);
        return Pick(text[..at], text[at..], text + text, text[..at] + Pick("A", ".", "-", "=", "%", " ", "\"") + text[(at + 1)..]);
    }

    private void AddHeader()
    {
        if (Chance(0.04))
        {
            var line = Pick("\u0000: a", "a", ": a", "A : b", "A: \u0001", " folded", "A: \u00c3\u0028", $"A: {new string('a', 40_000)}");
            head.Append(Unsound(line)).Append("\r\n");
        }
        else if (Chance(0.02))
        {
            isSound = false;
            for (var count = 0; count < 150; count++) head.Append("X-").Append(count).Append(": a\r\n");
        }
        else
        {
            var (name, values) = Pick(Headers);
            var value = Pick(values);

            if (name is "Expect" or "Upgrade") isSound = false;
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }
    }

    private byte[] BodyOf(RouteEntry entry, string sinkToken)
    {
        var text = entry.Route == "routing/v1/configuration" ? configuration
            : entry.Body is { } known ? account.Fill(entry.Group, known, sinkToken)
            : "{}";
        if (entry.Group.IsForPages && Chance(0.95)) text = $$"""{"username":"{{random.Next():x}}","password":"{{random.Next():x}}"}""";
        return Pick<Func<byte[]>>(
            () => Json(Changed(text)),
            () => Json(Changed(text)),
            () => Json(Changed(text)),
            () => Json(Changed(Changed(text))),
            () => Json(text),
            () => Json(Added(text)),
            () => Json(Added(Added(Added(text)))),
            () => Json(text[..random.Next(text.Length)]),
            () => Json(text.Remove(random.Next(text.Length), 1)),
            () => Json(text.Insert(random.Next(text.Length), Pick("\"", "{", "}", "[", ",", "\\", "\u00ff", "0"))),
            () => Json(Deep()),
            () => Json(Pick(Values)),
            () => Json($"{text}{Pick(text, " ", "\0", "x", ",", "//")}"),
            () => Sent(ContentTypes[random.Next(ContentTypes.Length)], Encoding.Latin1.GetBytes(Changed(text))),
            () => Sent("application/json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]),
            () => Sent("application/json", Encoding.Unicode.GetBytes(text)),
            () => Noise(),
            () => Form(text),
            () => Multipart(text),
            () => Chance(0.05) ? Json($$"""{"name":"{{new string('n', 1_100_000)}}"}""") : Json(text)
        )();
    }

    private byte[] Json(string text) => Sent(Chance(0.9) ? "application/json" : Pick(ContentTypes), Encoding.UTF8.GetBytes(text));

    private byte[] Sent(string contentType, byte[] body)
    {
        head.Append("Content-Type: ").Append(contentType).Append("\r\n");
        if (Chance(0.01)) head.Append("Content-Type: ").Append(Pick(ContentTypes)).Append("\r\n");
        return body;
    }

    private byte[] Noise()
    {
        var bytes = new byte[random.Next(1, 600)];
        random.NextBytes(bytes);
        return Sent(Pick(ContentTypes), bytes);
    }

    /// <summary>One value of a document, however deep, stands for another; what is no document is left as it is.</summary>
    private string Changed(string text)
    {
        try
        {
            return Changed(JsonNode.Parse(text));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return text;
        }
    }

    private string Changed(JsonNode? root)
    {
        var at = root;
        while (true)
        {
            List<Action<JsonNode?>> children = at switch
            {
                JsonObject known => [.. known.Select(pair => (Action<JsonNode?>)(value => known[pair.Key] = value))],
                JsonArray list => [.. list.Index().Select(item => (Action<JsonNode?>)(value => list[item.Index] = value))],
                _ => [],
            };
            if (children.Count == 0) return Pick(Values);
            var index = random.Next(children.Count);
            var child = at is JsonObject parent ? parent.ElementAt(index).Value : at![index];
            if (child is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && Chance(0.9))
            {
                at = child;
                continue;
            }
            children[index]("here");
            return root!.ToJsonString().Replace("\"here\"", Value(), StringComparison.Ordinal);
        }
    }

    /// <summary>A field more, perhaps one that is there.</summary>
    private string Added(string text) =>
        text.LastIndexOf('}') is var end and >= 0
            ? $"{text[..end]}{(text.Contains(':') ? "," : "")}\"{Pick(Fields)}\":{Value()}{text[end..]}"
            : text;

    private string Value() => random.Next(20) switch
    {
        0 => $"\"{new string('v', Pick(201, 1001, 20_000))}\"",
        1 => Deep(),
        _ => Pick(Values),
    };

    private string Deep()
    {
        var depth = Pick(20, 25, 30, 64, 65, 2000);
        return Chance(0.5)
            ? new string('[', depth) + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
    }

    private byte[] Form(string text)
    {
        var fields = JsonNode.Parse(text) is JsonObject known ? known.Select(pair => $"{pair.Key}={pair.Value}").ToList() : [];
        while (Chance(0.6)) fields.Add($"{Pick(Fields)}={Pick(Segments)}");
        if (Chance(0.2)) fields.Add(Pick("%", "=", "a=%ff", "a=%00", "a=\u00ff", "%zz=%zz", new string('f', 3000)));
        if (Chance(0.05)) fields.AddRange(Enumerable.Range(0, 1100).Select(index => $"{index}"));
        return Sent(
            Chance(0.9) ? "application/x-www-form-urlencoded" : Pick(ContentTypes),
            Encoding.Latin1.GetBytes(string.Join('&', fields.OrderBy(_ => random.Next())))
        );
    }

    private byte[] Multipart(string text)
    {
        var body = new StringBuilder();
        foreach (var (name, value) in JsonNode.Parse(text) as JsonObject ?? [])
        {
            body.Append("--b\r\nContent-Disposition: form-data; name=").Append(Pick($"\"{name}\"", name, "\"", "")).Append("\r\n");
            var more = Pick("Content-Type: text/plain; charset=utf-7", "a", "Content-Type: \u00ff", $"A: {new string('a', 20_000)}");
            if (Chance(0.2)) body.Append(more).Append("\r\n");
            body.Append(Chance(0.9) ? "\r\n" : "").Append(value).Append(Chance(0.9) ? "\r\n" : "");
        }
        if (Chance(0.7)) body.Append("--b--\r\n");
        var whole = body.ToString();
        return Sent(
            "multipart/form-data; boundary=b",
            Encoding.Latin1.GetBytes(Chance(0.3) ? whole[..random.Next(whole.Length + 1)] : whole)
        );
    }

    private byte[] Framed(byte[] body)
    {
        if (Chance(0.9))
        {
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
            return body;
        }
        if (Chance(0.4))
        {
            head.Append("Transfer-Encoding: chunked\r\n");
            var last = Pick("0\r\n\r\n", "000\r\n\r\n", "0;a=b\r\n\r\n", "0\r\nX-Trailer: a\r\n\r\n");
            return [.. Chunks(body), .. Encoding.Latin1.GetBytes(last)];
        }
        isSound = false;
        if (Chance(0.005)) stalls = true;
        else endsEarly = true;
        switch (random.Next(8))
        {
            case 0:
                head.Append("Content-Length: ").Append(body.Length + Pick(1, 1000, 2_000_000, 2_000_000_000)).Append("\r\n");
                return body;
            case 1:
                head.Append("Content-Length: ").Append(Pick("-1", "x", "1e3", "", "99999999999999999999", "0x10", " 1 2")).Append("\r\n");
                return body;
            case 2:
                head.Append("Content-Length: 1\r\nContent-Length: ").Append(body.Length).Append("\r\n");
                return body;
            case 3:
                head.Append("Content-Length: ").Append(body.Length).Append("\r\nTransfer-Encoding: chunked\r\n");
                return Chunks(body);
            case 4:
                head.Append("Transfer-Encoding: ").Append(Pick("gzip", "gzip, chunked", "chunked, x", "identity", "")).Append("\r\n");
                return Chunks(body);
            case 5:
                head.Append("Transfer-Encoding: chunked\r\n");
                return [.. Encoding.Latin1.GetBytes(Pick("x\r\n", "-1\r\n", "ffffffffffffffff\r\n", "\r\n", "5", "fffff\r\n")), .. body];
            case 6:
                head.Append("Transfer-Encoding: chunked\r\n");
                return Chunks(body);
            default:
                head.Append("Content-Length: ").Append(body.Length / 2).Append("\r\n");
                return body;
        }
    }

    private byte[] Chunks(byte[] body)
    {
        var chunked = new List<byte>();
        for (var start = 0; start < body.Length;)
        {
            var length = Math.Min(body.Length - start, random.Next(1, 5000));
            chunked.AddRange(Encoding.Latin1.GetBytes($"{length:x}{(Chance(0.1) ? ";a=\"b\"" : "")}\r\n"));
            chunked.AddRange(body.AsSpan(start, length));
            chunked.AddRange("\r\n"u8);
            start += length;
        }
        return [.. chunked];
    }

    private string Unsound(string text)
    {
        isSound = false;
        return text;
    }

    private bool Chance(double share) => random.NextDouble() < share;

    private T OneOf<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private T Pick<T>(params T[] items) => items[random.Next(items.Length)];
}

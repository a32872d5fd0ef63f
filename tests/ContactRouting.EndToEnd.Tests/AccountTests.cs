using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

public sealed class AccountTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Token_endpoint_takes_query_form_multipart_and_json()
    {
        var account = await fixture.CreateAccountAsync();
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = account["clientId"],
            ["client_secret"] = account["clientSecret"],
        };
        var query = string.Join('&', fields.Select(field => $"{field.Key}={field.Value}"));
        using var multipart = new MultipartFormDataContent();
        foreach (var (name, value) in fields) multipart.Add(new StringContent(value), name);
        using var form = new FormUrlEncodedContent(fields);
        using var json = JsonContent.Create(fields);
        foreach (
            var (path, content) in new (string, HttpContent?)[]
            {
                ($"/oauth/token?{query}", null),
                ("/oauth/token", form),
                ("/oauth/token", multipart),
                ("/oauth/token", json),
            }
        )
        {
            using var answer = await fixture.Http.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var token = await answer.Content.ReadFromJsonAsync<JsonElement>();
            AppFixture.Remember(token.GetProperty("access_token").GetString()!);
            Assert.Equal((3600, "Bearer"), (token.GetProperty("expires_in").GetInt32(), token.GetProperty("token_type").GetString()));
        }
    }

    [Theory]
    [InlineData("client_credentials", "wrong", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("password", "wrong", HttpStatusCode.BadRequest, "unsupported_grant_type")]
    [InlineData("client_credentials", "", HttpStatusCode.BadRequest, "invalid_request")]
    public async Task Token_endpoint_refuses_by_rfc_6749(string grant, string secret, HttpStatusCode status, string code)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await fixture.Http.PostAsJsonAsync(
            "/oauth/token",
            new
            {
                grant_type = grant,
                client_id = account["clientId"],
                client_secret = secret,
            }
        );
        Assert.Equal(status, answer.StatusCode);
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, error.GetProperty("error").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Body_that_a_server_would_refuse_gets_the_apis_own_413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new ByteArrayContent(new byte[31_000_000]),
        };
        // The answer comes before the body is sent.
        request.Headers.ExpectContinue = true;
        using var answer = await fixture.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("1048576 bytes", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_api_needs_the_operator_key()
    {
        foreach (var key in new[] { null, "wrong", AppProcess.OperatorKey[..^1] })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/operator/v1/accounts");
            if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Http.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task Accounts_are_listed_by_cursor_read_and_deleted_with_all_they_claimed()
    {
        await using var app = await ClockedApp.StartAsync();
        var (first, second) = (await TestAccount.CreateAsync(app.Http), await TestAccount.CreateAsync(app.Http));
        var listed = new List<int>();
        for (string? cursor = "0"; cursor is not null;)
        {
            var page = await OperatorJsonAsync(app.Http, HttpMethod.Get, $"?limit=1&cursor={cursor}");
            Assert.Equal(1, page.GetProperty("items").GetArrayLength());
            listed.Add(page.GetProperty("items")[0].GetProperty("id").GetInt32());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        Assert.Contains(first.Id, listed);
        Assert.Contains(second.Id, listed);
        Assert.Equal(listed.Order(), listed);
        Assert.DoesNotContain(
            "ecret",
            (await OperatorJsonAsync(app.Http, HttpMethod.Get, $"/{first.Id}")).GetRawText(),
            StringComparison.Ordinal
        );

        using (var deleted = await OperatorAsync(app.Http, HttpMethod.Delete, $"/{first.Id}"))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using (var gone = await OperatorAsync(app.Http, HttpMethod.Get, $"/{first.Id}"))
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using (var early = await OperatorAsync(app.Http, HttpMethod.Post, "", new { id = first.Id }))
        {
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
            Assert.Contains("is being removed", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await app.SweepAfterAsync(61);
        using (var again = await OperatorAsync(app.Http, HttpMethod.Post, "", new { id = first.Id, username = first["username"] }))
            Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        using (var taken = await OperatorAsync(app.Http, HttpMethod.Post, "", new { id = second.Id }))
            Assert.Equal(HttpStatusCode.Conflict, taken.StatusCode);
        using (var name = await OperatorAsync(app.Http, HttpMethod.Post, "", new { username = second["username"] }))
            Assert.Equal(HttpStatusCode.Conflict, name.StatusCode);
        using (var misspelt = await OperatorAsync(app.Http, HttpMethod.Post, "", new { nam = "x" }))
            Assert.Contains("\"field\":\"nam\"", await misspelt.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_creation_with_a_key_shows_the_same_account_again()
    {
        var first = await CreateAsync("""{"name":"Once"}""");
        Assert.Equal(first, await CreateAsync("""{"name":"Once"}"""));
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await CreateAsync("""{"name":"Other"}""")).Status);
        var created = System.Text.Json.JsonDocument.Parse(first.Body).RootElement;
        foreach (var name in TestAccount.SecretNames) AppFixture.Remember(created.GetProperty(name).GetString()!);

        async Task<(HttpStatusCode Status, string Body, Uri? Location)> CreateAsync(string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/operator/v1/accounts") { Content = new StringContent(body) };
            request.Headers.Authorization = new("Bearer", AppProcess.OperatorKey);
            request.Headers.Add("Idempotency-Key", "create-once");
            using var answer = await fixture.Http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location);
        }
    }

    [Fact]
    public async Task Rotated_secret_works_and_the_old_one_ends()
    {
        var account = await fixture.CreateAccountAsync();
        var secret = (await OperatorJsonAsync(HttpMethod.Post, $"/{account.Id}/secrets/exportToken/rotate"))
            .GetProperty("exportToken")
            .GetString()!;
        AppFixture.Remember(secret);
        Assert.Equal(
            HttpStatusCode.OK,
            (await fixture.Http.GetAsync(new Uri($"/lg/export/status.php?token={secret}", UriKind.Relative))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await fixture.Http.GetAsync(new Uri(account.ExportPath(), UriKind.Relative))).StatusCode
        );
        using var unknown = await OperatorAsync(HttpMethod.Post, $"/{account.Id}/secrets/nothing/rotate");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Configuration_is_read_and_put_back_without_a_change_and_refused_as_a_whole()
    {
        var account = await fixture.CreateAccountAsync();
        using var got = await account.SendAsync(HttpMethod.Get, "/routing/v1/configuration");
        var (document, etag) = (await got.Content.ReadAsStringAsync(), got.Headers.ETag!.ToString());
        using var same = await PutAsync(account, document, etag);
        Assert.Equal((document, etag), (await same.Content.ReadAsStringAsync(), same.Headers.ETag!.ToString()));
        using var stale = await PutAsync(account, document, "\"0\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var without = await PutAsync(account, document, null);
        Assert.Equal((HttpStatusCode)428, without.StatusCode);
        using var wrong = await PutAsync(account, document.Replace("\"widgetId\":411", "\"widgetId\":412", StringComparison.Ordinal), etag);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("services[0].levels[0].widgetId", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var taken = await PutAsync(await fixture.CreateAccountAsync(), document, "*");
        Assert.Equal(HttpStatusCode.Conflict, taken.StatusCode);
        Assert.Equal(2, (await account.LevelNamesAsync()).Length);
    }

    [Theory]
    [InlineData("""{"agents":[null]}""", "agents[0]")]
    [InlineData("""{"agents":[{"name":"x","email":5}]}""", "email")]
    [InlineData("""{"agents":[{"name":"x","nam":"y"}]}""", "nam")]
    [InlineData("""{"agents":[{"displayName":"\ud800"}]}""", "JSON object")]
    [InlineData("""{"queues":[{"displayName":"\uffff"}]}""", "queues[0].displayName")]
    [InlineData("""[]""", "JSON object")]
    public async Task Configuration_with_a_fault_is_400_and_says_where(string document, string where)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await PutAsync(account, document, "*");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(where, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, (await account.LevelNamesAsync()).Length);
    }

    private Task<HttpResponseMessage> PutAsync(TestAccount account, string document, string? ifMatch) =>
        TestAccount.PutConfigurationAsync(fixture.Http, account.AccessToken, document, ifMatch);

    private static async Task<HttpResponseMessage> ConfigurationAsync(HttpClient http, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/routing/v1/configuration");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    private Task<JsonElement> OperatorJsonAsync(HttpMethod method, string path) => OperatorJsonAsync(fixture.Http, method, path);

    private static async Task<JsonElement> OperatorJsonAsync(HttpClient http, HttpMethod method, string path)
    {
        using var answer = await OperatorAsync(http, method, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<HttpResponseMessage> OperatorAsync(HttpMethod method, string path, object? body = null) =>
        OperatorAsync(fixture.Http, method, path, body);

    private static Task<HttpResponseMessage> OperatorAsync(HttpClient http, HttpMethod method, string path, object? body = null) =>
        OperatorClient.SendAsync(http, method, $"accounts{path}", body);
}

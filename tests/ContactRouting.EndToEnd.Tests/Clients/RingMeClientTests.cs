using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ContactRouting.EndToEnd.Clients;

/// <summary>What RingMe's PHP and Go clients send and read.</summary>
public sealed class RingMeClientTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    /// <summary>They renew their token on exactly this answer.</summary>
    [Fact]
    public async Task Stale_token_is_answered_as_clients_know_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ver1.0/client/@me/agent/local/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "stale");
        using var answer = await fixture.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("""{"message":"Unauthorized","status":401}""", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("POST", "/client/@me/agent/local/", "{}", 400)]
    [InlineData("GET", "/client/@me/agent/local/1", null, 404)]
    [InlineData("PATCH", "/client/@me/agent/local/", "{}", 405)]
    public async Task Every_error_has_its_status(string method, string path, string? body, int status)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await account.SendAsync(
            new HttpMethod(method),
            path,
            body is null ? null : JsonSerializer.Deserialize<JsonElement>(body)
        );
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetInt32());
    }

    /// <summary>PHP builds the first, jQuery the second, Go the third.</summary>
    [Theory]
    [InlineData("extension_id=777", "a")]
    [InlineData("extension_id[0]=777", "a")]
    [InlineData("extension_id%5B0%5D=777&extension_id%5B1%5D=779", "a c")]
    [InlineData("extension_id[]=777&extension_id[]=778", "a b")]
    [InlineData("extension_id=778&extension_id=779", "b c")]
    [InlineData("extension_id[]=1", "")]
    public async Task List_filter_means_one_of_these_in_every_form(string query, string names)
    {
        var account = await fixture.CreateAccountAsync();
        foreach (var (name, extension) in new[] { ("a", 777), ("b", 778), ("c", 779) })
        {
            using var created = await account.SendAsync(
                HttpMethod.Post,
                "/client/@me/agent/local/",
                new { name, extension_name = $"{extension}@example.com", extension_id = extension }
            );
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }
        var found = await account.JsonAsync(HttpMethod.Get, $"/client/@me/agent/local/?{query}");
        Assert.Equal(names, string.Join(' ', found.EnumerateArray().Select(agent => agent.GetProperty("name").GetString())));
    }

    [Theory]
    [InlineData("extension_id[]=seven")]
    [InlineData("extension_id=7&extension_id=")]
    public async Task List_filter_that_is_no_number_is_refused(string query)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await account.SendAsync(HttpMethod.Get, $"/client/@me/agent/local/?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("extension_id", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A Go client decodes an unsigned integer.</summary>
    [Fact]
    public async Task Client_id_of_the_user_is_a_number()
    {
        var account = await fixture.UntouchedAccountAsync();
        var id = (await account.JsonAsync(HttpMethod.Get, "/api/ver1.0/user")).GetProperty("client_id");
        Assert.Equal((JsonValueKind.Number, account.Id), (id.ValueKind, id.GetInt32()));
    }

    [Fact]
    public async Task Agents_of_an_extension_are_a_list_and_its_queue_an_object_that_unsigned_numbers_decode()
    {
        var account = await fixture.CreateAccountAsync();
        using var created = await account.SendAsync(
            HttpMethod.Post,
            "/client/@me/agent/local/",
            new { name = "a", extension_name = "777@example.com", extension_id = 777 }
        );
        foreach (var root in new[] { "", "/api/ver1.0", "/client/@me", $"/api/ver1.0/client/{account.Id}" })
        {
            var agent = Assert.Single((await account.JsonAsync(HttpMethod.Get, $"{root}/extension/777/agent/")).EnumerateArray());
            Assert.Equal(("a", 777), (agent.GetProperty("name").GetString(), agent.GetProperty("extension_id").GetInt32()));
        }
        Assert.Equal(0, (await account.JsonAsync(HttpMethod.Get, "/extension/778/agent/")).GetArrayLength());

        var queue = await account.JsonAsync(HttpMethod.Get, "/api/ver1.0/extension/14101/queue/");
        Assert.Equal(14101U, queue.GetProperty("extension_id").GetUInt64());
        Assert.Equal(0U, queue.GetProperty("max_wait_time").GetUInt64());
        Assert.True(queue.GetProperty("record_enabled").GetBoolean());
        using var absent = await account.SendAsync(HttpMethod.Get, "/extension/1/queue/");
        Assert.Equal("""{"message":"Not found","status":404}""", await absent.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/client_info/@me/")]
    [InlineData("/client/client_info/@me/")]
    [InlineData("/api/ver1.0/client_info/@me/")]
    [InlineData("/api/ver1.0/client/client_info/@me/")]
    public async Task Client_is_told_who_it_is(string path)
    {
        var account = await fixture.UntouchedAccountAsync();
        var shown = await account.JsonAsync(HttpMethod.Get, path);
        Assert.Equal(account.Id, shown.GetProperty("id").GetInt32());
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", shown.GetProperty("create_date").GetString());
        using var other = await account.SendAsync(HttpMethod.Get, path.Replace("@me", "1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }
}

using System.Net;
using System.Text.Json;

namespace ContactRouting.EndToEnd.Clients;

/// <summary>What scripts and pages of LibraryH3lp's customers send and read.</summary>
public sealed class LibraryH3lpClientTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("cb=jQuery1102_1449", "jQuery1102_1449")]
    [InlineData("callback=jsonp_1449_27", "jsonp_1449_27")]
    [InlineData("cb=window.updateChatTab", "window.updateChatTab")]
    [InlineData("callback=angular.callbacks._0&x=1", "angular.callbacks._0")]
    [InlineData("cb=alert(1)", null)]
    [InlineData("cb=a..b", null)]
    [InlineData("cb=.a", null)]
    [InlineData("cb=1a", null)]
    [InlineData("cb=a%0Ab", null)]
    [InlineData("cb=", null)]
    public async Task Presence_script_calls_the_function_that_the_page_names(string query, string? called)
    {
        var account = await fixture.UntouchedAccountAsync();
        var path = $"/presence/jid/john-smith{account.Suffix}/libraryh3lp.com/js";
        var script = await fixture.Http.GetStringAsync(new Uri($"{path}?{query}", UriKind.Relative));
        var plain = await fixture.Http.GetStringAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(called is null ? plain : $"{plain}\n{called}();", script);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task Function_to_be_called_has_a_name_of_at_most_100_characters(int length, bool isCalled)
    {
        var script = await fixture.Http.GetStringAsync(
            new Uri($"/presence/jid/nobody/libraryh3lp.com/js?cb={new string('f', length)}", UriKind.Relative)
        );
        Assert.Equal(isCalled, script.EndsWith("f();", StringComparison.Ordinal));
    }

    /// <summary>Scripts of the first version take the first of what comes, those of the next one the object.</summary>
    [Theory]
    [InlineData("2011-12-03", JsonValueKind.Array)]
    [InlineData("2013-07-21", JsonValueKind.Object)]
    public async Task Created_user_comes_as_the_versions_clients_read_it(string version, JsonValueKind kind)
    {
        var account = await fixture.CreateAccountAsync();
        var created = await account.JsonAsync(HttpMethod.Post, $"/{version}/users", new { name = $"jane{account.Suffix}" }, cookie: true);
        Assert.Equal(kind, created.ValueKind);
        var user = kind == JsonValueKind.Array ? created[0] : created;
        Assert.Equal($"jane{account.Suffix}", user.GetProperty("name").GetString());
        var read = await account.JsonAsync(HttpMethod.Get, $"/{version}/users/{user.GetProperty("id")}", cookie: true);
        Assert.Equal(user.GetRawText(), read.GetRawText());
    }

    /// <summary>An SDK logs in under its own version, and says it once more in a header of every other request.</summary>
    [Theory]
    [InlineData("2011-12-03", "2011-12-03")]
    [InlineData("2013-07-21", "2013-07-21")]
    [InlineData("2016-02-10", "2016-02-10")]
    [InlineData("api", "2017-01-20")]
    public async Task Sdks_find_every_resource_under_their_version(string version, string header)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var login = await fixture.Http.PostAsync(
            new Uri($"/{version}/auth/login", UriKind.Relative),
            new FormUrlEncodedContent([new("username", account["username"]), new("password", account["password"])])
        );
        var answer = JsonElement.Parse(await login.Content.ReadAsStringAsync());
        Assert.Equal((true, account.Id), (answer.GetProperty("success").GetBoolean(), answer.GetProperty("account_id").GetInt32()));
        var cookie = login.Headers.GetValues("Set-Cookie").First().Split(';')[0];

        var queues = await ReadAsync("queues");
        var sales = queues.EnumerateArray().Single(queue => queue.GetProperty("id").GetInt32() == 14101);
        Assert.Equal(sales.GetRawText(), (await ReadAsync("queues/14101")).GetRawText());
        var user = (await ReadAsync("users")).EnumerateArray().Single(user => user.GetProperty("id").GetInt32() == 136);
        Assert.Equal($"john-smith{account.Suffix}", user.GetProperty("name").GetString());
        Assert.Equal(136, (await ReadAsync("queues/14101/operators"))[0].GetProperty("id").GetInt32());
        Assert.Contains(14101, Numbers(await ReadAsync("users/136/assignments"), "queueId"));
        Assert.Equal(account.ServiceId, (await ReadAsync("services"))[0].GetProperty("id").GetInt32());
        Assert.Equal(0, (await ReadAsync($"services/{account.ServiceId}/levels"))[0].GetProperty("level").GetInt32());
        Assert.Contains(411, Numbers(await ReadAsync("widgets"), "id"));

        static IEnumerable<int> Numbers(JsonElement list, string name) =>
            list.EnumerateArray().Select(item => item.GetProperty(name).GetInt32());

        async Task<JsonElement> ReadAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{version}/{path}");
            request.Headers.Add("Cookie", $"{cookie}; libraryh3lp-timezone=UTC");
            request.Headers.Add("X-Api-Version", header);
            using var read = await fixture.Http.SendAsync(request);
            var text = await read.Content.ReadAsStringAsync();
            Assert.True(read.IsSuccessStatusCode, text);
            return JsonElement.Parse(text);
        }
    }

    [Fact]
    public async Task Account_is_found_by_the_id_that_the_login_told_and_says_since_when_it_is_there()
    {
        var account = await fixture.UntouchedAccountAsync();
        var shown = await account.JsonAsync(HttpMethod.Get, $"/2013-07-21/accounts/{account.Id}", cookie: true);
        Assert.Matches(@"^\d{4}-\d\d-\d\d$", shown.GetProperty("signup").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("email").ValueKind);
        var all = await account.JsonAsync(HttpMethod.Get, "/2011-12-03/accounts", cookie: true);
        Assert.Equal($"[{shown.GetRawText()}]", all.GetRawText());
    }

    [Fact]
    public async Task Groups_are_listed_with_id_and_name()
    {
        var account = await fixture.UntouchedAccountAsync();
        var groups = await account.JsonAsync(HttpMethod.Get, "/2013-07-21/groups", cookie: true);
        Assert.Contains("GR_QD72WYP4BAG4HYZ9", groups.EnumerateArray().Select(group => group.GetProperty("id").GetString()));
        Assert.All(groups.EnumerateArray(), group => Assert.NotEmpty(group.GetProperty("name").GetString()!));
    }

    /// <summary>Raw html goes in and comes out, by the queue's id (the libraries) or its name (the vendor's page).</summary>
    [Fact]
    public async Task Staff_profile_of_a_queue_is_raw_html()
    {
        var account = await fixture.CreateAccountAsync();
        const string Html = "<p>Ask for a card number — \"please\".</p><script>1</script>";
        Assert.Equal("", await ReadAsync("14101"));
        using var put = new HttpRequestMessage(HttpMethod.Put, "/2011-12-03/queues/14101/profiles/staff")
        {
            Content = new StringContent(Html, System.Text.Encoding.UTF8, "text/plain"),
        };
        put.Headers.Add("Cookie", await account.CookieAsync());
        using var answer = await fixture.Http.SendAsync(put);
        Assert.Equal("""{"success":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(Html, await ReadAsync("14101"));
        Assert.Equal(Html, await ReadAsync($"sales{account.Suffix}"));
        var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.Contains(
            Html,
            configuration.GetProperty("queues").EnumerateArray().Select(queue => queue.GetProperty("staffProfile").GetString())
        );
        using var absent = await account.SendAsync(HttpMethod.Get, "/2011-12-03/queues/1/profiles/staff", cookie: true);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);

        async Task<string> ReadAsync(string queue)
        {
            using var read = await account.SendAsync(HttpMethod.Get, $"/2011-12-03/queues/{queue}/profiles/staff", cookie: true);
            Assert.Equal("text/html", read.Content.Headers.ContentType!.MediaType);
            Assert.Equal(["sandbox"], read.Headers.GetValues("Content-Security-Policy"));
            return await read.Content.ReadAsStringAsync();
        }
    }
}

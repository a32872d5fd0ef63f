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
}

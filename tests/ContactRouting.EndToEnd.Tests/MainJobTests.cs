using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

public sealed class MainJobTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Login_at_the_sink_opens_the_level_and_shows_in_the_export_until_the_logout()
    {
        await using var app = await ClockedApp.StartAsync();
        var account = await TestAccount.CreateAsync(app.Http);
        Assert.Empty((await account.ExportAsync()).GetProperty("operators").EnumerateArray());
        Assert.Equal("closed", (await account.ResolveAsync()).GetProperty("availability").GetString());

        Assert.Equal("changed", await account.SinkAsync("available"));
        var open = await account.ResolveAsync();
        Assert.Equal("open", open.GetProperty("availability").GetString());
        Assert.Equal("example-queue" + account.Suffix, open.GetProperty("level").GetProperty("name").GetString());
        Assert.Equal("canServe", open.GetProperty("levels")[0].GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal("noAgents", open.GetProperty("levels")[1].GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal("unchanged", await account.SinkAsync("available"));

        await app.SweepAfterAsync(5);
        var export = await account.ExportAsync("&perDepartment=true");
        var john = Assert.Single(export.GetProperty("operators").EnumerateArray());
        Assert.Equal("""{"name":"John Smith","email":"johnsmith@mycompany.com"}""", john.GetProperty("@attributes").GetRawText());
        Assert.Equal("available", john.GetProperty("status").GetString());
        Assert.Equal("0", john.GetProperty("chats").GetString());
        Assert.Equal(JsonValueKind.String, john.GetProperty("onlineFor").ValueKind);
        Assert.Equal("""{"id":"14101","name":"Sales"}""", john.GetProperty("departments")[0].GetRawText());
        Assert.Equal(
            """{"@attributes":{"id":"14101","name":"Sales"},"inqueue":0,"maxWaiting":0}""",
            export.GetProperty("departments")[0].GetRawText()
        );
        Assert.Equal(4, export.GetProperty("departments").GetArrayLength());

        var xml = XDocument.Parse(
            await app.Http.GetStringAsync(new Uri(account.ExportPath("&format=xml&perDepartment=true"), UriKind.Relative))
        );
        Assert.Equal("John Smith", xml.Root!.Element("operators")!.Element("operator")!.Attribute("name")!.Value);
        Assert.Equal(
            ["14101", "14111", "14121", "14141"],
            xml.Root.Element("departments")!.Elements().Select(department => department.Attribute("id")!.Value)
        );

        Assert.Equal("changed", await account.SinkAsync("logged_out"));
        var closed = await account.ResolveAsync();
        Assert.Equal("closed", closed.GetProperty("availability").GetString());
        Assert.Equal(JsonValueKind.Null, closed.GetProperty("level").ValueKind);
        await app.SweepAfterAsync(5);
        Assert.Empty((await account.ExportAsync()).GetProperty("operators").EnumerateArray());
    }

    [Fact]
    public async Task Export_follows_a_login_also_while_the_timer_does_not_tick()
    {
        await using var app = await ClockedApp.StartAsync(("StatusSnapshotSchedule", "0 0 * * * *"));
        var account = await TestAccount.CreateAsync(app.Http);
        await app.SweepAfterAsync(0);
        Assert.Equal("changed", await account.SinkAsync("available"));
        app.Clock.Advance(TimeSpan.FromHours(4));
        await Eventually.IsTrueAsync(
            "the export shows the login",
            async () =>
            {
                // An export is remembered for five seconds.
                app.Clock.Advance(TimeSpan.FromSeconds(5));
                return (await account.ExportAsync()).GetProperty("operators").GetArrayLength() == 1;
            }
        );
    }

    [Fact]
    public async Task Sink_takes_query_form_and_json()
    {
        var account = await fixture.CreateAccountAsync();
        using var form = new StringContent(
            "agent_id=136&agent_status=available&agent_type=local&event_source=api&",
            Encoding.ASCII,
            "application/x-www-form-urlencoded"
        );
        using var posted = await fixture.Http.PostAsync(account.SinkUri(), form);
        Assert.Contains("\"changed\"", await posted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var json = await fixture.Http.PostAsJsonAsync(
            account.SinkUri(),
            new
            {
                agent_id = 136,
                agent_status = "logged_out",
                agent_type = "local",
                event_source = "phone",
                extension_name = "000*094@ringme.ru",
            }
        );
        Assert.Contains("\"changed\"", await json.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var head = await fixture.Http.SendAsync(
            new HttpRequestMessage(
                HttpMethod.Head,
                account.SinkUri("?agent_id=136&agent_status=available&agent_type=local&event_source=api")
            )
        );
        Assert.Equal(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal("unchanged", await account.SinkAsync("logged_out"));
    }

    [Theory]
    [InlineData("?agent_id=999&agent_status=available&agent_type=local&event_source=api", "agent_id")]
    [InlineData("?agent_status=available&agent_type=local&event_source=api", "agent_id")]
    [InlineData("?agent_id=136&agent_statu=available&agent_type=local&event_source=api", "agent_statu")]
    [InlineData("?agent_id=136&agent_status=busy&agent_type=local&event_source=api", "agent_status")]
    [InlineData("?agent_id=136&agent_status=available&event_source=api", "agent_type")]
    [InlineData("?agent_id=136&agent_status=available&agent_type=remote&event_source=api", "agent_type")]
    [InlineData("?agent_id=136&agent_status=available&agent_type=local", "event_source")]
    [InlineData("?agent_id=136&agent_status=available&agent_type=local&event_source=api&extension_name=000*095", "extension_name")]
    [InlineData("?agent_id=136&agent_status=available&agent_type=local&event_source=api&agent_number=123", "agent_number")]
    public async Task Sink_refuses_a_wrong_field_by_name_and_stores_nothing(string query, string field)
    {
        var account = await fixture.UntouchedAccountAsync();
        using var answer = await fixture.Http.GetAsync(account.SinkUri(query));
        Assert.InRange((int)answer.StatusCode, 400, 499);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(field, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("closed", (await account.ResolveAsync()).GetProperty("availability").GetString());
    }

    [Fact]
    public async Task Sink_with_an_unknown_token_is_refused()
    {
        using var answer = await fixture.Http.GetAsync(
            new Uri($"/hooks/{new string('x', 32)}/agent-events?agent_id=136", UriKind.Relative)
        );
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}

namespace ContactRouting.EndToEnd.Clients;

/// <summary>What Stringee's clients send and read.</summary>
public sealed class StringeeClientTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    /// <summary>Clients send whole agents: the number comes along whatever the routing type is.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Telephone_number_is_kept_and_used_with_routing_type_2_only(int? type)
    {
        var account = await fixture.CreateAccountAsync();
        var client = new StringeeClient(fixture.Http, account);
        var whole = new Dictionary<string, object> { ["name"] = "Ann", ["stringee_user_id"] = "ann", ["phone_number"] = "+15550100" };
        if (type is { } given) whole["routing_type"] = given;
        var agent = await client.CreateAsync("/v1/agent", whole, "agentID");
        Assert.Equal(("+15550100", 1), await ShownAsync());
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { name = "Ann", phone_number = "+15550101", routing_type = 1 });
        Assert.Equal(("+15550101", 1), await ShownAsync());
        Assert.Empty((await account.JsonAsync(HttpMethod.Get, "/client/@me/agent/remote/")).EnumerateArray());
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { routing_type = 2 });
        Assert.Equal(("+15550101", 2), await ShownAsync());
        var remote = Assert.Single((await account.JsonAsync(HttpMethod.Get, "/client/@me/agent/remote/")).EnumerateArray());
        Assert.Equal("+15550101", remote.GetProperty("agent_number").GetString());

        async Task<(string?, int)> ShownAsync()
        {
            var shown = (await client.CallAsync(HttpMethod.Get, $"/v1/agent/{agent}")).GetProperty("data");
            return (shown.GetProperty("phone_number").GetString(), shown.GetProperty("routing_type").GetInt32());
        }
    }

    /// <summary>A connector takes nobody for online whose online_status is not 1, and looks at system_status only then.</summary>
    [Fact]
    public async Task Agents_say_whether_they_are_online_and_are_found_by_id()
    {
        var account = await fixture.CreateAccountAsync();
        var client = new StringeeClient(fixture.Http, account);
        var agent = await client.CreateAsync("/v1/agent", new { name = "Ann", stringee_user_id = "ann" }, "agentID");
        await client.CreateAsync("/v1/agent", new { name = "Bob", stringee_user_id = "bob" }, "agentID");
        Assert.Equal((0, 0), await StatusAsync());
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { manual_status = "AVAILABLE" });
        Assert.Equal((1, 1), await StatusAsync());
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { manual_status = "NOT AVAILABLE" });
        Assert.Equal((1, 1), await StatusAsync());

        async Task<(int, int)> StatusAsync()
        {
            var found = (await client.CallAsync(HttpMethod.Get, $"/v1/agent?id={agent}")).GetProperty("data").GetProperty("agents");
            var shown = Assert.Single(found.EnumerateArray());
            return (shown.GetProperty("online_status").GetInt32(), shown.GetProperty("device_status").GetInt32());
        }
    }
}

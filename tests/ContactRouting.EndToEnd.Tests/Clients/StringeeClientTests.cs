
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

    /// <summary>Clients keep no ids of routings: what a queue or a group is routed by goes along with it.</summary>
    [Fact]
    public async Task Queue_and_group_are_deleted_with_their_routings_but_not_from_under_a_level()
    {
        var account = await fixture.CreateAccountAsync();
        var client = new StringeeClient(fixture.Http, account);
        var queues = new[] { await QueueAsync(1), await QueueAsync(2), await QueueAsync(3) };
        var groups = new[] { await GroupAsync(1), await GroupAsync(2) };
        foreach (var queue_id in queues)
        {
            foreach (var group_id in groups)
                await client.CallAsync(HttpMethod.Post, "/v1/routing-call-to-groups", new { queue_id, group_id, primary_group = 1 });
        }
        await client.CallAsync(HttpMethod.Delete, $"/v1/queue/{queues[0]}");
        Assert.Equal(2, await RoutingsOfAsync(queues[1]));
        await client.CallAsync(HttpMethod.Delete, $"/v1/group/{groups[0]}");
        Assert.Equal(1, await RoutingsOfAsync(queues[1]));
        Assert.Equal(1, await RoutingsOfAsync(queues[2]));

        var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        var used = configuration.GetProperty("queues").EnumerateArray().Single(queue => queue.GetProperty("id").GetInt32() == 14121);
        var refused = await client.CallAsync(HttpMethod.Delete, $"/v1/queue/{used.GetProperty("externalId")}", r: 3);
        Assert.Contains("of service", refused.GetProperty("message").GetString(), StringComparison.Ordinal);

        Task<string> QueueAsync(int number) => client.CreateAsync("/v1/queue", new { name = $"Queue {number}" }, "queueID");

        Task<string> GroupAsync(int number) => client.CreateAsync("/v1/group", new { name = $"Group {number}" }, "groupID");

        async Task<int> RoutingsOfAsync(string queue) =>
            (await client.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups?queue={queue}"))
                .GetProperty("data").GetProperty("groupRoutings").GetArrayLength();
    }

    [Fact]
    public async Task Queue_keeps_after_how_many_seconds_backup_groups_serve_and_its_conditions()
    {
        var account = await fixture.CreateAccountAsync();
        var client = new StringeeClient(fixture.Http, account);
        var conditions = new { type = "skill", any = new[] { "sales", "support" } };
        var queue = await client.CreateAsync(
            "/v1/queue",
            new { name = "Sales", route_to_backup_groups_after = 20, cond_routing = conditions },
            "queueID"
        );
        var shown = await ShownAsync();
        Assert.Equal(20, shown.GetProperty("route_to_backup_groups_after").GetInt32());
        Assert.Equal("""{"type":"skill","any":["sales","support"]}""", shown.GetProperty("cond_routing").GetRawText());
        Assert.Equal(("waitedSeconds", 20), await AdvanceAsync());
        await client.CallAsync(HttpMethod.Put, $"/v1/queue/{queue}", new { route_to_backup_groups_after = 0, cond_routing = 1 });
        Assert.Equal("1", (await ShownAsync()).GetProperty("cond_routing").GetRawText());
        Assert.Equal(("noneFree", 20), await AdvanceAsync());
        Assert.Equal(0, (await ShownAsync()).GetProperty("route_to_backup_groups_after").GetInt32());
        foreach (var wrong in new object[] { new { route_to_backup_groups_after = -1 }, new { cond_routing = new string('x', 20_001) } })
            await client.CallAsync(HttpMethod.Put, $"/v1/queue/{queue}", wrong, r: 1);

        async Task<System.Text.Json.JsonElement> ShownAsync() =>
            (await client.CallAsync(HttpMethod.Get, $"/v1/queue/{queue}")).GetProperty("data");

        async Task<(string?, int)> AdvanceAsync()
        {
            var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
            var stored = configuration.GetProperty("queues").EnumerateArray()
                .Single(item => item.GetProperty("externalId").GetString() == queue);
            return (stored.GetProperty("advanceWhen").GetString(), stored.GetProperty("advanceAfterSeconds").GetInt32());
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

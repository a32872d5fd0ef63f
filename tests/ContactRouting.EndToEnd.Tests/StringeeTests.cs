using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

public sealed class StringeeTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Token_opens_the_api_only_as_described()
    {
        var account = await fixture.CreateAccountAsync();
        var (sid, secret) = (account["apiKeySid"], account["apiKeySecret"]);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var accepted = new[]
        {
            StringeeClient.Token(sid, secret),
            StringeeClient.Token(sid, secret, claims: body => body["rest_api"] = 1),
            StringeeClient.Token(sid, secret, claims: body => body.Remove("jti")),
            StringeeClient.Token(sid, secret, lifeSeconds: -30),
            StringeeClient.Token(sid, secret, claims: body => body["exp"] = 253_402_300_799),
            StringeeClient.Token(sid, secret, claims: body => { body["userId"] = "agent_1"; body["icc_api"] = true; }),
        };
        using var rsa = RSA.Create(2048);
        var unsigned = StringeeClient.Token(sid, secret, header: head => head["alg"] = "none").Split('.');
        var refused = new[]
        {
            "",
            "x",
            "a.b.c",
            string.Join('.', unsigned),
            $"{unsigned[0]}.{unsigned[1]}.",
            StringeeClient.Token(sid, secret, header: head => head["alg"] = "RS256"),
            StringeeClient.Token(
                sid,
                signed => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                head => head["alg"] = "RS256"
            ),
            StringeeClient.Token(sid, secret, header: head => head["alg"] = "HS512"),
            StringeeClient.Token(sid, "another secret that is long enough to sign"),
            StringeeClient.Token("SKnobody", secret),
            StringeeClient.Token(sid, secret, lifeSeconds: -90),
            StringeeClient.Token(sid, secret, claims: body => body.Remove("exp")),
            StringeeClient.Token(sid, secret, header: head => head.Remove("cty")),
            StringeeClient.Token(sid, secret, header: head => head["cty"] = "jwt"),
            StringeeClient.Token(sid, secret, claims: body => body.Remove("rest_api")),
            StringeeClient.Token(sid, secret, claims: body => body["rest_api"] = false),
            StringeeClient.Token(sid, secret, claims: body => body["rest_api"] = "true"),
            StringeeClient.Token(
                sid,
                secret,
                claims: body =>
                {
                    body.Remove("rest_api");
                    body["userId"] = "agent_1";
                }
            ),
            StringeeClient.Token(
                sid,
                secret,
                claims: body =>
                {
                    body.Remove("rest_api");
                    body["icc_api"] = true;
                }
            ),
            StringeeClient.Token(sid, secret, claims: body => body["nbf"] = now + 300), account.AccessToken,
        };
        foreach (var token in accepted)
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(token, inQuery: false)).Status);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(token, inQuery: true)).Status);
        }
        foreach (var token in refused)
        {
            foreach (var inQuery in new[] { false, true })
                Assert.Equal((HttpStatusCode.Forbidden, """{"r":5,"message":"keySid invalid"}"""), await GetAsync(token, inQuery));
        }
    }

    [Fact]
    public async Task Rotated_secret_opens_at_once()
    {
        var account = await fixture.CreateAccountAsync();
        Assert.Equal(
            HttpStatusCode.OK,
            (await GetAsync(StringeeClient.Token(account["apiKeySid"], account["apiKeySecret"]), false)).Status
        );
        var rotate = $"accounts/{account.Id}/secrets/apiKeySecret/rotate";
        using var answer = await OperatorClient.SendAsync(fixture.Http, HttpMethod.Post, rotate);
        var secret = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("apiKeySecret").GetString()!;
        AppFixture.Remember(secret);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(StringeeClient.Token(account["apiKeySid"], secret), false)).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await GetAsync(StringeeClient.Token(account["apiKeySid"], account["apiKeySecret"]), false)).Status
        );
    }

    [Fact]
    public async Task Group_routing_is_added_listed_read_changed_and_deleted_in_the_originals_words()
    {
        var (account, client) = await StartAsync();
        var queue = await client.CreateAsync("/v1/queue", new { name = "Sales" }, "queueID");
        var group = await client.CreateAsync("/v1/group/", new { name = "Team" }, "groupID");
        var added = await client.CallAsync(
            HttpMethod.Post,
            "/v1/routing-call-to-groups",
            new
            {
                queue_id = queue,
                group_id = group,
                primary_group = 1,
            }
        );
        var id = added.GetProperty("groupRoutingID").GetString()!;
        Assert.Matches("^GR_RO_[A-Z0-9]{16}$", id);
        Assert.Equal(
            (account.Id, "Create group routing success"),
            (added.GetProperty("project").GetInt32(), added.GetProperty("message").GetString())
        );

        var routing =
            $$"""{"id":"{{id}}","account":{{account.Id}},"project":"""
                + $$"""{{account.Id}},"queue_id":"{{queue}}","group_id":"{{group}}","primary_group":1}""";
        var list = await client.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups/?queue={queue}");
        Assert.Equal(
            $$$"""{"r":0,"message":"Load group routing success","project":{{{account.Id}}},"data":"""
                + $$$"""{"totalCount":"1","totalPages":1,"currentPage":1,"limit":50,"groupRoutings":[{{{routing}}}]}}""",
            list.GetRawText()
        );
        Assert.Equal(
            routing,
            (await client.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups/{id}")).GetProperty("data").GetRawText()
        );

        var again = await client.CallAsync(
            HttpMethod.Post,
            "/v1/routing-call-to-groups",
            new
            {
                queue_id = queue,
                group_id = group,
                primary_group = 0,
            },
            r: 3
        );
        Assert.Contains(id, again.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            """{"r":0,"message":"Group routing update success"}""",
            (await client.CallAsync(HttpMethod.Put, $"/v1/routing-call-to-groups/{id}", new { primary_group = 0 })).GetRawText()
        );
        Assert.Equal(
            0,
            (await client.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups/{id}"))
                .GetProperty("data")
                .GetProperty("primary_group")
                .GetInt32()
        );
        Assert.Equal(
            $$"""{"r":0,"message":"Delete group routing success","project":{{account.Id}}}""",
            (await client.CallAsync(HttpMethod.Delete, $"/v1/routing-call-to-groups/{id}")).GetRawText()
        );
        await client.CallAsync(HttpMethod.Delete, $"/v1/group/{group}");
        await client.CallAsync(HttpMethod.Delete, $"/v1/queue/{queue}");
        await client.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups/{id}", r: 2);
    }

    [Fact]
    public async Task Queues_groups_agents_and_members_have_the_described_defaults_and_shapes()
    {
        var (account, client) = await StartAsync();
        var queue = await client.CreateAsync("/v1/queue", new { name = "Sales" }, "queueID");
        Assert.Equal(
            $$"""{"id":"{{queue}}","account":{{account.Id}},"project":{{account.Id}},"name":"Sales","record_calls":"""
                + $$"""true,"agent_wrap_up_after_calls":true,"wrap_up_time_limit":10,"schedule":1,"wait_agent_answer_timeout":"""
                + $$"""15,"wait_greeting":null,"hold_greeting":null,"maximum_queue_size":5,"maximum_queue_wait_time":"""
                + $$"""60,"from_number_callout_to_agent":null,"get_list_agents_url":null,"""
                + "\"route_to_backup_groups_after\":0,\"cond_routing\":null}",
            (await client.CallAsync(HttpMethod.Get, $"/v1/queue/{queue}")).GetProperty("data").GetRawText()
        );
        await client.CallAsync(
            HttpMethod.Put,
            $"/v1/queue/{queue}",
            new
            {
                name = "Sales 2",
                wait_agent_answer_timeout = 3,
                agent_wrap_up_after_calls = false,
                maximum_queue_size = 9,
            }
        );
        var changed = (await client.CallAsync(HttpMethod.Get, $"/v1/queue/{queue}")).GetProperty("data");
        Assert.Equal(
            ("Sales 2", 3, false, 9),
            (
                changed.GetProperty("name").GetString(),
                changed.GetProperty("wait_agent_answer_timeout").GetInt32(),
                changed.GetProperty("agent_wrap_up_after_calls").GetBoolean(),
                changed.GetProperty("maximum_queue_size").GetInt32()
            )
        );

        var agent = await client.CreateAsync(
            "/v1/agent",
            new
            {
                name = "Agent 1",
                stringee_user_id = "agent_1",
                manual_status = "AVAILABLE",
            },
            "agentID"
        );
        Assert.Matches("^AG_[A-Z0-9]{16}$", agent);
        var group = await client.CreateAsync("/v1/group", new { name = "Support group" }, "groupID");
        var member = await client.CallAsync(HttpMethod.Post, "/v1/manage-agents-in-group", new { agent_id = agent, group_id = group });
        Assert.Equal((agent, group), (member.GetProperty("agentID").GetString(), member.GetProperty("groupID").GetString()));
        await client.CallAsync(HttpMethod.Post, "/v1/manage-agents-in-group", new { agent_id = agent, group_id = group }, r: 3);
        Assert.Equal(
            $$$"""{"totalCount":"1","totalPages":1,"currentPage":1,"limit":50,"groupAgents":[{"account":"""
                + $$$"""{{{account.Id}}},"project":{{{account.Id}}},"agent_id":"{{{agent}}}","group_id":"{{{group}}}"}]}""",
            (await client.CallAsync(HttpMethod.Get, $"/v1/manage-agents-in-group?group={group}")).GetProperty("data").GetRawText()
        );
        var groups = (await client.CallAsync(HttpMethod.Get, "/v1/group")).GetProperty("data");
        Assert.Equal(("2", "2"), (groups.GetProperty("totalCount").GetString(), groups.GetProperty("totalGroups").GetString()));
        Assert.Equal(
            1,
            groups
                .GetProperty("groups")
                .EnumerateArray()
                .Single(item => item.GetProperty("id").GetString() == group)
                .GetProperty("number_of_agent")
                .GetInt32()
        );

        var found = (await client.CallAsync(HttpMethod.Get, "/v1/agent?stringee_user_id=agent_1")).GetProperty("data");
        Assert.Equal("1", found.GetProperty("totalAgents").GetString());
        Assert.Equal(
            $$"""{"id":"{{agent}}","account":{{account.Id}},"project":"""
                + $$"""{{account.Id}},"name":"Agent 1","stringee_user_id":"agent_1","manual_status":"AVAILABLE","system_status":"""
                + $$"""1,"online_status":1,"device_status":1,"routing_type":1,"phone_number":"","groups":"""
                + $$"""[{"group_id":"{{group}}","name":"Support group"}]}""",
            found.GetProperty("agents")[0].GetRawText()
        );
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { manual_status = "NOT AVAILABLE" });
        Assert.Equal(
            "dnd",
            (await account.JsonAsync(HttpMethod.Get, "/2011-12-03/users", cookie: true))
                .EnumerateArray()
                .Single(user => user.GetProperty("name").GetString()!.StartsWith("agent-1", StringComparison.Ordinal))
                .GetProperty("show")
                .GetString()
        );
        await client.CallAsync(HttpMethod.Delete, "/v1/manage-agents-in-group", new { agent_id = agent, group_id = group });
        await client.CallAsync(HttpMethod.Delete, $"/v1/agent/{agent}");
        await client.CallAsync(HttpMethod.Get, $"/v1/agent/{agent}", r: 2);
    }

    [Fact]
    public async Task Agent_that_changes_its_type_gives_up_its_extension_and_keeps_its_number()
    {
        var (account, client) = await StartAsync();
        var agent = await client.CreateAsync(
            "/v1/agent",
            new
            {
                name = "Ann",
                stringee_user_id = "ann",
                routing_type = 2,
                phone_number = "+15550100",
            },
            "agentID"
        );
        var whole = (await client.CallAsync(HttpMethod.Get, $"/v1/agent/{agent}"))
            .GetProperty("data")
            .Deserialize<Dictionary<string, object>>()!;
        whole["routing_type"] = 1;
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", whole);
        var local = (await account.JsonAsync(HttpMethod.Get, "/client/@me/agent/local/"))
            .EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "Ann");
        Assert.Equal("", local.GetProperty("extension_name").GetString());

        await account.JsonAsync(
            HttpMethod.Put,
            $"/client/@me/agent/local/{local.GetProperty("id").GetInt32()}",
            new { extension_name = "000*7@example.org" }
        );
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { name = "Ann B." });
        await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { routing_type = 2 });
        var remote = Assert.Single((await account.JsonAsync(HttpMethod.Get, "/client/@me/agent/remote/")).EnumerateArray());
        Assert.Equal("+15550100", remote.GetProperty("agent_number").GetString());
    }

    [Fact]
    public async Task Not_available_logs_nobody_in_and_available_is_seen_in_the_other_formats()
    {
        var (account, client) = await StartAsync();
        var h3lp = new LibraryH3lpClient(fixture.Http, await account.CookieAsync());
        var agent = await client.CreateAsync(
            "/v1/agent",
            new
            {
                name = "Ann",
                stringee_user_id = "ann",
                manual_status = "NOT AVAILABLE",
            },
            "agentID"
        );
        foreach (
            var (wish, show) in new[]
            {
                ("", "unavailable"),
                ("NOT AVAILABLE", "unavailable"),
                ("AVAILABLE", "available"),
                ("NOT AVAILABLE", "dnd"),
            }
        )
        {
            // With another field presence goes along in the directory's transaction, alone it goes by itself.
            if (wish.Length > 0) await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { manual_status = wish });
            Assert.Equal(show, await ShowAsync());
            if (wish.Length > 0)
                await client.CallAsync(HttpMethod.Put, $"/v1/agent/{agent}", new { manual_status = wish, stringee_user_id = wish + show });
            Assert.Equal(show, await ShowAsync());
        }

        async Task<string> ShowAsync() => (await h3lp.JsonAsync(HttpMethod.Get, "users")).EnumerateArray()
            .Single(user => user.GetProperty("name").GetString()!.StartsWith("ann", StringComparison.Ordinal))
            .GetProperty("show")
            .GetString()!;
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        var (_, client) = await StartAsync();
        for (var number = 0; number < 3; number++) await client.CreateAsync("/v1/queue", new { name = "Same name" }, "queueID");
        var page = (await client.CallAsync(HttpMethod.Get, "/v1/queue?page=2&limit=5")).GetProperty("data");
        Assert.Equal(
            ("8", 2, 2, 5, 3),
            (
                page.GetProperty("totalCount").GetString(),
                page.GetProperty("totalPages").GetInt32(),
                page.GetProperty("currentPage").GetInt32(),
                page.GetProperty("limit").GetInt32(),
                page.GetProperty("queues").GetArrayLength()
            )
        );
        Assert.Equal(
            0,
            (await client.CallAsync(HttpMethod.Get, "/v1/queue?page=2147483647")).GetProperty("data").GetProperty("queues").GetArrayLength()
        );
        foreach (var wrong in new[] { "page=0", "limit=0", "limit=5000", "page=x", "page=-1" })
            Assert.Contains(
                wrong.Split('=')[0],
                (await client.CallAsync(HttpMethod.Get, "/v1/queue?" + wrong, r: 1)).GetProperty("message").GetString(),
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("/v1/queue", """{}""", "name")]
    [InlineData("/v1/queue", """{"name":" "}""", "name")]
    [InlineData("/v1/queue", """{"name":["a"]}""", "name")]
    [InlineData("/v1/queue", """{"name":"ok","wait_agent_answer_timeout":2}""", "wait_agent_answer_timeout")]
    [InlineData("/v1/queue", """{"name":"ok","wrap_up_time_limit":"10"}""", "wrap_up_time_limit")]
    [InlineData("/v1/queue", """{"name":"ok","get_list_agents_url":"javascript:1"}""", "get_list_agents_url")]
    [InlineData("/v1/queue", """{"name":"ok","agent_wrap_up_after_calls":"maybe"}""", "agent_wrap_up_after_calls")]
    [InlineData("/v1/group", """{"name":5}""", "name")]
    [InlineData("/v1/agent", """{"name":"ok"}""", "stringee_user_id")]
    [InlineData("/v1/agent", """{"name":"ok","stringee_user_id":"a","manual_status":"LUNCH"}""", "manual_status")]
    [InlineData("/v1/routing-call-to-groups", """{"queue_id":"QU_PRWHUKZJ8EMA2U0Y","group_id":"GR_QD72WYP4BAG4HYZ9"}""", "primary_group")]
    [InlineData(
        "/v1/routing-call-to-groups",
        """{"queue_id":"QU_PRWHUKZJ8EMA2U0Y","group_id":"GR_QD72WYP4BAG4HYZ9","primary_group":2}""",
        "primary_group"
    )]
    [InlineData("/v1/routing-call-to-groups", """{"group_id":"GR_QD72WYP4BAG4HYZ9","primary_group":1}""", "queue_id")]
    [InlineData("/v1/manage-agents-in-group", """{"agent_id":7,"group_id":"GR_QD72WYP4BAG4HYZ9"}""", "agent_id")]
    [InlineData("/v1/queue", """{"name":"\ud800"}""", "JSON")]
    [InlineData("/v1/queue", """[[[[""", "JSON")]
    public async Task Wrong_field_is_named_with_r_1_and_nothing_is_stored(string path, string body, string field)
    {
        var (account, client) = await StartAsync(await fixture.UntouchedAccountAsync());
        var before = (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        using var answer = await client.SendAsync(HttpMethod.Post, path, body);
        var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            (HttpStatusCode.OK, 1, account.Id),
            (answer.StatusCode, envelope.GetProperty("r").GetInt32(), envelope.GetProperty("project").GetInt32())
        );
        Assert.Contains(field, envelope.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
    }

    [Theory]
    [InlineData("application/json", "{\"name\":\"a")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "deep")]
    [InlineData("application/json", "bytes")]
    [InlineData("application/json", "{\"name\":{},\"agent_id\":{},\"group_id\":{},\"queue_id\":{},\"primary_group\":{}}")]
    [InlineData("application/json", "long")]
    [InlineData("application/x-www-form-urlencoded", "name=a&name=b&agent_id=a&agent_id=b&primary_group=1&primary_group=0")]
    [InlineData("application/x-www-form-urlencoded", "name=a%00b&agent_id=a%00b&primary_group=a%00b")]
    [InlineData("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; na")]
    public async Task Hostile_body_is_r_1_on_every_route_that_writes_and_stores_nothing(string contentType, string body)
    {
        var (account, client) = await StartAsync(await fixture.UntouchedAccountAsync());
        var ids = await CreateAllAsync(client);
        var before = (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        var text = new string('x', 50_000);
        byte[] bytes = body switch
        {
            "deep" => Encoding.ASCII.GetBytes($"{{\"name\":{new string('[', 10_000)}{new string(']', 10_000)}}}"),
            "bytes" => [.. "{\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8],
            "long" => Encoding.ASCII.GetBytes(
                $$"""{"name":"{{text}}","agent_id":"{{text}}","group_id":"{{text}}","queue_id":"{{text}}","primary_group":"""
                    + $$"""{{new string('1', 5000)}}}"""
            ),
            _ => Encoding.ASCII.GetBytes(body),
        };
        foreach (var route in Routes)
        {
            var methods =
                route.Contains('{', StringComparison.Ordinal) ? [HttpMethod.Put]
                : route.EndsWith("in-group", StringComparison.Ordinal) ? new[] { HttpMethod.Post, HttpMethod.Delete }
                : [HttpMethod.Post];
            foreach (var method in methods)
            {
                using var answer = await client.SendAsync(method, AppRoutes.Fill(route, ids), bytes, contentType);
                var envelope = await answer.Content.ReadAsStringAsync();
                Assert.True(
                    answer.StatusCode == HttpStatusCode.OK && JsonDocument.Parse(envelope).RootElement.GetProperty("r").GetInt32() == 1,
                    $"{method} {route}: {answer.StatusCode} {envelope}"
                );
            }
        }
        using var large = await client.SendAsync(HttpMethod.Post, "/v1/group", new byte[1024 * 1024 + 1], contentType);
        Assert.Equal(6, JsonDocument.Parse(await large.Content.ReadAsStringAsync()).RootElement.GetProperty("r").GetInt32());
        Assert.Equal(before, (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
    }

    [Fact]
    public async Task Group_is_routed_to_a_queue_once_by_two_instances_at_once()
    {
        var second = await fixture.SecondInstanceAsync();
        var (account, client) = await StartAsync();
        StringeeClient[] clients = [client, new(second, account)];
        for (var round = 0; round < 5; round++)
        {
            var (queue, group) = (
                await client.CreateAsync("/v1/queue", new { name = "Contended" }, "queueID"),
                await client.CreateAsync("/v1/group", new { name = "Contended" }, "groupID")
            );
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
            {
                using var answer = await clients[number % 2]
                    .SendAsync(
                        HttpMethod.Post,
                        "/v1/routing-call-to-groups",
                        $$"""{"queue_id":"{{queue}}","group_id":"{{group}}","primary_group":{{number / 2 % 2}}}"""
                    );
                return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            }));
            var added = Assert
                .Single(answers, answer => answer.GetProperty("r").GetInt32() == 0)
                .GetProperty("groupRoutingID")
                .GetString()!;
            Assert.All(answers.Where(answer => answer.GetProperty("r").GetInt32() != 0), answer =>
            {
                Assert.Equal(3, answer.GetProperty("r").GetInt32());
                Assert.Contains(added, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public async Task Group_that_goes_takes_its_members_out_of_it_however_many()
    {
        var (account, client) = await StartAsync();
        var group = await client.CreateAsync("/v1/group", new { name = "Large" }, "groupID");
        for (var number = 0; number < 40; number++)
        {
            var agent = await client.CreateAsync(
                "/v1/agent",
                new { name = $"Member {number}", stringee_user_id = $"m{number}" },
                "agentID"
            );
            await client.CallAsync(HttpMethod.Post, "/v1/manage-agents-in-group", new { agent_id = agent, group_id = group });
        }
        var page = (await client.CallAsync(HttpMethod.Get, $"/v1/manage-agents-in-group/?group={group}&page=2&limit=30")).GetProperty(
            "data"
        );
        Assert.Equal(
            ("40", 2, 10),
            (
                page.GetProperty("totalCount").GetString(),
                page.GetProperty("totalPages").GetInt32(),
                page.GetProperty("groupAgents").GetArrayLength()
            )
        );
        await client.CallAsync(HttpMethod.Delete, $"/v1/group/{group}");
        Assert.DoesNotContain(
            group,
            (await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText(),
            StringComparison.Ordinal
        );
        await client.CallAsync(HttpMethod.Delete, $"/v1/group/{group}", r: 2);
    }

    [Fact]
    public async Task What_one_format_creates_the_others_show_under_their_ids()
    {
        var (account, client) = await StartAsync();
        var (_, elsewhere) = await StartAsync();
        await elsewhere.CreateAsync("/v1/queue", new { name = "Shared Désk" }, "queueID");
        var h3lp = new LibraryH3lpClient(fixture.Http, await account.CookieAsync());

        var queue = await client.CreateAsync("/v1/queue", new { name = "Shared Désk" }, "queueID");
        var agent = await client.CreateAsync(
            "/v1/agent",
            new
            {
                name = "Ann",
                stringee_user_id = "ann",
                routing_type = 2,
                phone_number = "+15550100",
            },
            "agentID"
        );
        var group = await client.CreateAsync("/v1/group", new { name = "Team" }, "groupID");
        await client.CallAsync(HttpMethod.Post, "/v1/manage-agents-in-group", new { agent_id = agent, group_id = group });
        await client.CallAsync(
            HttpMethod.Post,
            "/v1/routing-call-to-groups",
            new
            {
                queue_id = queue,
                group_id = group,
                primary_group = 1,
            }
        );
        var queues = await h3lp.JsonAsync(HttpMethod.Get, "queues");
        var shown = queues
            .EnumerateArray()
            .Single(item => item.GetProperty("name").GetString()!.StartsWith("shared-désk", StringComparison.Ordinal));
        var remote = Assert.Single((await account.JsonAsync(HttpMethod.Get, "/client/@me/agent/remote/")).EnumerateArray());
        Assert.Equal(("Ann", "+15550100"), (remote.GetProperty("name").GetString(), remote.GetProperty("agent_number").GetString()));
        await account.JsonAsync(
            HttpMethod.Put,
            $"/client/@me/agent/remote/{remote.GetProperty("id").GetInt32()}",
            new { status = "available" }
        );
        Assert.Equal(
            "AVAILABLE",
            (await client.CallAsync(HttpMethod.Get, $"/v1/agent/{agent}")).GetProperty("data").GetProperty("manual_status").GetString()
        );
        Assert.Equal(
            "available",
            (await h3lp.JsonAsync(HttpMethod.Get, $"queues/{shown.GetProperty("id").GetInt32()}")).GetProperty("show").GetString()
        );

        var user = await h3lp.CreateAsync("users", new { name = "bob" + account.Suffix, show = "dnd" });
        var desk = await h3lp.CreateAsync("queues", new { name = "desk" + account.Suffix });
        var local = (await account.JsonAsync(HttpMethod.Get, $"/client/@me/agent/local/{user}"));
        Assert.Equal(
            ("bob" + account.Suffix, "available"),
            (local.GetProperty("name").GetString(), local.GetProperty("status").GetString())
        );
        var configuration = await account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        var external = configuration
            .GetProperty("queues")
            .EnumerateArray()
            .Single(item => item.GetProperty("id").GetInt32() == desk)
            .GetProperty("externalId")
            .GetString();
        Assert.Equal(
            "desk" + account.Suffix,
            (await client.CallAsync(HttpMethod.Get, $"/v1/queue/{external}")).GetProperty("data").GetProperty("name").GetString()
        );
    }

    [Fact]
    public async Task Second_accounts_token_meets_absent_ids_on_every_route()
    {
        var (mine, _) = await StartAsync();
        var other = new StringeeClient(fixture.Http, await fixture.CreateAccountAsync());
        var client = new StringeeClient(fixture.Http, mine);
        var ids = await CreateAllAsync(client);
        var (queue, group, agent) = (ids["queueId"], ids["groupId"], ids["agentId"]);
        var before = (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        Assert.Equal(9, Routes.Count);
        var body = new { queue_id = queue, group_id = group, agent_id = agent, primary_group = 1, name = "Other" };
        foreach (var route in Routes.Where(route => route.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
                await other.CallAsync(method, AppRoutes.Fill(route, ids), method == HttpMethod.Get ? null : body, r: 2);
        }
        foreach (var route in Routes.Where(route => !route.Contains('{', StringComparison.Ordinal)))
        {
            using var list = await other.SendAsync(HttpMethod.Get, $"/{route}?queue={queue}&group={group}");
            Assert.DoesNotContain("Mine", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await other.CallAsync(HttpMethod.Post, "/v1/routing-call-to-groups", body, r: 2);
        await other.CallAsync(HttpMethod.Post, "/v1/manage-agents-in-group", body, r: 2);
        await other.CallAsync(HttpMethod.Delete, "/v1/manage-agents-in-group", body, r: 2);
        await other.CallAsync(HttpMethod.Get, $"/v1/routing-call-to-groups?queue={queue}", r: 2);
        Assert.Equal(before, (await mine.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText());
        using var patch = await client.SendAsync(HttpMethod.Patch, "/v1/queue");
        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, "GET, HEAD, POST"),
            (patch.StatusCode, string.Join(", ", patch.Content.Headers.Allow))
        );
    }

    private static IReadOnlyList<string> Routes { get; } =
    [.. AppRoutes.All.Where(route => route.StartsWith("v1/", StringComparison.Ordinal))];

    /// <summary>One of each, named Mine; their ids by the routes' placeholders.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> CreateAllAsync(StringeeClient client)
    {
        var queue = await client.CreateAsync("/v1/queue", new { name = "Mine" }, "queueID");
        var group = await client.CreateAsync("/v1/group", new { name = "Mine" }, "groupID");
        var agent = await client.CreateAsync("/v1/agent", new { name = "Mine", stringee_user_id = "m" }, "agentID");
        var routing = await client.CreateAsync(
            "/v1/routing-call-to-groups",
            new
            {
                queue_id = queue,
                group_id = group,
                primary_group = 1,
            },
            "groupRoutingID"
        );
        return new Dictionary<string, string> { ["queueId"] = queue, ["groupId"] = group, ["agentId"] = agent, ["routingId"] = routing };
    }

    private async Task<(TestAccount Account, StringeeClient Client)> StartAsync(TestAccount? account = null)
    {
        account ??= await fixture.CreateAccountAsync();
        return (account, new StringeeClient(fixture.Http, account));
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string token, bool inQuery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/queue" + (inQuery ? $"?access_token={token}" : ""));
        if (!inQuery) request.Headers.TryAddWithoutValidation("X-STRINGEE-AUTH", token);
        using var answer = await fixture.Http.SendAsync(request);
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.OK ? "" : await answer.Content.ReadAsStringAsync());
    }
}

using Azure.Core;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;

namespace ContactRouting.Tests.Directory;

/// <summary>Configurations that are applied in several transactions, beside others who change the account or take its names.</summary>
[Trait("Category", "Slow")]
public sealed class ConfigurationApplyTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime
{
    private const int Agents = 60;

    private readonly TestClock time = new(DateTimeOffset.UtcNow);
    private TestDirectory test = null!;

    public async Task InitializeAsync()
    {
        test = await TestDirectory.CreateAsync(azurite.ConnectionString, time);
        await test.ApplyAsync(Named(id => test.Name($"a{id}")));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string> Refusals => ["agent's name", "queue's name", "service's id", "agent with a contact"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Document_that_is_refused_has_changed_nothing(string reason)
    {
        var other = await test.WithAnotherAccountAsync();
        var renamed = Named(id => test.Name($"renamed{id}"));
        var document = reason switch
        {
            "agent's name" => Named(id => id == Agents ? other.Name("taken") : test.Name($"renamed{id}")),
            "queue's name" => renamed with { Queues = [new Queue { Name = other.Name("taken") }] },
            "service's id" => renamed with { Services = [new ServiceConfiguration { Id = other.AccountId }] },
            _ => renamed with { Agents = [.. renamed.Agents.SkipLast(1)] },
        };
        await other.PutAsync(other.Queue(10) with { Name = other.Name("taken") }, new Service { Id = other.AccountId });
        if (reason == "agent with a contact")
        {
            await test.LogInAsync(Agents);
            await test.App.Get<ContactRouter>()
                .ArriveAsync(
                    test.AccountId,
                    new Arrival(new RoutingTarget(null, null, Agents), Channels.Standard, 0, null),
                    CancellationToken.None
                );
        }
        var before = TestDirectory.Text(await test.StoredAsync(azurite.ConnectionString, time));
        var refusedDryRun = await Assert.ThrowsAsync<DomainException>(() =>
            test.App.Get<ConfigurationStore>().CompareAsync(test.AccountId, document, _ => { }, CancellationToken.None)
        );
        var refused = await Assert.ThrowsAsync<DomainException>(() => test.ApplyAsync(document));
        Assert.Equal(before, TestDirectory.Text(await test.StoredAsync(azurite.ConnectionString, time)));
        Assert.Equal((ErrorKind.Conflict, ErrorKind.Conflict), (refused.Kind, refusedDryRun.Kind));
        Assert.Equal(refused.Message, refusedDryRun.Message);
        if (reason.EndsWith("name", StringComparison.Ordinal))
            Assert.Contains("names are shared by all accounts", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            reason switch
            {
                "agent's name" => ["agents[59].name"],
                "queue's name" => ["queues[0].name"],
                "service's id" => ["services[0].id"],
                _ => [],
            },
            refused.Errors?.Select(error => error.Path) ?? []
        );

        // What the refused document asked for is everybody's again.
        await other.PutAsync(other.Agent(5) with { Name = test.Name("renamed1") });
    }

    [Fact]
    public async Task Apply_stops_where_somebody_else_changed_the_account_and_the_same_document_finishes_it()
    {
        var document = Named(id => test.Name($"renamed{id}"));
        var start = (await test.ReadAsync()).Version;
        test.Watch.BeforeTransaction(1, () => test.ChangeAsync(test.Other, edit => edit.Put(test.Agent(99))));
        var stopped = await Assert.ThrowsAsync<DomainException>(() => test.ApplyAsync(document, version => Assert.Equal(start, version)));
        Assert.Equal(ErrorKind.Conflict, stopped.Kind);
        var directory = await test.ReadAsync();
        Assert.NotNull(directory.Agent(99));
        var made = Renamed(directory);
        Assert.InRange(made, 1, Agents - 1);
        Assert.Contains($"{made} of {Agents} changes are made", stopped.Message, StringComparison.Ordinal);
        Assert.Equal((made, Agents - made), ((int)stopped.Current!["changesMade"]!, (int)stopped.Current["changesLeft"]!));

        await test.ApplyAsync(document with { Agents = [.. document.Agents, test.Agent(99)] });
        Assert.Equal(Agents, Renamed(await test.ReadAsync()));
    }

    [Fact]
    public async Task Change_that_comes_before_the_first_step_is_left_to_the_precondition()
    {
        var start = (await test.ReadAsync()).Version;
        test.Watch.BeforeTransaction(0, () => test.ChangeAsync(test.Other, edit => edit.Put(test.Agent(99))));
        var versions = new List<long>();
        await test.ApplyAsync(Named(id => test.Name($"renamed{id}")), versions.Add);
        Assert.Equal([start, start + 1], versions);
        Assert.Null((await test.ReadAsync()).Agent(99));
    }

    [Fact]
    public async Task Names_that_go_round_leave_a_valid_directory_wherever_the_process_dies()
    {
        // More than a transaction holds, and each takes its neighbour's name.
        var round = Named(id => test.Name($"a{id % Agents + 1}"));
        var (dying, deaths) = (new DyingPolicy(), 0);
        for (var calls = 20; ; calls += 90)
        {
            var mortal = AppServices.Create(
                azurite.ConnectionString,
                test.Prefix,
                time,
                [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
            );
            dying.DieAfter(calls);
            var died = await Record.ExceptionAsync(() =>
                mortal.Get<ConfigurationStore>().ApplyAsync(test.AccountId, round, _ => { }, CancellationToken.None)
            );
            dying.DieAfter(int.MaxValue);
            var stored = await test.StoredAsync(azurite.ConnectionString, time);
            Assert.Equal(Agents, stored.Agents.Select(agent => agent.Name).Distinct().Count());
            if (died is null) break;
            Assert.IsType<KilledException>(died.InnerException ?? died);
            deaths++;
        }
        Assert.InRange(deaths, 3, 1000);
        Assert.Equal(test.Name("a1"), (await test.ReadAsync()).Agent(Agents)!.Name);
        await test.AssertFollowedAsync();
    }

    [Fact]
    public async Task Names_that_an_apply_did_not_come_to_are_anybodys_after_ten_minutes()
    {
        var other = await test.WithAnotherAccountAsync();
        test.Watch.BeforeTransaction(1, () => throw new KilledException());
        await Assert.ThrowsAnyAsync<Exception>(() => test.ApplyAsync(Named(id => test.Name($"renamed{id}"))));
        var made = Renamed(await test.ReadAsync());
        Assert.InRange(made, 1, Agents - 1);
        var used = other.Queue(10) with { Name = test.Name("renamed1") };
        var unused = other.Queue(10) with { Name = test.Name($"renamed{Agents}") };
        foreach (var wish in new[] { used, unused }) await RefusedAsync(wish);
        time.Advance(TimeSpan.FromMinutes(11));
        await RefusedAsync(used);
        await other.PutAsync(unused);

        async Task RefusedAsync(Queue wish)
        {
            var refused = await Assert.ThrowsAsync<DomainException>(() => other.PutAsync(wish));
            Assert.Contains($"{wish.Name} is taken", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_that_change_hands_are_no_other_accounts_in_between()
    {
        var (other, asked) = (await test.WithAnotherAccountAsync(), 0);
        test.Watch.Before = async address =>
        {
            if (!address.Contains("$batch", StringComparison.Ordinal)) return;
            var wish = other.Queue(10) with { Name = test.Name($"a{++asked}") };
            var refused = await Assert.ThrowsAsync<DomainException>(() => other.ChangeAsync(other.Other, edit => edit.Put(wish)));
            Assert.Equal(ErrorKind.Conflict, refused.Kind);
        };
        await test.ApplyAsync(Named(id => test.Name($"a{id % Agents + 1}")));
        Assert.InRange(asked, 3, 10);
    }

    [Fact]
    public async Task Name_that_goes_from_an_agent_to_a_queue_stays_the_accounts()
    {
        await test.ApplyAsync(new Configuration { Queues = [new Queue { Name = test.Name("a1") }] });
        var other = await test.WithAnotherAccountAsync();
        var refused = await Assert.ThrowsAsync<DomainException>(() => other.PutAsync(other.Queue(10) with { Name = test.Name("a1") }));
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        await other.PutAsync(other.Queue(10) with { Name = test.Name("a2") });
    }

    [Fact]
    public async Task Subscription_that_changes_its_agent_leaves_the_old_one()
    {
        var document = Named(id => test.Name($"a{id}"));
        foreach (var agent in new[] { 1, 2 })
        {
            var subscription = new Callback { Id = 500, AgentId = agent, Url = "https://example.com/" };
            await test.ApplyAsync(document with { Callbacks = [subscription] });
            await test.AssertFollowedAsync();
        }
        Assert.Equal(500, Assert.Single((await test.ReadAsync()).CallbacksOf(2)).Id);
    }

    private static int Renamed(AccountDirectory directory) =>
        directory.All<Agent>().Count(agent => agent.Name.StartsWith("renamed", StringComparison.Ordinal));

    private Configuration Named(Func<int, string> name) =>
        new() { Agents = [.. Enumerable.Range(1, Agents).Select(id => test.Agent(id) with { Name = name(id) })] };
}

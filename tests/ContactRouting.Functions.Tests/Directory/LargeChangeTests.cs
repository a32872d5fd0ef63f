using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;

namespace ContactRouting.Tests.Directory;

/// <summary>Changes that take more than a transaction holds, by the storage's own limits.</summary>
[Trait("Category", "Slow")]
public sealed class LargeChangeTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime
{
    private const int Agents = 40;

    private readonly TestClock time = new(DateTimeOffset.UtcNow);
    private TestDirectory test = null!;

    public async Task InitializeAsync() => test = await TestDirectory.CreateAsync(azurite.ConnectionString, time);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("queue")]
    [InlineData("group")]
    public async Task Unit_whose_logged_in_agents_are_in_random_groups_is_removed(string unit)
    {
        var groups = Enumerable.Range(1, 4).Select(number => TestDirectory.Group(number, AgentStrategy.Random)).ToList();
        await test.PutAsync([test.Queue(10), .. groups]);
        await test.PutAsync(Enumerable.Range(1, Agents).Select(id => test.Agent(id, [10], [.. groups.Select(group => group.Id)])));
        await Task.WhenAll(Enumerable.Range(1, Agents).Select(test.LogInAsync));

        var removal = test.App.Get<DirectoryRemoval>();
        if (unit == "queue") await removal.RemoveQueueAsync(test.AccountId, directory => directory.Queue(10)!, CancellationToken.None);
        else await removal.RemoveGroupAsync(test.AccountId, directory => directory.Group(groups[0].Id)!, CancellationToken.None);
        var directory = await test.ReadAsync();
        Assert.Null(unit == "queue" ? directory.Queue(10) : directory.Group(groups[0].Id));
        Assert.All(directory.All<Agent>(), agent => Assert.Equal(4, agent.Queues.Count + agent.Groups.Count));
        await test.AssertFollowedAsync();
    }

    [Fact]
    public async Task Agent_of_40_units_gets_and_loses_20_subscriptions_and_other_units_in_one_document()
    {
        var groups = Enumerable.Range(1, 80).Select(number => TestDirectory.Group(number, AgentStrategy.Random)).ToList();
        var few = new Configuration { Groups = groups, Agents = [test.Agent(1, groups: [.. groups.Take(40).Select(group => group.Id)])] };
        await test.ApplyAsync(few);
        await test.LogInAsync(1);
        var many = few with
        {
            Agents = [test.Agent(1, groups: [.. groups.Skip(40).Select(group => group.Id)])],
            Callbacks =
            [
                .. Enumerable.Range(0, 20).Select(number => new Callback { AgentId = 1, Url = $"https://example.com/{number}" }),
            ],
        };
        await test.ApplyAsync(many);
        Assert.Equal(20, (await test.ReadAsync()).CallbacksOf(1).Count());
        await test.AssertFollowedAsync();
        await test.ApplyAsync(few);
        Assert.Empty((await test.ReadAsync()).CallbacksOf(1));
        await test.AssertFollowedAsync();
    }

    [Fact]
    public async Task Texts_of_more_than_4_MiB_are_applied_and_removed()
    {
        var punctuation = JsonSerializer.SerializeToElement(new { x = new string('!', 19_000) });
        var document = new Configuration
        {
            UserServices =
            [
                .. Enumerable.Range(1, 60).Select(id => new UserService { TechnicalName = $"s{id:D2}", AddData = punctuation }),
            ],
            Services =
            [
                .. Enumerable.Range(1, 150).Select(id => new ServiceConfiguration
                {
                    Id = id,
                    OfflineHtml = new string('x', 30_000),
                }),
            ],
        };
        await test.ApplyAsync(document);
        Assert.Equal(TestDirectory.Text(document), TestDirectory.Text(await test.StoredAsync(azurite.ConnectionString, time)));
        await test.ApplyAsync(new Configuration());
        Assert.Empty((await test.ReadAsync()).Records);
    }

    [Fact]
    public async Task Service_with_200_full_levels_is_removed()
    {
        var service = new ServiceConfiguration
        {
            Id = 9,
            Levels =
            [
                .. Enumerable.Range(0, 200).Select(number => new LevelConfiguration
                {
                    Id = $"l{number}",
                    Name = test.Name("q10"),
                    WidgetId = 3,
                    Html = new string('x', 30_000),
                }),
            ],
        };
        await test.ApplyAsync(new Configuration { Queues = [test.Queue(10)], Widgets = [new Widget { Id = 3 }], Services = [service] });
        await test.App.Get<DirectoryRemoval>()
            .RemoveServiceAsync(test.AccountId, directory => directory.Service(9)!, CancellationToken.None);
        Assert.Equal(2, (await test.ReadAsync()).Records.Count);
    }

    [Fact]
    public async Task Strategy_of_a_group_reorders_all_its_members()
    {
        var document = new Configuration
        {
            Groups = [TestDirectory.Group(1)],
            Agents = [.. Enumerable.Range(1, Agents).Select(id => test.Agent(id, groups: [TestDirectory.Group(1).Id]))],
        };
        await test.ApplyAsync(document);
        await Task.WhenAll(Enumerable.Range(1, Agents).Select(test.LogInAsync));
        var transactions = test.Watch.Transactions;
        await test.ApplyAsync(document with { Groups = [TestDirectory.Group(1, AgentStrategy.LeastLoaded)] });
        await test.AssertFollowedAsync();
        Assert.InRange(test.Watch.Transactions - transactions, 2, 4);
    }

    [Fact]
    public async Task Strategy_whose_process_dies_half_way_orders_all_members_after_the_next_sweep()
    {
        var document = new Configuration
        {
            Groups = [TestDirectory.Group(1)],
            Agents = [.. Enumerable.Range(1, Agents).Select(id => test.Agent(id, groups: [TestDirectory.Group(1).Id]))],
        };
        await test.ApplyAsync(document);
        await Task.WhenAll(Enumerable.Range(1, Agents).Select(test.LogInAsync));
        foreach (var strategy in new[] { AgentStrategy.RoundRobin, AgentStrategy.LongestIdle })
        {
            test.Watch.BeforeTransaction(1, () => throw new KilledException());
            await Assert.ThrowsAnyAsync<Exception>(() => test.ApplyAsync(document with { Groups = [TestDirectory.Group(1, strategy)] }));
            Assert.Equal(strategy, (await test.ReadAsync()).Group(TestDirectory.Group(1).Id)!.Strategy);
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(test.AssertFollowedAsync);
            await test.Other.Get<AccountVisits>().SweepAsync(CancellationToken.None);
            await test.AssertFollowedAsync();
        }
    }

    [Fact]
    public async Task Removal_that_others_disturb_between_its_steps_takes_their_changes_along()
    {
        await test.PutAsync(test.Queue(10));
        await test.PutAsync(Enumerable.Range(1, 60).Select(id => test.Agent(id, [10])));
        test.Watch.BeforeTransaction(1, () => test.ChangeAsync(test.Other, edit => edit.Put(test.Agent(99, [10]))));
        await test.App.Get<DirectoryRemoval>()
            .RemoveQueueAsync(test.AccountId, directory => directory.Queue(10)!, CancellationToken.None);
        var directory = await test.ReadAsync();
        Assert.Null(directory.Queue(10));
        Assert.All(directory.All<Agent>(), agent => Assert.Empty(agent.Queues));
        Assert.NotNull(directory.Agent(99));
    }

    [Fact]
    public async Task Removal_that_is_refused_midway_leaves_what_it_has_done_and_says_why()
    {
        await test.PutAsync(test.Queue(10), test.Queue(20));
        await test.PutAsync(Enumerable.Range(1, 60).Select(id => test.Agent(id, [10])));
        test.Watch.BeforeTransaction(
            1,
            () =>
                test.ChangeAsync(test.Other, edit => edit.Put(test.Queue(20) with { WhenFull = new Overflow(OverflowTo.Queue, 10) }))
        );
        var refused = await Assert.ThrowsAsync<DomainException>(() =>
            test.App.Get<DirectoryRemoval>().RemoveQueueAsync(test.AccountId, directory => directory.Queue(10)!, CancellationToken.None)
        );
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.Contains($"queue {test.Name("q20")}", refused.Message, StringComparison.Ordinal);
        Assert.NotNull((await test.ReadAsync()).Queue(10));
    }
}

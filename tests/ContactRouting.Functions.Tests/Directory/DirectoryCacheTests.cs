using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Storage;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Directory;

/// <summary>What a process knows of directories that others change, and what it costs.</summary>
[Trait("Category", "Slow")]
public sealed class DirectoryCacheTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime
{
    private const int Waiting = 20;

    private readonly TestClock time = new(DateTimeOffset.UtcNow);
    private TestDirectory test = null!;

    public async Task InitializeAsync() => test = await TestDirectory.CreateAsync(azurite.ConnectionString, time);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Directory_costs_a_read_where_nothing_changed_and_two_and_the_changed_record_where_something_did()
    {
        var html = Convert.ToBase64String(new byte[22_000]);
        await test.PutAsync(test.Queue(10), new Widget { Id = 3 });
        await test.ApplyAsync(
            Configuration.Of(await test.ReadAsync()) with
            {
                Services =
                [
                    new ServiceConfiguration
                    {
                        Id = 9,
                        Levels =
                        [
                            .. Enumerable.Range(0, 200).Select(number => new LevelConfiguration
                            {
                                Id = $"l{number}",
                                Name = test.Name("q10"),
                                WidgetId = 3,
                                Html = html,
                            }),
                        ],
                    },
                ],
            }
        );
        await test.ReadAsync();
        Assert.Equal((1, true), await CostAsync());
        foreach (var number in new[] { 7, 8 })
        {
            await test.ChangeAsync(test.Other, edit =>
                edit.Put(edit.Directory.Level(9, $"l{number}") with { Html = html.Replace('A', 'B') }));
        }
        Assert.Equal((2, true), await CostAsync());
        Assert.StartsWith("BB", (await test.ReadAsync()).Level(9, "l8").Html, StringComparison.Ordinal);

        async Task<(int Calls, bool IsLittle)> CostAsync()
        {
            var (calls, bytes) = (test.Watch.Calls, test.Watch.BytesRead);
            await test.ReadAsync();
            return (test.Watch.Calls - calls, test.Watch.BytesRead - bytes < 100_000);
        }
    }

    [Fact]
    public async Task Followed_directory_is_the_stored_one_whatever_changes()
    {
        var random = new Random(5);
        await test.ReadAsync();
        for (var round = 0; round < 40; round++)
        {
            await test.ChangeAsync(test.Other, edit =>
            {
                for (var number = random.Next(1, 4); number > 0; number--) Change(edit, random);
            });
            if (random.Next(3) > 0) continue;
            var calls = test.Watch.Calls;
            var known = Configuration.Of(await test.ReadAsync());
            Assert.Equal(2, test.Watch.Calls - calls);
            Assert.Equal(TestDirectory.Text(await test.StoredAsync(azurite.ConnectionString, time)), TestDirectory.Text(known));
        }
    }

    [Fact]
    public async Task Whoever_is_too_far_behind_reads_the_directory_whole_and_old_changes_go()
    {
        await test.ReadAsync();
        for (var number = 1; number <= DirectoryChange.Kept + 5; number++)
            await test.ChangeAsync(test.Other, edit => edit.Put(new Widget { Id = number }));
        Assert.Equal(DirectoryChange.Kept + 5, (await test.ReadAsync()).All<Widget>().Count());
        var left = 0;
        var keys = test.App.Get<LiveTable>().KeysAsync(test.AccountId, LiveKeys.DirectoryChanges, CancellationToken.None);
        await foreach (var _ in keys) left++;
        Assert.Equal(DirectoryChange.Kept, left);
    }

    [Fact]
    public async Task Change_that_is_too_large_to_be_kept_is_read_with_the_directory()
    {
        var random = new Random(7);
        await test.ReadAsync();
        await test.ChangeAsync(test.Other, edit =>
        {
            for (var number = 1; number <= 10; number++)
                edit.Put(
                    new Service
                    {
                        Id = number,
                        OfflineHtml = string.Concat(Enumerable.Range(0, 30_000).Select(_ => (char)random.Next(0x4e00, 0x9000))),
                    }
                );
        });
        Assert.Equal(
            TestDirectory.Text(await test.StoredAsync(azurite.ConnectionString, time)),
            TestDirectory.Text(Configuration.Of(await test.ReadAsync()))
        );
    }

    [Fact]
    public async Task Directory_that_nobody_uses_leaves_the_memory_and_one_in_use_stays()
    {
        var other = await test.WithAnotherAccountAsync();
        await test.ReadAsync();
        await other.ReadAsync();
        for (var minute = 0; minute < 30; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await test.ReadAsync();
        }
        Assert.Equal((1, 3), (await CallsAsync(test), await CallsAsync(other)));

        async Task<int> CallsAsync(TestDirectory some)
        {
            var calls = test.Watch.Calls;
            await some.ReadAsync();
            return test.Watch.Calls - calls;
        }
    }

    [Fact]
    public async Task Whoever_asks_while_a_directory_is_read_waits_for_it_and_the_storage_is_read_once()
    {
        await test.ChangeAsync(test.Other, edit => edit.Put(new Widget { Id = 1 }));
        await AssertReadOnceAsync(LiveKeys.Directory);
        await test.ChangeAsync(test.Other, edit => edit.Put(new Widget { Id = 2 }));
        await AssertReadOnceAsync(LiveKeys.DirectoryChanges);

        async Task AssertReadOnceAsync(string prefix)
        {
            var (heads, reads, allAsked) = (0, 0, new TaskCompletionSource());
            test.Watch.Before = address =>
            {
                if (address.Contains($"'{LiveKeys.Head}'", StringComparison.Ordinal) && Interlocked.Increment(ref heads) == Waiting)
                    allAsked.SetResult();
                if (!address.Contains($"'{prefix}", StringComparison.Ordinal)) return Task.CompletedTask;
                Interlocked.Increment(ref reads);
                return allAsked.Task;
            };
            var newest = (await test.ReadAsync(test.Other)).Version;
            var found = await Task.WhenAll(Enumerable.Range(0, Waiting).Select(_ => Task.Run(() => test.ReadAsync())));
            test.Watch.Before = null;
            Assert.All(found, directory => Assert.Equal(newest, directory.Version));
            Assert.Equal(1, reads);
        }
    }

    [Fact]
    public async Task Directories_of_all_accounts_together_are_bounded_and_the_least_recently_used_goes_first()
    {
        var directories = new List<AccountDirectory>();
        for (var number = 0; number < 4; number++)
        {
            var account = await test.WithAnotherAccountAsync();
            await account.PutAsync(new Service { Id = account.AccountId, OfflineHtml = new string('x', 30_000) });
            directories.Add(await account.ReadAsync());
        }
        var cache = new DirectoryCache(test.App.Get<LiveTable>(), time, 3 * directories[0].MemoryBytes + 1000);
        foreach (var number in new[] { 0, 1, 2 }) Assert.Equal(3, await CallsAsync(number));
        Assert.Equal(1, await CallsAsync(0));
        Assert.Equal(3, await CallsAsync(3));
        foreach (var number in new[] { 0, 2, 3 }) Assert.Equal(1, await CallsAsync(number));
        Assert.Equal(3, await CallsAsync(1));

        // A change counts as well.
        var before = directories[1];
        var service = before.All<Service>().Single() with { Name = new string('x', 2000) };
        cache.Keep(before.Changed(before.Version, before.Records.SetItem(service.RowKey, service), [service.RowKey]));
        Assert.Equal((1, 3), (await CallsAsync(3), await CallsAsync(0)));

        async Task<int> CallsAsync(int number)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var calls = test.Watch.Calls;
            await cache.LoadAsync(directories[number].AccountId, CancellationToken.None);
            return test.Watch.Calls - calls;
        }
    }

    [Fact]
    public async Task One_directory_that_is_larger_than_the_bound_is_kept_alone()
    {
        var other = await test.WithAnotherAccountAsync();
        foreach (var account in new[] { test, other }) await account.PutAsync(new Widget { Id = 1 });
        var cache = new DirectoryCache(test.App.Get<LiveTable>(), time, 1);
        foreach (var (account, calls) in new[] { (test, 3), (test, 1), (other, 3), (other, 1), (test, 3) })
        {
            var before = test.Watch.Calls;
            await cache.LoadAsync(account.AccountId, CancellationToken.None);
            Assert.Equal(calls, test.Watch.Calls - before);
        }
    }

    [Fact]
    public async Task Eight_accounts_at_most_are_read_whole_at_once()
    {
        var accounts = new List<int>();
        for (var number = 0; number < Waiting; number++) accounts.Add((await test.WithAnotherAccountAsync()).AccountId);
        var cache = new DirectoryCache(test.App.Get<LiveTable>(), time);
        var (known, reading, most, heads, gate) = (new HashSet<string>(), 0, 0, 0, new TaskCompletionSource());
        test.Watch.Before = address =>
        {
            lock (known)
            {
                var isWhole = address.Contains($"'{LiveKeys.Directory}", StringComparison.Ordinal);
                if (isWhole) most = Math.Max(most, ++reading);
                else if (known.Add(address)) heads++;
                else reading--;
                if (heads == Waiting && reading == 8) gate.TrySetResult();
                return isWhole ? gate.Task : Task.CompletedTask;
            }
        };
        await Task.WhenAll(accounts.Select(id => Task.Run(() => cache.LoadAsync(id, CancellationToken.None))));
        test.Watch.Before = null;
        Assert.Equal(8, most);
    }

    [Fact]
    public async Task Size_of_a_followed_directory_is_that_of_one_read_whole()
    {
        var random = new Random(11);
        await test.ReadAsync();
        for (var round = 0; round < 10; round++)
        {
            for (var number = 0; number < 3; number++) await test.ChangeAsync(test.Other, edit => Change(edit, random));
            var followed = await test.ReadAsync();
            var whole = DirectorySize.Of(followed.Records.Values);
            Assert.Equal(whole.Bytes, followed.Size.Bytes);
        }
    }

    [Fact]
    public async Task Changes_of_several_processes_at_once_are_all_seen_by_each()
    {
        await Task.WhenAll(
            Enumerable.Range(1, 40).Select(number => test.ChangeAsync(number % 2 == 0 ? test.App : test.Other, edit =>
                edit.Put(new Widget { Id = number })))
        );
        foreach (var app in new[] { test.App, test.Other }) Assert.Equal(40, (await test.ReadAsync(app)).All<Widget>().Count());
    }

    [Fact]
    public async Task Account_that_is_gone_is_forgotten()
    {
        await test.PutAsync(test.Queue(10));
        await test.ReadAsync();
        await test.Other.Get<ContactRouting.Accounts.AccountRemoval>().RemoveAsync(test.AccountId, CancellationToken.None);
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<DomainException>(() => test.ReadAsync())).Kind);
    }

    /// <summary>A change of any kind that leaves the directory valid.</summary>
    private void Change(DirectoryEdit edit, Random random)
    {
        var id = random.Next(1, 6);
        var (queue, agent, group) = (test.Queue(id), test.Agent(id), TestDirectory.Group(id));
        var text = $"{random.Next()} <\"ü😀'> {new string('x', random.Next(50))}";
        switch (random.Next(9))
        {
            case 0:
                edit.Put(queue with
                {
                    StatusText = text,
                    Hours = new OpeningHours { Weekly = [new(DayOfWeek.Friday, new(8, 0), new(0, 0))], Holidays = [new(2026, 12, 24)] },
                    WhenWaited = new Overflow(OverflowTo.NextLevel),
                    MaxLength = random.Next(2) == 0 ? null : 5,
                });
                break;
            case 1:
                edit.Put(group with { DisplayName = text, Strategy = (AgentStrategy)random.Next(4) });
                break;
            case 2:
                edit.Put(agent with
                {
                    Email = text,
                    ExtensionId = random.Next(2) == 0 ? null : 7,
                    ChannelCosts = new Dictionary<string, int> { ["voice"] = random.Next(1, 5) },
                    Queues = [.. edit.Directory.All<Queue>().Select(place => new Assignment(place.Id, random.Next(2) == 0))],
                    Groups = [.. edit.Directory.All<Group>().Select(place => place.Id)],
                });
                break;
            case 3:
                edit.Put(new Widget
                {
                    Id = id,
                    Style = new Dictionary<string, JsonElement> { ["a"] = JsonSerializer.SerializeToElement(new { text, n = 1.50m }) },
                });
                break;
            case 4 when edit.Directory.Agent(id) is not null:
                edit.Put(new Callback { Id = id, AgentId = id, Url = $"https://example.com/{random.Next()}" });
                break;
            case 5:
                edit.Put(new UserService
                {
                    TechnicalName = $"s/{id}",
                    Description = text,
                    AddData = random.Next(2) == 0 ? null : JsonSerializer.SerializeToElement(new { text, deep = new[] { text } }),
                });
                break;
            case 6 when edit.Directory.Widget(id) is not null && edit.Directory.Agent(id) is not null:
                edit.Put(new Level { Id = "l", ServiceId = id, WidgetId = id, Html = text }.LeadingTo(agent));
                edit.Put(new Service { Id = id, Name = text, Levels = ["l"] });
                break;
            case 7 when edit.Directory.All<Service>().FirstOrDefault() is { } gone:
                foreach (var level in gone.Levels) edit.Remove(edit.Directory.Level(gone.Id, level));
                edit.Remove(gone);
                break;
            case 8 when edit.Directory.Queue(id) is not null && edit.Directory.Group(group.Id) is not null:
                edit.Put(new QueueGroup { Id = $"GR_RO_{id:D16}", QueueId = id, GroupId = group.Id, Primary = random.Next(2) == 0 });
                break;
            default:
                edit.Put(new Widget { Id = 100 + id, Name = text });
                break;
        }
    }
}

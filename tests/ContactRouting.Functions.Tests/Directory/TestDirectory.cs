using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests.Directory;

/// <summary>Processes over the same tables, the first of them watched, and an account of theirs.</summary>
internal sealed class TestDirectory
{
    private TestDirectory(IServiceProvider app, IServiceProvider other, WatchPolicy watch, int accountId) =>
        (App, Other, Watch, AccountId) = (app, other, watch, accountId);

    public IServiceProvider App { get; }

    /// <summary>Another process.</summary>
    public IServiceProvider Other { get; }

    /// <summary>The storage calls of <see cref="App"/>.</summary>
    public WatchPolicy Watch { get; }

    public int AccountId { get; }

    public string Prefix => App.Get<IOptions<TablesOptions>>().Value.NamePrefix;

    public static async Task<TestDirectory> CreateAsync(string connectionString, TimeProvider time)
    {
        var (prefix, watch) = ($"t{Guid.NewGuid():n}", new WatchPolicy());
        var app = AppServices.Create(
            connectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(watch, HttpPipelinePosition.PerCall))]
        );
        return new TestDirectory(app, AppServices.Create(connectionString, prefix, time), watch, await app.CreateAccountAsync());
    }

    public async Task<TestDirectory> WithAnotherAccountAsync() => new(App, Other, Watch, await App.CreateAccountAsync());

    /// <summary>A name that no other account has.</summary>
    public string Name(string name) => $"{name}-{AccountId}";

    public Queue Queue(int id) => Directories.Queue(id) with { Name = Name($"q{id}"), ExternalId = $"QU_{id:D16}" };

    public Agent Agent(int id, int[]? queues = null, string[]? groups = null) =>
        Directories.Agent(id, queues, groups) with { Name = Name($"a{id}"), ExternalId = $"AG_{id:D16}" };

    public static Group Group(int number, AgentStrategy strategy = AgentStrategy.LongestIdle) =>
        new() { Id = $"GR_{number:D16}", Strategy = strategy };

    public Task<AccountDirectory> ReadAsync(IServiceProvider? app = null) =>
        (app ?? App).Get<DirectoryStore>().GetAsync(AccountId, CancellationToken.None);

    public async Task PutAsync(params IEnumerable<IDirectoryRecord> records)
    {
        foreach (var some in records.Chunk(10))
            await ChangeAsync(App, edit =>
            {
                foreach (var record in some) edit.Put(record);
            });
    }

    public Task ChangeAsync(IServiceProvider app, Action<DirectoryEdit> change) =>
        app.Get<DirectoryStore>().ChangeAsync(AccountId, edit =>
        {
            change(edit);
            return true;
        }, CancellationToken.None);

    public Task ApplyAsync(Configuration document, Action<long>? accepts = null) =>
        App.Get<ConfigurationStore>().ApplyAsync(AccountId, document, accepts ?? (_ => { }), CancellationToken.None);

    public Task LogInAsync(int agentId) =>
        App.Get<AgentPresence>().ApplyAsync(
            AccountId,
            agentId,
            _ => new PresenceChange(PresenceStatus.Available, PresenceSource.Api),
            CancellationToken.None
        );

    /// <summary>The document of what is stored, read by a process that knows nothing yet.</summary>
    public async Task<Configuration> StoredAsync(string connectionString, TimeProvider time)
    {
        var fresh = AppServices.Create(connectionString, Prefix, time);
        return Configuration.Of(await ReadAsync(fresh));
    }

    public static string Text(Configuration document) => JsonSerializer.Serialize(document, DirectoryJson.Options);

    /// <summary>Every live row and index row is what the directory and presence call for.</summary>
    public async Task AssertFollowedAsync()
    {
        var (directory, live) = (await ReadAsync(), App.Get<LiveTable>());
        var states = await live.RangeAsync<AgentState>(AccountId, LiveKeys.Agents, CancellationToken.None)
            .Select(row => row.Value).ToListAsync();
        Assert.Equal(directory.All<Agent>().Select(agent => agent.Id).Order(), states.Select(state => state.AgentId));
        Assert.All(
            states,
            state => Assert.Equivalent(state.Follow(directory, directory.Agent(state.AgentId)!), state, strict: true)
        );
        var keys = new List<string>();
        await foreach (var key in live.KeysAsync(AccountId, LiveKeys.ServingIndex, CancellationToken.None)) keys.Add(key);
        Assert.Equal(states.SelectMany(ServingIndex.RowKeys).Order(StringComparer.Ordinal), keys);
    }
}

/// <summary>Counts storage calls and the bytes that they read, and does something before some of them.</summary>
internal sealed class WatchPolicy : HttpPipelinePolicy
{
    public int Calls { get; private set; }

    public int Transactions { get; private set; }

    public int BytesRead { get; private set; }

    /// <summary>What happens before a call, by its address with everything unescaped.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Runs once, before the transaction that comes after <paramref name="number"/> others from now on.</summary>
    public void BeforeTransaction(int number, Func<Task> act)
    {
        var from = Transactions;
        Before = async address =>
        {
            if (!address.Contains("$batch", StringComparison.Ordinal) || Transactions - from < number) return;
            Before = null;
            await act();
        };
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var address = Uri.UnescapeDataString(message.Request.Uri.ToString());
        if (Before is { } act) await act(address);
        Calls++;
        if (address.Contains("$batch", StringComparison.Ordinal)) Transactions++;
        await ProcessNextAsync(message, pipeline);
        BytesRead += message.Response.Content.ToMemory().Length;
    }
}

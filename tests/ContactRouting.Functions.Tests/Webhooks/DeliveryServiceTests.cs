using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>
/// A process's deliveries over a real Azurite to real receivers. The clock stands still, so that a call that hangs does so
/// to the end of the test.
/// </summary>
[Trait("Category", "Slow")]
public sealed class DeliveryServiceTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime, IDisposable
{
    private const int Many = 100;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CallbackReceiver healthy = new();
    private readonly BrokenPolicy broken = new();
    private IServiceProvider app = null!;

    public Task InitializeAsync()
    {
        app = AppServices.Create(
            azurite.ConnectionString,
            $"t{Guid.NewGuid():n}",
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(broken, HttpPipelinePosition.PerCall))]
        );
        return app.Get<DeliveryService>().StartAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => app.Get<DeliveryService>().StopAsync(CancellationToken.None);

    public void Dispose() => healthy.Dispose();

    [Theory]
    [InlineData("one receiver of one account with thousands of agents")]
    [InlineData("many hosts of one account")]
    [InlineData("one host of many accounts")]
    public async Task Healthy_callback_arrives_while_all_of_many_others_hang(string others)
    {
        using var hanging = new HangingReceivers(others == "many hosts of one account" ? Many : 1);
        var accounts = await Task.WhenAll(
            Enumerable.Range(0, others == "one host of many accounts" ? Many : 1).Select(_ => app.CreateAccountAsync())
        );
        var agents = accounts.SelectMany(account => Enumerable.Range(1, Many / accounts.Length).Select(agent => (account, agent))).ToList();
        foreach (var chunk in agents.Chunk(20)) await SubscribeAsync(chunk, agent => hanging.Urls[(agent - 1) % hanging.Urls.Count]);
        await Task.WhenAll(agents.Select(agent => LogInAsync(agent.account, agent.agent)));
        await Eventually.IsTrueAsync("as many calls hang as may be under way", () => Task.FromResult(
            hanging.Calls == (others == "many hosts of one account" ? DeliveryQueue.MostOfAccount : DeliveryQueue.MostAtHost)
        ));
        if (others == "one receiver of one account with thousands of agents")
        {
            for (var agent = 1000; agent < 3000; agent++) app.Get<DeliveryQueue>().Announce(accounts[0], [Subject.Agent(agent).Key]);
        }

        var own = await app.CreateAccountAsync();
        await SubscribeAsync([(own, 1)], _ => healthy.Origin);
        await LogInAsync(own, 1);
        await healthy.ReceivedAsync(1);
        Assert.InRange(hanging.Calls, DeliveryQueue.MostAtHost, DeliveryQueue.MostOfAccount);
    }

    [Fact]
    public async Task Healthy_host_has_its_turn_at_once_while_three_others_of_its_account_hang()
    {
        using var hanging = new HangingReceivers(3);
        var (account, agents) = (await app.CreateAccountAsync(), Enumerable.Range(1, Many).ToList());
        foreach (var chunk in agents.Chunk(20)) await SubscribeAsync(chunk.Select(id => (account, id)), id => hanging.Urls[id % 3]);
        await Task.WhenAll(agents.Select(agent => LogInAsync(account, agent)));

        // Each has a quarter of the places at least, and some are left.
        await Eventually.IsTrueAsync("all three hang", () => Task.FromResult(hanging.Calls >= DeliveryQueue.MostOfAccount * 3 / 4));
        var others = Enumerable.Range(Many + 1, 10).ToList();
        await SubscribeAsync(others.Select(agent => (account, agent)), _ => healthy.Origin);
        foreach (var agent in others) await LogInAsync(account, agent);
        await healthy.ReceivedAsync(others.Count);
        Assert.InRange(hanging.Calls, DeliveryQueue.MostOfAccount * 3 / 4, DeliveryQueue.MostOfAccount - 1);
    }

    [Fact]
    public async Task Url_that_hangs_holds_up_no_other_url_of_its_agent()
    {
        using var hanging = new HangingReceivers(1);
        var account = await app.CreateAccountAsync();
        await SubscribeAsync([(account, 1)], _ => hanging.Urls[0]);
        await SubscribeAsync([(account, 1)], _ => healthy.Origin);
        for (var login = 1; login <= 3; login++)
        {
            await LogInAsync(account, 1);
            await ChangeAsync(account, 1, PresenceStatus.LoggedOut);
            await healthy.ReceivedAsync(login);
        }
        Assert.Equal(1, hanging.Calls);
    }

    [Fact]
    public async Task Storage_call_that_is_cancelled_ends_no_other_delivery()
    {
        var (first, second) = (await app.CreateAccountAsync(), await app.CreateAccountAsync());
        foreach (var account in new[] { first, second }) await SubscribeAsync([(account, 1)], _ => healthy.Origin);
        broken.Partition = LiveTable.Partition(first);
        app.Get<DeliveryQueue>().Announce(first, [Subject.Agent(1).Key]);
        await Eventually.IsTrueAsync("the first account's read is cancelled", () => Task.FromResult(broken.Partition is null));
        await LogInAsync(second, 1);
        await healthy.ReceivedAsync(1);
    }

    [Fact]
    public async Task Mended_url_is_called_at_the_next_tick_although_the_old_one_failed()
    {
        var account = await app.CreateAccountAsync();
        await SubscribeAsync([(account, 1)], _ => healthy.Origin + "/wrong");
        healthy.Answer = call => call.PathAndQuery.StartsWith("/wrong", StringComparison.Ordinal) ? 404 : 200;
        await LogInAsync(account, 1);
        await Eventually.IsTrueAsync("the failure is written", async () => await AttemptsAsync() == 1);
        await app.Get<DirectoryStore>().ChangeAsync(
            account,
            edit => edit.Put(edit.Directory.CallbacksOf(1).Single() with { Url = healthy.Origin + "/right" }),
            CancellationToken.None
        );
        await app.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        await healthy.ReceivedAsync(2);
        Assert.StartsWith("/right", healthy.Calls[^1].PathAndQuery, StringComparison.Ordinal);

        async Task<int> AttemptsAsync()
        {
            var rows = app.Get<LiveTable>().RangeAsync<OutboxEntry>(account, LiveKeys.Outbox, CancellationToken.None);
            return (await rows.FirstOrDefaultAsync())?.Value.Attempts ?? 0;
        }
    }

    [Fact]
    public async Task Calls_that_fail_when_their_account_is_gone_are_nothing_to_report()
    {
        var reports = new Reports();
        app.Get<ILoggerFactory>().AddProvider(reports);
        var (account, other) = (await app.CreateAccountAsync(), await app.CreateAccountAsync());
        var gone = new TaskCompletionSource();
        healthy.Hold = _ => gone.Task;
        healthy.Answer = _ => 500;
        foreach (var owner in new[] { account, other })
        {
            await SubscribeAsync(Enumerable.Range(1, 5).Select(agent => (owner, agent)), _ => healthy.Origin);
            for (var agent = 1; agent <= 5; agent++) await LogInAsync(owner, agent);
        }
        await healthy.ReceivedAsync(10);
        await app.Get<AccountRemoval>().RemoveAsync(account, CancellationToken.None);
        gone.SetResult();

        // What fails at an account that is there is reported, so that what is not was seen as well.
        await Eventually.IsTrueAsync("the other account's failures are reported", () => Task.FromResult(reports.Of(other) == 5));
        await app.Get<DeliveryService>().StopAsync(CancellationToken.None);
        Assert.Equal(0, reports.Of(account));
    }

    private Task<bool[]> SubscribeAsync(IEnumerable<(int Account, int Agent)> agents, Func<int, string> urlOf) =>
        Task.WhenAll(agents.GroupBy(agent => agent.Account, agent => agent.Agent).Select(account =>
            app.Get<DirectoryStore>().ChangeAsync(account.Key, edit =>
            {
                foreach (var id in account)
                {
                    if (edit.Directory.Agent(id) is null)
                        edit.Put(new Agent { Id = id, ExternalId = $"AG_{id:D16}", Name = $"a{id}-{account.Key}" });
                    edit.Put(
                        new Callback
                        {
                            Id = edit.TakeId(),
                            AgentId = id,
                            Url = urlOf(id),
                        }
                    );
                }
                return true;
            }, CancellationToken.None)
        ));

    private Task<PresenceOutcome> LogInAsync(int account, int agent) => ChangeAsync(account, agent, PresenceStatus.Available);

    private async Task<PresenceOutcome> ChangeAsync(int account, int agent, PresenceStatus status)
    {
        var change = new PresenceChange(status, PresenceSource.Phone);
        return (await app.Get<AgentPresence>().ApplyAsync(account, agent, _ => change, CancellationToken.None)).Outcome;
    }

    /// <summary>Warnings and errors, by the account that they name.</summary>
    private sealed class Reports : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> messages = [];

        public int Of(int account) => messages.Count(message => message.Contains($"ccount {account}", StringComparison.Ordinal));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel)) messages.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Servers that take every connection and never answer.</summary>
    private sealed class HangingReceivers : IDisposable
    {
        private readonly List<TcpListener> listeners;
        private readonly List<Socket> connections = [];

        public HangingReceivers(int count)
        {
            listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
            foreach (var listener in listeners)
            {
                listener.Start();
                _ = AcceptAsync(listener);
            }
        }

        public IReadOnlyList<string> Urls => [.. listeners.Select(listener => $"http://{listener.LocalEndpoint}/")];

        public int Calls
        {
            get
            {
                lock (connections) return connections.Count;
            }
        }

        public void Dispose()
        {
            foreach (var listener in listeners) listener.Dispose();
            lock (connections) connections.ForEach(connection => connection.Dispose());
        }

        private async Task AcceptAsync(TcpListener listener)
        {
            try
            {
                while (true)
                {
                    var connection = await listener.AcceptSocketAsync();
                    lock (connections) connections.Add(connection);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The end of the test.
            }
        }
    }

    /// <summary>Breaks the next read of an account's rows as a call does that runs out of time.</summary>
    private sealed class BrokenPolicy : HttpPipelineSynchronousPolicy
    {
        public string? Partition { get; set; }

        public override void OnSendingRequest(HttpMessage message)
        {
            if (Partition is not { } partition || !message.Request.Uri.Query.Contains(partition, StringComparison.Ordinal)) return;
            Partition = null;
            throw new TaskCanceledException("The operation was cancelled because it exceeded the configured timeout.");
        }
    }
}

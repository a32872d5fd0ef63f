using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>Deliveries over a real Azurite to a real receiver, by a clock that the test moves.</summary>
[Trait("Category", "Slow")]
public sealed class WebhookDispatcherTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CallbackReceiver receiver = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private IServiceProvider app = null!;
    private DeliveryTarget target;
    private int agentId;

    // The sequence that the agent's first event follows.
    private long before;

    public async Task InitializeAsync()
    {
        app = NewInstance();
        var accountId = await app.CreateAccountAsync();
        var agent = await app.Get<DirectoryStore>()
            .ChangeAsync(
                accountId,
                edit => edit.Add(new Agent { DisplayName = "John", Address = "000*094@ringme.ru" }),
                CancellationToken.None
            );
        agentId = agent.Id;
        target = new DeliveryTarget(accountId, Subject.Agent(agentId).Key);
        var state = await app.Get<LiveTable>().FindAsync<AgentState>(accountId, AgentState.RowKey(agent.Id), CancellationToken.None);
        before = state!.Value.Sequence;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task Failed_call_is_repeated_with_growing_pauses_in_order_and_under_the_same_id()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/out");
        receiver.Answer = call => call.PathAndQuery.StartsWith("/in", StringComparison.Ordinal) ? 500 : 200;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        await ChangeAsync(PresenceStatus.Available);

        var start = time.GetUtcNow();
        var pauses = new List<double>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var again = (await DeliverAsync())!.Value;
            Assert.Equal(again, await DeliverAsync());
            pauses.Add((again - time.GetUtcNow()).TotalSeconds);
            time.SetUtcNow(again);
        }
        Assert.Equal([5, 10, 20, 40], pauses.Select(pause => pause switch { < 6 => 5, < 12 => 10, < 24 => 20, _ => 40 }));
        receiver.Answer = _ => 200;
        Assert.Null(await DeliverAsync());

        var logins = receiver
            .Calls.Where(call => call.PathAndQuery.StartsWith("/in", StringComparison.Ordinal))
            .Select(call => call.EventId)
            .ToList();
        Assert.Equal(6, logins.Count);
        Assert.Single(logins.Take(5).Distinct());
        Assert.NotEqual(logins[0], logins[5]);
        Assert.Single(receiver.Calls, call => call.PathAndQuery.StartsWith("/out", StringComparison.Ordinal));
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task After_a_day_an_event_is_a_dead_letter_and_the_next_has_its_turn()
    {
        var subscription = await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        receiver.Answer = _ => 503;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        while (time.GetUtcNow() < DateTimeOffset.UtcNow.AddHours(23)) time.SetUtcNow((await DeliverAsync())!.Value);
        await ChangeAsync(PresenceStatus.Available);
        time.Advance(TimeSpan.FromHours(1.5));
        Assert.NotNull(await DeliverAsync());
        receiver.Answer = _ => 200;
        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await DeliverAsync());

        var letter = Assert.Single(await DeadLettersAsync());
        Assert.Equal(
            (new Receiver(ReceiverKind.Callback, subscription).Key, "answered 503", before + 1),
            (letter.Receiver, letter.Reason, letter.Entry.Event.Sequence)
        );
        Assert.Equal(receiver.Calls.Count(call => call.EventId == letter.Entry.Event.Id), letter.Entry.Attempts);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task Events_and_how_they_were_told_are_kept_for_a_week()
    {
        var wish = new Subscription { Url = receiver.Origin, EventTypes = ["agent.*"] };
        var (accountId, none) = (target.AccountId, CancellationToken.None);
        var subscription = await app.Get<DirectoryStore>()
            .ChangeAsync(accountId, edit => edit.Put(wish with { Id = edit.TakeId() }), none);
        await ChangeAsync(PresenceStatus.Available);
        Assert.Null(await DeliverAsync());
        time.Advance(TimeSpan.FromSeconds(61));
        await app.Get<AccountVisits>().SweepAsync(none);
        Assert.Equal((true, 1), await KeptAsync());

        time.Advance(TimeSpan.FromDays(9));
        await ChangeAsync(PresenceStatus.LoggedOut);
        await app.Get<AccountVisits>().SweepAsync(none);
        Assert.Equal((false, 0), await KeptAsync());

        async Task<(bool Events, int Deliveries)> KeptAsync()
        {
            var events = await app.Get<EventHistory>().ListAsync(accountId, null, 100, none);
            var (deliveries, _) = await app.Get<DeliveryLog>().ListAsync(accountId, subscription.Id, null, 100, none);
            return (events.Events.Count > 0, deliveries.Count);
        }
    }

    [Fact]
    public async Task Several_instances_keep_the_order_and_tell_each_event_once()
    {
        for (var number = 0; number < 3; number++)
        {
            await SubscribeAsync(CallbackEvent.AgentLogin, $"/s{number}?");
            await SubscribeAsync(CallbackEvent.AgentLogout, $"/s{number}?");
        }
        var instances = Enumerable.Range(0, 3).Select(_ => NewInstance()).ToList();
        var changing = true;
        var deliveries = instances.Select(async instance =>
        {
            while (Volatile.Read(ref changing)) await DeliverAsync(instance);
        }).ToList();
        for (var round = 0; round < 10; round++)
        {
            await ChangeAsync(PresenceStatus.Available);
            await ChangeAsync(PresenceStatus.LoggedOut);
        }
        Volatile.Write(ref changing, false);
        await Task.WhenAll(deliveries);
        Assert.Null(await DeliverAsync());

        for (var number = 0; number < 3; number++)
        {
            var calls = CallsTo($"/s{number}?");
            Assert.Equal(20, calls.Select(call => call.EventId).Distinct().Count());
            Assert.Equal(
                Enumerable.Range(0, 20).Select(turn => turn % 2 == 0 ? "available" : "logged_out"),
                calls.Select(call => call.PathAndQuery.Split('=', '&')[1])
            );
        }
        Assert.Equal(CallsTo("/s0?").Select(call => call.EventId), CallsTo("/s1?").Select(call => call.EventId));
    }

    [Fact]
    public async Task Subscription_hears_nothing_from_before_it_and_nothing_after_its_end()
    {
        var first = await SubscribeAsync(CallbackEvent.AgentLogin, "/first");
        receiver.Answer = _ => 500;
        await ChangeAsync(PresenceStatus.Available);
        await DeliverAsync();
        await SubscribeAsync(CallbackEvent.AgentLogin, "/second");
        await RemoveAsync(first);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await DeliverAsync());
        Assert.Single(receiver.Calls);
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task Lease_of_an_instance_that_died_is_taken_over_after_its_time()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await ChangeAsync(PresenceStatus.Available);
        var hanging = new TaskCompletionSource();
        receiver.Hold = _ => hanging.Task;
        using var death = new CancellationTokenSource();
        var dying = RunAsync(NewInstance(), death.Token);
        await receiver.ReceivedAsync(1);
        await death.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying);

        receiver.Hold = _ => Task.CompletedTask;
        var again = (await DeliverAsync())!.Value;
        Assert.Single(receiver.Calls);
        time.SetUtcNow(again);
        Assert.Null(await DeliverAsync());
        Assert.Equal(2, receiver.Calls.Count);
    }

    [Fact]
    public async Task Failed_call_holds_back_what_another_subscription_brings_to_the_same_url_and_no_other_url()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/same");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/same#whatever", CallbackMethod.Post);
        await SubscribeAsync(CallbackEvent.AgentLogout, "/other");
        receiver.Answer = call => call.PathAndQuery.StartsWith("/same", StringComparison.Ordinal) ? 500 : 200;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var again = await DeliverAsync();
            Assert.Equal(Enumerable.Repeat("GET", attempt), CallsTo("/same").Select(call => call.Method));
            Assert.Single(CallsTo("/other"));
            time.SetUtcNow(again!.Value);
        }
        receiver.Answer = _ => 200;
        Assert.Null(await DeliverAsync());
        Assert.Equal(["GET", "GET", "GET", "GET", "POST"], CallsTo("/same").Select(call => call.Method));
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task Event_that_is_dead_holds_nothing_back_any_more()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/same");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/same", CallbackMethod.Post);
        receiver.Answer = call => call.Method == "GET" ? 500 : 200;
        await ChangeAsync(PresenceStatus.Available);
        await DeliverAsync();
        time.Advance(TimeSpan.FromHours(1));
        await ChangeAsync(PresenceStatus.LoggedOut);
        time.Advance(TimeSpan.FromHours(22));
        Assert.NotNull(await DeliverAsync());
        Assert.DoesNotContain(receiver.Calls, call => call.Method == "POST");
        time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await DeliverAsync());
        Assert.Equal("POST", receiver.Calls[^1].Method);
        Assert.Equal(before + 1, Assert.Single(await DeadLettersAsync()).Entry.Event.Sequence);
    }

    [Fact]
    public async Task Subscription_takes_what_waits_along_to_its_new_url_before_what_waits_there()
    {
        var login = await SubscribeAsync(CallbackEvent.AgentLogin, "/old");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/new", CallbackMethod.Post);
        receiver.Answer = _ => 500;
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        await DeliverAsync();
        await RedirectAsync(login, "/new");
        receiver.Answer = _ => 200;

        // The new URL has not failed the login, and answers again, so that nothing is waited for.
        Assert.Null(await DeliverAsync());
        Assert.Equal(["POST", "GET", "POST"], CallsTo("/new").Select(call => call.Method));
        Assert.Single(CallsTo("/old"));
        Assert.Empty(await DeadLettersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deleted_subscription_holds_nothing_back(bool duringTheCall)
    {
        var login = await SubscribeAsync(CallbackEvent.AgentLogin, "/same");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/same", CallbackMethod.Post);
        await ChangeAsync(PresenceStatus.Available);
        await ChangeAsync(PresenceStatus.LoggedOut);
        receiver.Answer = call => call.Method == "GET" ? 500 : 200;
        if (duringTheCall) receiver.Hold = call => call.Method == "GET" ? RemoveAsync(login) : Task.CompletedTask;
        await DeliverAsync();
        if (!duringTheCall) await RemoveAsync(login);
        Assert.Null(await DeliverAsync());
        Assert.Equal(["GET", "POST"], receiver.Calls.Select(call => call.Method));
        Assert.Empty(await OutboxAsync());
        Assert.Empty(await DeadLettersAsync());
    }

    [Fact]
    public async Task Process_that_dies_after_any_storage_call_leaves_order_and_events_to_the_next()
    {
        var dying = new DyingPolicy();
        var mortal = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
        );
        await SubscribeAsync(CallbackEvent.AgentLogin, "/both?");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/both?");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/one?");
        var deaths = 0;
        for (var died = true; died; deaths++)
        {
            Assert.InRange(deaths, 0, 50);
            var before = receiver.Calls.Count;
            await ChangeAsync(PresenceStatus.Available);
            await ChangeAsync(PresenceStatus.LoggedOut);
            dying.DieAfter(deaths);
            await Record.ExceptionAsync(() => DeliverAsync(mortal));
            died = dying.Died;
            dying.DieAfter(int.MaxValue);

            time.Advance(TimeSpan.FromSeconds(31));
            Assert.Null(await DeliverAsync());
            var calls = receiver.Calls.Skip(before).ToList();
            Assert.Equal(["available", "logged_out"], Told(calls, "/both?"));
            Assert.Equal(["logged_out"], Told(calls, "/one?"));
            Assert.Empty(await OutboxAsync());
        }
        Assert.True(deaths > 5, $"{deaths} deaths");

        // What a URL was told, without the repetitions of the last.
        static IEnumerable<string> Told(IEnumerable<ReceivedCall> calls, string path)
        {
            var told = calls.Where(call => call.PathAndQuery.StartsWith(path, StringComparison.Ordinal)).ToList();
            return told.Where((call, index) => index == 0 || told[index - 1].EventId != call.EventId)
                .Select(call => call.PathAndQuery.Split('=', '&')[1]);
        }
    }

    /// <summary>A process that starts beside many failures would read each of them.</summary>
    [Fact]
    public async Task What_rests_is_known_from_a_visit_alone()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        receiver.Answer = _ => 500;
        await ChangeAsync(PresenceStatus.Available);
        var again = (await DeliverAsync())!.Value;
        var other = NewInstance();
        await other.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        Assert.False(other.Get<DeliveryQueue>().Turns.TryRead(out _));
        time.SetUtcNow(again);
        await other.Get<AccountVisits>().SweepAsync(CancellationToken.None);
        Assert.True(other.Get<DeliveryQueue>().Turns.TryRead(out var turn));
        Assert.Equal(Delivery.Look(target), turn.Delivery);
    }

    [Fact]
    public async Task Backlog_leaves_others_their_turn()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        for (var round = 0; round < WebhookDispatcher.MostCallsInARow + 1; round++)
        {
            await ChangeAsync(PresenceStatus.Available);
            await ChangeAsync(PresenceStatus.LoggedOut);
        }
        var view = await app.Get<WebhookDispatcher>().LookAsync(target, CancellationToken.None);
        var lane = Assert.Single(view!.Due(time.GetUtcNow(), hurried: false));
        Assert.True((await app.Get<WebhookDispatcher>().RunAsync(lane, CancellationToken.None)).HasMore);
        Assert.Equal(WebhookDispatcher.MostCallsInARow, receiver.Calls.Count);
        Assert.Null(await DeliverAsync());
        Assert.Equal(WebhookDispatcher.MostCallsInARow + 1, receiver.Calls.Count);
    }

    [Fact]
    public async Task Url_that_cannot_be_called_is_a_failure_like_any_other()
    {
        // As steps, since no edit takes it.
        var uncallable = new Callback { Id = 999, AgentId = agentId, Url = "http://\u202e/" };
        await app.Get<DirectoryStore>()
            .ChangeInStepsAsync(target.AccountId, (_, _) => [DirectoryStep.Put(uncallable)], CancellationToken.None);
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await ChangeAsync(PresenceStatus.Available);
        Assert.NotNull(await DeliverAsync());
        Assert.Single(receiver.Calls);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await DeliverAsync());
        Assert.Single(receiver.Calls);
        Assert.Equal("has a URL that leads nowhere", Assert.Single(await DeadLettersAsync()).Reason);
    }

    [Fact]
    public async Task Account_that_is_being_removed_has_nothing_to_deliver()
    {
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await ChangeAsync(PresenceStatus.Available);
        var head = await app.Get<LiveTable>().FindAsync<DirectoryHead>(target.AccountId, LiveKeys.Head, CancellationToken.None);
        var removal = new Batch(LiveTable.Partition(target.AccountId));
        removal.Replace(LiveKeys.Head, head!.Value with { DeletingSince = time.GetUtcNow() }, head.ETag);
        await app.Get<LiveTable>().CommitAsync(target.AccountId, removal, null, CancellationToken.None);
        Assert.Null(await DeliverAsync());
        Assert.Empty(receiver.Calls);
    }

    /// <summary>It might end when somebody else has the lease, and has gone on to later events.</summary>
    [Fact]
    public async Task No_call_begins_that_might_not_end_within_its_lease()
    {
        var slow = new SlowPolicy(time);
        var pipeline = new HttpPipelineConfiguration(options => options.AddPolicy(slow, HttpPipelinePosition.PerCall));
        var instance = AppServices.Create(azurite.ConnectionString, prefix, time, [pipeline]);
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await ChangeAsync(PresenceStatus.Available);
        slow.Pause = WebhookDispatcher.LeaseLife - TimeSpan.FromSeconds(9);
        await RunAsync(instance, CancellationToken.None);
        Assert.Empty(receiver.Calls);
        time.Advance(TimeSpan.FromSeconds(9));
        slow.Pause = TimeSpan.FromSeconds(9);
        Assert.Null(await DeliverAsync(instance));
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Lease_that_one_slow_call_of_the_storage_used_up_is_renewed()
    {
        var slow = new SlowPolicy(time) { Pause = WebhookDispatcher.LeaseLife - TimeSpan.FromSeconds(9), Left = 1 };
        var pipeline = new HttpPipelineConfiguration(options => options.AddPolicy(slow, HttpPipelinePosition.PerCall));
        var instance = AppServices.Create(azurite.ConnectionString, prefix, time, [pipeline]);
        await SubscribeAsync(CallbackEvent.AgentLogin, "/in");
        await ChangeAsync(PresenceStatus.Available);
        Assert.Null(await DeliverAsync(instance));
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Callback_costs_three_reads_and_two_transactions()
    {
        var counter = new Counter();
        var counted = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(counter, HttpPipelinePosition.PerCall))]
        );
        await SubscribeAsync(CallbackEvent.AgentLogin, "/same");
        await SubscribeAsync(CallbackEvent.AgentLogout, "/same");
        await ChangeAsync(PresenceStatus.Available);
        Assert.Null(await DeliverAsync(counted));
        await ChangeAsync(PresenceStatus.LoggedOut);
        counter.Reset();
        Assert.Null(await DeliverAsync(counted));
        Assert.Equal((3, 2), counter.Calls);
        Assert.Equal(2, receiver.Calls.Count);
    }

    private IServiceProvider NewInstance() => AppServices.Create(azurite.ConnectionString, prefix, time);

    /// <summary>Delivers what is due now.</summary>
    /// <returns>When there is more; null where nothing is left.</returns>
    private async Task<DateTimeOffset?> DeliverAsync(IServiceProvider? instance = null)
    {
        DateTimeOffset? again;
        do again = await RunAsync(instance ?? app, CancellationToken.None);
        while (again == time.GetUtcNow());
        return again;
    }

    /// <summary>Looks once, and calls what is due then.</summary>
    private async Task<DateTimeOffset?> RunAsync(IServiceProvider instance, CancellationToken cancellationToken)
    {
        var dispatcher = instance.Get<WebhookDispatcher>();
        if (await dispatcher.LookAsync(target, cancellationToken) is not { } view) return null;
        var due = view.Due(time.GetUtcNow(), hurried: false);
        var outcomes = await Task.WhenAll(due.Select(lane => dispatcher.RunAsync(lane, cancellationToken)));
        return outcomes.Any(outcome => outcome.HasMore)
            ? time.GetUtcNow()
            : outcomes.Select(outcome => outcome.RestsUntil).Concat(view.Lanes.Except(due).Select(lane => lane.RestsUntil)).Min()
                ?? time.GetUtcNow() + WebhookDispatcher.LeaseLife;
    }

    private async Task<PresenceOutcome> ChangeAsync(PresenceStatus status)
    {
        var change = new PresenceChange(status, PresenceSource.Phone);
        return (await app.Get<AgentPresence>().ApplyAsync(target.AccountId, agentId, _ => change, CancellationToken.None)).Outcome;
    }

    private Task<int> SubscribeAsync(CallbackEvent type, string path, CallbackMethod method = CallbackMethod.Get) =>
        ChangeDirectoryAsync(edit =>
            edit.Put(
                new Callback
                {
                    Id = edit.TakeId(),
                    AgentId = agentId,
                    EventType = type,
                    Method = method,
                    Url = receiver.Origin + path,
                }
            ).Id
        );

    private Task<Callback> RedirectAsync(int subscription, string path) =>
        ChangeDirectoryAsync(edit => edit.Put(edit.Directory.Callback(subscription)! with { Url = receiver.Origin + path }));

    private Task<bool> RemoveAsync(int subscription) => ChangeDirectoryAsync(edit =>
    {
        edit.Remove(edit.Directory.Callback(subscription)!);
        return true;
    });

    private Task<T> ChangeDirectoryAsync<T>(Func<DirectoryEdit, T> change) =>
        app.Get<DirectoryStore>().ChangeAsync(target.AccountId, change, CancellationToken.None);

    private List<ReceivedCall> CallsTo(string path) =>
        [.. receiver.Calls.Where(call => call.PathAndQuery.StartsWith(path, StringComparison.Ordinal))];

    private async Task<List<DeadLetter>> DeadLettersAsync()
    {
        var letters = new List<DeadLetter>();
        await foreach (var entity in app.ClientOf(Tables.DeadLettersName).QueryAsync<TableEntity>())
            letters.Add(RowCodec.Read<DeadLetter>(entity).Value);
        return letters;
    }

    private async Task<List<string>> OutboxAsync()
    {
        var keys = new List<string>();
        await foreach (var key in app.Get<LiveTable>().KeysAsync(target.AccountId, LiveKeys.Outbox, CancellationToken.None))
            keys.Add(key);
        return keys;
    }

    /// <summary>Takes its time for a transaction.</summary>
    private sealed class SlowPolicy(FakeTimeProvider time) : HttpPipelineSynchronousPolicy
    {
        public TimeSpan Pause { get; set; }

        /// <summary>How many writes are slow still.</summary>
        public int Left { get; set; } = int.MaxValue;

        public override void OnReceivedResponse(HttpMessage message)
        {
            if (message.Request.Method == RequestMethod.Post && Left-- > 0) time.Advance(Pause);
        }
    }

    /// <summary>Counts reads, and all else.</summary>
    private sealed class Counter : HttpPipelineSynchronousPolicy
    {
        private int reads;
        private int writes;

        public (int Reads, int Writes) Calls => (reads, writes);

        public void Reset() => (reads, writes) = (0, 0);

        public override void OnSendingRequest(HttpMessage message) =>
            Interlocked.Increment(ref message.Request.Method == RequestMethod.Get ? ref reads : ref writes);
    }
}

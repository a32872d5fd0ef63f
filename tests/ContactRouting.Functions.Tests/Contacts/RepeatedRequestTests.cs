using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.OwnApi;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>A request with a key that comes again, wherever the first one was cut off.</summary>
[Trait("Category", "Slow")]
public sealed class RepeatedRequestTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly LostAnswer lost = new();
    private IServiceProvider app = null!;
    private int accountId;

    public async Task InitializeAsync()
    {
        app = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(lost, HttpPipelinePosition.PerRetry))]
        );
        accountId = await app.CreateAccountAsync();
        await app.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
        {
            edit.Put(new Queue { Id = 10, ExternalId = "QU_0000000000000010", Name = $"q10-{accountId}" });
            edit.Put(new Queue { Id = 20, ExternalId = "QU_0000000000000020", Name = $"q20-{accountId}" });
            edit.Put(new Agent { Id = 1, ExternalId = "AG_0000000000000001", Name = $"a1-{accountId}", Queues = [new(10)] });
            edit.Put(new Agent { Id = 2, ExternalId = "AG_0000000000000002", Name = $"a2-{accountId}", Queues = [new(20)] });
            return true;
        }, None);
        foreach (var agent in new[] { 1, 2 })
            await app.Get<AgentPresence>()
                .ApplyAsync(accountId, agent, _ => new PresenceChange(PresenceStatus.Available, PresenceSource.Api), None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Insert_of_the_key_whose_answer_is_lost_is_the_requests_own()
    {
        lost.Next(request => request.Uri.Path.EndsWith("Idempotency", StringComparison.Ordinal));
        Assert.Equal("done", await RunAsync(app, "key", _ => Task.FromResult("done")));
        Assert.True(lost.Happened);
        Assert.Equal("done", await RunAsync(app, "key", _ => Task.FromResult("done again")));
    }

    [Fact]
    public async Task Subscription_its_next_secret_and_its_ping_are_made_once_wherever_the_first_request_was_cut_off()
    {
        const string Wish = """{"url":"https://example.com/","eventTypes":["*"]}""";
        var dying = new DyingPolicy();
        var mortal = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
        );
        var subscription = "";
        await DieEverywhereAsync("create", (instance, request) =>
            instance.Get<SubscriptionResource>().CreateAsync(accountId, request, None), async created =>
        {
            subscription = created.GetProperty("id").ToString();
            var stored = (await app.Get<DirectoryStore>().GetAsync(accountId, None)).Subscriptions.Select(one => $"{one.Id}").ToList();
            Assert.Equal([subscription], stored);
            Assert.Equal([created.GetProperty("secret").GetString()!], await SecretsAsync());
            await app.Get<SubscriptionResource>().DeleteAsync(accountId, subscription, None);
        });

        // By the mortal, who then knows the directory: each rotation makes the same calls.
        var made = await RunAsync(mortal, "made", request =>
            mortal.Get<SubscriptionResource>().CreateAsync(accountId, request, None), Wish);
        subscription = made.GetProperty("id").ToString();
        var before = made.GetProperty("secret").GetString()!;
        await DieEverywhereAsync("rotate", (instance, request) =>
            instance.Get<SubscriptionResource>().RotateSecretAsync(accountId, subscription, request, None), async rotated =>
        {
            var secret = rotated.GetProperty("secret").GetString()!;
            Assert.Equal([secret, before], await SecretsAsync());
            before = secret;
        });
        await DieEverywhereAsync("ping", (instance, request) =>
            instance.Get<SubscriptionResource>().PingAsync(accountId, subscription, request, None), async pinged =>
        {
            var live = app.Get<LiveTable>();
            var pings = Outbox.Prefix(Subject.Subscription(int.Parse(subscription, CultureInfo.InvariantCulture)).Key);
            var told = await live.RangeAsync<OutboxEntry>(accountId, pings, None).ToListAsync();
            Assert.All(told, row => Assert.Equal(pinged.GetProperty("eventId").GetString(), row.Value.Event.Id));
            await live.DeleteAsync(accountId, told.Select(row => row.Key), None);
        });

        Task<IReadOnlyList<string>> SecretsAsync() => AppServices.Create(azurite.ConnectionString, prefix, time)
            .Get<SubscriptionStates>().SecretsAsync(accountId, int.Parse(subscription, CultureInfo.InvariantCulture), None);

        async Task DieEverywhereAsync(
            string key,
            Func<IServiceProvider, HttpRequest, Task<Reply>> make,
            Func<JsonElement, Task> verifyRepetition
        )
        {
            for (var (calls, died) = (1, true); died; calls++)
            {
                Assert.InRange(calls, 1, 100);
                dying.DieAfter(calls);
                died = await Record.ExceptionAsync(() =>
                    RunAsync(mortal, $"{key}{calls}", request => make(mortal, request), Wish)) is not null;
                dying.DieAfter(int.MaxValue);
                time.Advance(TimeSpan.FromSeconds(61));
                await verifyRepetition(await RunAsync(app, $"{key}{calls}", request => make(app, request), Wish));
            }
        }
    }

    [Fact]
    public async Task Request_that_failed_goes_on_as_the_same_operation_at_once_in_its_process_and_after_a_minute_in_another()
    {
        var operations = new List<string?>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(app, "key", Fail));
        var other = AppServices.Create(azurite.ConnectionString, prefix, time);
        await Assert.ThrowsAsync<DomainException>(() => RunAsync(other, "key", Fail));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(app, "key", Fail));
        time.Advance(TimeSpan.FromSeconds(61));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(other, "key", Fail));
        Assert.Equal(3, operations.Count);
        Assert.Single(operations.Distinct());
        time.Advance(TimeSpan.FromHours(24.5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(other, "key", Fail));
        Assert.Equal(2, operations.Distinct().Count());

        Task<string> Fail(HttpRequest request)
        {
            operations.Add(RepeatableOperation.Of(request));
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Accept_that_comes_again_after_its_commit_is_no_conflict()
    {
        await ArriveAsync("one", null);
        var call = new ContactCall(accountId, "one", "op");
        Assert.Equal(ContactState.Active, (await app.Get<ContactActions>().AcceptAsync(call, 1, None)).State);
        Assert.Equal(ContactState.Active, (await app.Get<ContactActions>().AcceptAsync(call, 1, None)).State);
        await Assert.ThrowsAsync<DomainException>(() =>
            app.Get<ContactActions>().AcceptAsync(call with { Operation = "other" }, 1, None)
        );
    }

    [Fact]
    public async Task Transfer_that_comes_again_leaves_the_guest_with_the_agent_who_has_accepted_meanwhile()
    {
        await ArriveAsync("one", null);
        var call = new ContactCall(accountId, "one", "op");
        var actions = app.Get<ContactActions>();
        await actions.AcceptAsync(new ContactCall(accountId, "one"), 1, None);
        var moved = await app.Get<ContactRouter>().TransferAsync(call, new RoutingTarget(null, 20, null), None);
        Assert.Equal((ContactState.Offered, 2), (moved.State, moved.AgentId));
        await actions.AcceptAsync(new ContactCall(accountId, "one", "accept"), 2, None);
        var again = await app.Get<ContactRouter>().TransferAsync(call, new RoutingTarget(null, 20, null), None);
        Assert.Equal((ContactState.Active, 2), (again.State, again.AgentId));
    }

    [Fact]
    public async Task Arrival_that_comes_again_is_the_same_contact_and_another_request_for_its_id_is_refused()
    {
        var first = await ArriveAsync("one", "op");
        Assert.Equal(first.Sequence, (await ArriveAsync("one", "op")).Sequence);
        await Assert.ThrowsAsync<DomainException>(() => ArriveAsync("one", "another"));
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public async Task Request_ends_with_its_connection_until_it_writes_and_finishes_what_it_began(string method, bool finishes)
    {
        await ArriveAsync("one", null);
        using var connection = new CancellationTokenSource();
        using var life = RequestLife.Begin(connection.Token);
        lost.Before(request => request.Method == RequestMethod.Parse(method), connection.Cancel);
        var accepting = app.Get<ContactActions>().AcceptAsync(new ContactCall(accountId, "one"), 1, connection.Token);
        if (finishes) Assert.Equal(ContactState.Active, (await accepting).State);
        else await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        Assert.Equal(finishes, !life.IsCutOff);
        Assert.Equal(
            finishes ? ContactState.Active : ContactState.Offered,
            (await app.Get<ContactStore>().GetAsync(accountId, "one", None)).Value.State
        );
    }

    private Task<Contact> ArriveAsync(string id, string? operation) =>
        app.Get<ContactRouter>()
            .ArriveAsync(accountId, new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, id, operation), None);

    private async Task<string> RunAsync(IServiceProvider instance, string key, Func<HttpRequest, Task<string>> run) =>
        (await RunAsync(instance, key, async request => Reply.Json(await run(request)))).GetString()!;

    private async Task<JsonElement> RunAsync(IServiceProvider instance, string key, Func<HttpRequest, Task<Reply>> run, string body = "")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/routing/v1/contacts";
        context.Request.Headers[Idempotency.Header] = key;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var reply = await instance
            .Get<Idempotency>()
            .RunAsync($"{accountId}", context.Request, () => run(context.Request), Problem.From, None);
        return JsonSerializer.Deserialize<JsonElement>((await reply.PartsAsync()).Body);
    }

    /// <summary>Loses the answer to one write, so that the client sends it again.</summary>
    private sealed class LostAnswer : HttpPipelinePolicy
    {
        private Func<Request, bool>? fits;
        private (Func<Request, bool> Fits, Action Act)? before;

        public bool Happened { get; private set; }

        public void Next(Func<Request, bool> request) => fits = request;

        /// <summary>Does something once right before a call is sent.</summary>
        public void Before(Func<Request, bool> request, Action act) => before = (request, act);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (before is var (now, act) && now(message.Request))
            {
                before = null;
                act();
            }
            await ProcessNextAsync(message, pipeline);
            if (message.Request.Method != RequestMethod.Post || fits?.Invoke(message.Request) != true) return;
            (fits, Happened) = (null, true);
            throw new IOException("The answer is lost.");
        }
    }
}

using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.OwnApi;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Deployment;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>
/// What each operation costs the storage, warm and with the due mark standing: calls and rows read, with 10, 100 and 1,000
/// agents or waiting contacts. docs/operations.md shows the table; UPDATE_DOCS=1 writes it there.
/// </summary>
[Trait("Category", "Slow")]
public sealed class OperationCostTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const string UpdateDocs = "UPDATE_DOCS";

    private static readonly int[] Sizes = [10, 100, 1000];

    /// <summary>The largest takes a minute to fill, and is measured where the docs are written.</summary>
    private static readonly int Measured = Environment.GetEnvironmentVariable(UpdateDocs) is null ? 2 : 3;

    // At noon: in a day's first hour the figures of the hour before are those of another day, which is one more read.
    private readonly FakeTimeProvider time = new(new DateTimeOffset(DateTime.UtcNow.Date.AddHours(12), TimeSpan.Zero));
    private readonly StorageCounter counter = new();

    [Fact]
    public async Task Operations_cost_what_the_table_in_the_docs_says()
    {
        var cells = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var size in Sizes.Take(Measured))
        {
            foreach (var scenario in Scenarios)
            {
                var world = await World.CreateAsync(NewApps(time), time);
                await scenario(world, size, async (name, run) =>
                {
                    var (calls, rows) = await counter.CostAsync(run);
                    if (!cells.TryGetValue(name, out var known)) cells[name] = known = [];
                    known.Add(string.Create(CultureInfo.InvariantCulture, $"{calls} / {rows:N0}"));
                });
            }
        }
        var lines = cells.Select(operation => $"| {operation.Key} | {string.Join(" | ", operation.Value)} |").ToList();
        var path = Path.Combine(Repository.Root, "docs", "operations.md");
        var text = await File.ReadAllTextAsync(path);
        var start = text.IndexOf("| operation |", StringComparison.Ordinal);
        var end = text.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        if (Measured == Sizes.Length)
        {
            var table = $"| operation | 10 | 100 | 1,000 |\n|---|---|---|---|\n{string.Join('\n', lines)}\n";
            await File.WriteAllTextAsync(path, text[..start] + table + text[end..]);
            return;
        }
        var told = text[start..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2);
        Assert.Equal(lines, told.Select(line => string.Join('|', line.Split('|').Take(2 + Measured)) + "|"));
    }

    [Fact]
    public async Task Many_at_once_know_of_each_other_before_they_collide()
    {
        const int Many = 60;
        var arrivals = await World.CreateAsync(NewApps(TimeProvider.System), time);
        await arrivals.AddAgentsAsync(Many, [10]);
        var before = counter.Calls;
        await Task.WhenAll(Enumerable.Range(0, Many).Select(number => arrivals.ArriveAsync($"c{number}", 10)));
        var eachArrival = (counter.Calls - before) / Many;

        var logins = await World.CreateAsync(NewApps(TimeProvider.System), time);
        await logins.AddAgentsAsync(Many, [10], PresenceStatus.LoggedOut);
        await logins.AddWaitingAsync(Many, 10);
        before = counter.Calls;
        await Task.WhenAll(Enumerable.Range(1, Many).Select(agent => logins.LogInAsync(agent, PresenceStatus.Available)));
        var eachLogin = (counter.Calls - before) / Many;

        foreach (var world in new[] { arrivals, logins })
        {
            var agents = await world.AgentsAsync();
            Assert.Equal(Many, agents.Count(agent => agent.Load.Count == 1));
        }
        Assert.InRange(eachArrival, 1, 12);
        Assert.InRange(eachLogin, 1, 25);
    }

    /// <summary>What is done to accounts of a size; each operation is told by its name and measured.</summary>
    private static List<Func<World, int, Func<string, Func<Task>, Task>, Task>> Scenarios =>
    [
        async (world, size, measure) =>
        {
            await world.AddAgentsAsync(size, [10, 11, 12]);
            await world.LevelsAsync(10, 11, 12);
            await world.ResolveAsync();
            await measure("resolution of 3 queues, agents free in each", world.ResolveAsync);
            await measure("a page of services, one with these 3 queues", world.ServicesAsync);
            await measure("arrival that is offered, agents free", () => world.ArriveAsync("one", 10));
            var first = await world.AgentOfAsync("one");
            await measure("decline, other agents free", () => world.Actions.DeclineAsync(world.One, first, World.None));
            var agent = await world.AgentOfAsync("one");
            await measure("accept", () => world.Actions.AcceptAsync(world.One, agent, World.None));
            await measure("completion, nobody waiting", () => world.Actions.CompleteAsync(world.One, agent, World.None));
            await measure("busy instead of available", () => world.LogInAsync(agent, PresenceStatus.Busy));
            await measure("a login, nobody waiting", () => world.LogInAsync(agent, PresenceStatus.Available));
            await world.SweepAsync();
            await measure("tick, agents logged in, nothing to do", world.SweepAsync);
            await measure("a fresh snapshot after a commit", world.FreshAsync);
        },
        async (world, size, measure) =>
        {
            await world.AddAgentsAsync(size, [10, 13], PresenceStatus.Busy);
            await world.AddWaitingAsync(size, 10);
            await world.AddWaitingAsync(size - 1, 13, "x");
            await measure("a page of 50 contacts by their arrival", () => world.ContactsAsync("limit=50"));
            await measure("a page of 50 that wait in a queue", () => world.ContactsAsync("limit=50&state=queued&queueId=10"));
            await measure(
                "the same with `include=position`",
                () => world.ContactsAsync("limit=50&state=queued&queueId=10&include=position")
            );
            await measure("a page of contacts in a state that none has", () => world.ContactsAsync("state=active"));
            await measure("a page of 50 agents", () => world.ListAgentsAsync("limit=50"));
            await measure("a page of 50 agents of a queue", () => world.ListAgentsAsync("limit=50&queueId=10"));
            await measure("a page of 4 queues, two of them with others waiting", world.QueuesAsync);
            await measure("one queue", () => world.QueueAsync(10));
            await measure("arrival that waits behind others, all agents busy", () => world.ArriveAsync("one", 10));
            await measure("that contact with `include=position`, right behind it", () => world.PositionAsync("one"));
            await measure("the same where the queue has a `maxLength`", () => world.ArriveAsync("two", 13));
            await measure("a waiting contact", () => world.ContactAsync("w5"));
            await measure("a login, others waiting, the first one is offered", () => world.LogInAsync(1, PresenceStatus.Available));
            var agent = await world.AgentOfAsync("w0");
            await world.Actions.AcceptAsync(new ContactCall(world.AccountId, "w0"), agent, World.None);
            await measure(
                "completion, others waiting, the next one is offered",
                () => world.Actions.CompleteAsync(new ContactCall(world.AccountId, "w0"), agent, World.None)
            );
        },
        async (world, size, measure) =>
        {
            await world.AddAgentsAsync(1, [10]);
            var agent = await world.ServeAsync("one", 10);
            await world.AddWaitingAsync(size, 11);
            await measure(
                "completion, others waiting in a queue that the agent does not serve",
                () => world.Actions.CompleteAsync(world.One, agent, World.None)
            );
        },
        async (world, size, measure) =>
        {
            var queues = Enumerable.Range(100, 40).ToArray();
            await world.AddQueuesAsync(queues);
            await world.AddAgentsAsync(1, queues);
            var agent = await world.ServeAsync("one", 100);
            for (var number = 0; number < 40; number++) await world.AddWaitingAsync(size / 40 + 1, 100 + number, $"q{number}-");
            await measure(
                "completion by an agent of 40 queues, others waiting in each of them in turn",
                () => world.Actions.CompleteAsync(world.One, agent, World.None)
            );
        },
        async (world, size, measure) =>
        {
            await world.AddAgentsAsync(1, [10]);
            var agent = await world.ServeAsync("one", 10);
            await world.AddWaitingAsync(size, 10, "v", "voice");
            await measure(
                "completion, voice waiting that nobody can take",
                () => world.Actions.CompleteAsync(world.One, agent, World.None)
            );
        },
        async (world, size, measure) =>
        {
            await world.AddOverAsync(size);
            await world.SweepAsync();
            world.Time.Advance(TimeSpan.FromHours(49));
            await measure("tick, contacts past their retention", world.SweepAsync);
        },
        async (world, size, measure) =>
        {
            using var receiver = new CallbackReceiver();
            await world.SubscribeAsync(receiver.Origin);
            await world.ArriveAsync("first", 10);
            await world.TellAsync("first");
            await world.ArriveAsync("one", 10);
            await measure("a contact's events, told to a subscription", () => world.TellAsync("one"));
            await world.AddOverAsync(size);
            await world.SweepAsync();
            world.Time.Advance(TimeSpan.FromSeconds(61));
            await measure("tick, two contacts' events go into the history", world.SweepAsync);
            await measure("a page of events", world.EventsAsync);
            await measure("a contact's history", () => world.HistoryAsync("one"));
        },
        async (world, size, measure) =>
        {
            await world.AddAgentsAsync(1, [10]);
            for (var number = 3; number < size; number++) await world.MakeTokenAsync(TokenKind.Read);
            await measure("a limited token is made, with so many there", () => world.MakeTokenAsync(TokenKind.Read));
            var (read, agent) = (await world.MakeTokenAsync(TokenKind.Read), await world.MakeTokenAsync(TokenKind.Agent));
            await measure("a `read` or `guest` token is checked for the first time", () => world.CheckTokenAsync(read));
            await measure("the same for the next 30 s", () => world.CheckTokenAsync(read));
            await measure("an `agent` token is checked for the first time", () => world.CheckTokenAsync(agent));
            await world.AllowAsync("https://www.example.com");
            await measure("a preflight of an allowed origin", () => world.PreflightAsync("https://www.example.com"));
        },
    ];

    /// <summary>Instances on tables of their own.</summary>
    private Func<IServiceProvider> NewApps(TimeProvider clock)
    {
        var prefix = $"t{Guid.NewGuid():n}";
        return () =>
            AppServices.Create(
                azurite.ConnectionString,
                prefix,
                clock,
                [counter.Configuration]
            );
    }

    /// <summary>An account whose rows are written as an app would have left them.</summary>
    private sealed class World(Func<IServiceProvider> newApp, int accountId, FakeTimeProvider time)
    {
        private IServiceProvider app = newApp();

        public static readonly CancellationToken None = CancellationToken.None;

        public int AccountId => accountId;

        public ContactCall One => new(accountId, "one");

        public FakeTimeProvider Time => time;

        public ContactActions Actions => app.Get<ContactActions>();

        public static async Task<World> CreateAsync(Func<IServiceProvider> newApp, FakeTimeProvider time)
        {
            var world = new World(newApp, await newApp().CreateAccountAsync(), time);
            await world.AddQueuesAsync(10, 11, 12);
            var limited = NewQueue(13) with { MaxLength = 1000 };
            await world.app.Get<DirectoryStore>().ChangeAsync(world.AccountId, edit => edit.Put(limited), None);
            return world;
        }

        public Task<bool> AddQueuesAsync(params int[] ids) =>
            app.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
            {
                foreach (var id in ids) edit.Put(NewQueue(id));
                return true;
            }, None);

        public Task<bool> LevelsAsync(params int[] queues) =>
            app.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
            {
                foreach (var id in queues) edit.Put(new Level { Id = $"l{id}", ServiceId = 1, TargetId = id });
                edit.Put(new Service { Id = 1, Levels = [.. queues.Select(id => $"l{id}")] });
                return true;
            }, None);

        public async Task AddAgentsAsync(int count, int[] queues, PresenceStatus status = PresenceStatus.Available)
        {
            var agents = Enumerable.Range(1, count).Select(id => new Agent
            {
                Id = id,
                ExternalId = $"AG_{id:D16}",
                Name = $"a{id}",
                Queues = [.. queues.Select(queue => new Assignment(queue))],
                ChannelCosts = new Dictionary<string, int> { ["voice"] = 2 },
            }).ToList();
            var directory = await app.Get<DirectoryStore>().GetAsync(accountId, None);
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var agent in agents)
            {
                var state = new AgentState().Follow(directory, agent) with
                {
                    Status = status,
                    OnlineSince = status == PresenceStatus.LoggedOut ? null : time.GetUtcNow(),
                    IdleSince = time.GetUtcNow(),
                };
                batch.Insert(agent.RowKey, agent);
                ServingIndex.Change(batch, null, state);
                if (batch.Count + 3 + queues.Length < Batch.MaxActions && agent.Id < count) continue;
                await app.Get<LiveTable>().CommitAsync(accountId, batch, null, None);
                batch = new Batch(LiveTable.Partition(accountId));
            }
            // An instance that knows nothing yet finds them.
            app = newApp();
            await app.Get<DirectoryStore>().GetAsync(accountId, None);
            await app.Get<DueMarks>().EnsureAsync(accountId, None);
        }

        public async Task AddWaitingAsync(int count, int queueId, string prefix = "w", string channel = "chat")
        {
            var contacts = Enumerable.Range(0, count).Select(number => new Contact
            {
                Id = $"{prefix}{number}",
                State = ContactState.Queued,
                QueueId = queueId,
                Channel = channel,
                EnqueuedAt = time.GetUtcNow().AddSeconds(number - 3000),
                WaitingSince = time.GetUtcNow().AddSeconds(number - 3000),
            });
            await AddAsync(contacts);
        }

        public Task AddOverAsync(int count) =>
            AddAsync(
                Enumerable.Range(0, count).Select(number => new Contact
                {
                    Id = $"o{number}",
                    State = ContactState.Ended,
                    EnqueuedAt = time.GetUtcNow(),
                    WaitingSince = time.GetUtcNow(),
                    RetainUntil = time.GetUtcNow().AddHours(48),
                })
            );

        public Task<Contact> ArriveAsync(string id, int queueId) =>
            app.Get<ContactRouter>()
                .ArriveAsync(accountId, new Arrival(new RoutingTarget(null, queueId, null), Channels.Standard, 0, id), None);

        public async Task<int> ServeAsync(string id, int queueId)
        {
            var agent = (await ArriveAsync(id, queueId)).AgentId!.Value;
            await Actions.AcceptAsync(new ContactCall(accountId, id), agent, None);
            return agent;
        }

        public async Task<int> AgentOfAsync(string id) => (await ContactAsync(id)).AgentId!.Value;

        public async Task<Contact> ContactAsync(string id) => (await app.Get<ContactStore>().GetAsync(accountId, id, None)).Value;

        public Task<PresenceResult> LogInAsync(int agentId, PresenceStatus status) =>
            app.Get<AgentPresence>().ApplyAsync(accountId, agentId, _ => new PresenceChange(status, PresenceSource.Api), None);

        public async Task PositionAsync(string id)
        {
            var contact = (await app.Get<ContactStore>().GetAsync(accountId, id, None)).Value;
            await app.Get<ContactView>().ShowAsync(accountId, contact, new ContactParts(Position: true, Decision: false), None);
        }

        public Task<Reply> ContactsAsync(string query) =>
            app.Get<ContactResource>().ListAsync(RoutingCaller.Client(accountId), Request(query), None);

        public Task<Reply> ListAgentsAsync(string query) => app.Get<AgentResource>().ListAsync(accountId, Request(query), None);

        public Task<Reply> QueuesAsync() => app.Get<QueueResource>().ListAsync(accountId, Request(""), None);

        public Task<Reply> QueueAsync(int id) => app.Get<QueueResource>().GetAsync(accountId, $"{id}", None);

        public Task<Reply> ServicesAsync() => app.Get<ServiceResource>().ListAsync(accountId, Request(""), None);

        public async Task ResolveAsync()
        {
            var directory = await app.Get<DirectoryStore>().GetAsync(accountId, None);
            await app.Get<PresenceReader>().ReadAsync(directory, RoutingTarget.OfService(1), Channels.Standard, None);
        }

        public Task<Subscription> SubscribeAsync(string url) =>
            app.Get<DirectoryStore>().ChangeAsync(
                accountId,
                edit => edit.Put(new Subscription { Id = edit.TakeId(), Url = url, EventTypes = ["contact.*"] }),
                None
            );

        /// <summary>As a process does after a commit: it looks, calls, and looks once more.</summary>
        public async Task TellAsync(string contactId)
        {
            var (dispatcher, target) = (app.Get<WebhookDispatcher>(), new DeliveryTarget(accountId, Subject.Contact(contactId).Key));
            while (await dispatcher.LookAsync(target, None) is { } view)
            {
                foreach (var lane in view.Lanes) await dispatcher.RunAsync(lane, None);
            }
        }

        public async Task<TokenText> MakeTokenAsync(TokenKind kind)
        {
            var wish = new LimitedToken { Kind = kind, AgentId = kind == TokenKind.Agent ? 1 : null };
            var (_, text) = await app.Get<LimitedTokens>().CreateAsync(accountId, wish, TimeSpan.FromHours(1), null, None);
            return TokenText.Parse(text)!.Value;
        }

        public async Task CheckTokenAsync(TokenText token) => Assert.NotNull(await app.Get<LimitedTokens>().FindAsync(token));

        public Task<AccountSettings> AllowAsync(string origin) =>
            app.Get<AccountStore>().ChangeSettingsAsync(accountId, settings => settings with { AllowedOrigins = [origin] }, None);

        public async Task PreflightAsync(string origin) => Assert.True(await app.Get<OriginIndex>().IsAllowedAsync(origin));

        public Task<Reply> EventsAsync() => app.Get<EventResource>().ListAsync(accountId, Request(""), None);

        public Task<Reply> HistoryAsync(string id) => app.Get<EventResource>().ListOfContactAsync(accountId, id, None);

        public async Task FreshAsync() =>
            await app.Get<Snapshots>().KeepAsync((await app.Get<StatusBuilder>().ReadAsync(accountId, None))!);

        public Task<int> SweepAsync() => app.Get<AccountVisits>().SweepAsync(None);

        public async Task<List<AgentState>> AgentsAsync() =>
            await app.Get<LiveTable>().RangeAsync<AgentState>(accountId, LiveKeys.Agents, None).Select(row => row.Value).ToListAsync();

        private async Task AddAsync(IEnumerable<Contact> contacts)
        {
            foreach (var chunk in contacts.Chunk(20))
            {
                ContactChange[] changes = [.. chunk.Select(contact => new ContactChange(null, contact))];
                await app.Get<ContactStore>().CommitAsync(accountId, changes, null, None);
            }
        }

        private static HttpRequest Request(string query) =>
            new DefaultHttpContext { Request = { QueryString = new QueryString($"?{query}") } }.Request;

        private static Queue NewQueue(int id) => new() { Id = id, ExternalId = $"QU_{id:D16}", Name = $"q{id}-{Guid.NewGuid():n}" };
    }
}

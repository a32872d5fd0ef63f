using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>
/// An account plays at random. After every step nobody was given a contact while one of higher place waited that the agent
/// might take, and after two sweeps all of its rows agree.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RandomLifeTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const int Steps = 40;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] ContactChannels = ["chat", "voice"];
    private static readonly string[] Groups = ["GR_000000000000000P", "GR_000000000000000S"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nobody_is_passed_by_and_all_rows_agree(int seed)
    {
        var world = await World.CreateAsync(azurite.ConnectionString, new Random(seed));
        for (var step = 0; step < Steps; step++) await world.StepAsync();
        await world.SweepAndCheckAsync();
    }

    private sealed class World
    {
        private readonly List<string> log = [];
        private readonly Random random;
        private readonly TestClock time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        private readonly IServiceProvider app;
        private readonly List<int> agents;
        private int accountId;
        private int arrivals;
        private int calls;
        private Dictionary<string, Contact> known = [];

        private World(string connectionString, Random random)
        {
            this.random = random;
            app = AppServices.Create(connectionString, $"t{Guid.NewGuid():n}", time);
            agents = [.. Enumerable.Range(1, random.Next(2, 6))];
        }

        public static async Task<World> CreateAsync(string connectionString, Random random)
        {
            var world = new World(connectionString, random);
            world.accountId = await world.app.CreateAccountAsync();
            await world.app.Get<DirectoryStore>().ChangeAsync(world.accountId, world.Configure, None);
            return world;
        }

        /// <summary>Four queues, the last with a secondary group; the first three are a service's levels.</summary>
        private bool Configure(DirectoryEdit edit)
        {
            foreach (var id in Enumerable.Range(10, 4))
                edit.Put(new Queue
                {
                    Id = id,
                    ExternalId = $"QU_{id:D16}",
                    Name = $"q{id}-{accountId}",
                    MaxLength = random.Next(3) == 0 ? random.Next(1, 4) : null,
                    WhenFull = new(OverflowTo.NextLevel),
                    MaxWaitSeconds = random.Next(2) == 0 ? random.Next(20, 90) : null,
                    WhenWaited = new(random.Next(2) == 0 ? OverflowTo.Refuse : OverflowTo.NextLevel),
                    WrapUp = random.Next(3) == 0,
                });
            foreach (var id in Groups) edit.Put(new Group { Id = id });
            edit.Put(new QueueGroup { Id = "GR_RO_0000000000000001", QueueId = 12, GroupId = "GR_000000000000000P" });
            edit.Put(new QueueGroup { Id = "GR_RO_0000000000000002", QueueId = 13, GroupId = "GR_000000000000000P" });
            edit.Put(new QueueGroup { Id = "GR_RO_0000000000000003", QueueId = 13, GroupId = "GR_000000000000000S", Primary = false });
            foreach (var id in agents)
                edit.Put(new Agent
                {
                    Id = id,
                    ExternalId = $"AG_{id:D16}",
                    Name = $"a{id}-{accountId}",
                    CapacityUnits = random.Next(1, 4),
                    ChannelCosts = new Dictionary<string, int> { ["voice"] = 2 },
                    Queues = [.. Enumerable.Range(10, 4).Where(_ => random.Next(2) == 0).Select(queue => new Assignment(queue))],
                    Groups = [.. Groups.Where(_ => random.Next(3) == 0)],
                });
            edit.Put(new Widget { Id = 900, Name = "W" });
            foreach (var index in Enumerable.Range(0, 3)) edit.Put(Directories.Level(index, LevelTarget.Queue, 10 + index));
            edit.Put(Directories.Service(3));
            return true;
        }

        public async Task StepAsync()
        {
            time.Advance(TimeSpan.FromSeconds(random.Next(1, 8)));
            var what = random.Next(20);
            try
            {
                await (what switch
                {
                    < 4 => LogAsync(),
                    < 11 => ArriveAsync(),
                    < 13 => ActAsync(ContactState.Offered, "accept", (actions, call, agent) => actions.AcceptAsync(call, agent, None)),
                    13 => ActAsync(ContactState.Offered, "decline", (actions, call, agent) => actions.DeclineAsync(call, agent, None)),
                    < 16 => ActAsync(ContactState.Active, "complete", (actions, call, agent) => actions.CompleteAsync(call, agent, None)),
                    16 => ActAsync(
                        random.Next(2) == 0 ? ContactState.Active : ContactState.Offered,
                        "transfer",
                        (_, call, _) => app.Get<ContactRouter>().TransferAsync(call, Target(), None)
                    ),
                    17 => ActAsync(
                        random.Next(2) == 0 ? ContactState.Queued : ContactState.Offered,
                        "cancel",
                        (actions, call, _) => actions.CancelAsync(call, None)
                    ),
                    18 => TellAsync(),
                    _ => SweepAndCheckAsync(),
                });
            }
            catch (Exception error) when (error is DomainException { Kind: ErrorKind.Conflict } or StorageUnavailableException)
            {
                log.Add($"  refused: {error.Message}");
            }
            await AssertNobodyWasPassedByAsync();
        }

        public async Task SweepAndCheckAsync()
        {
            log.Add("sweep");
            await app.Get<AccountVisits>().SweepAsync(None);
            await AssertNobodyWasPassedByAsync();
            log.Add("sweep again");
            await app.Get<AccountVisits>().SweepAsync(None);
            try
            {
                await AccountCheck.AssertConsistentAsync(app, accountId, time.GetUtcNow());
            }
            catch (Xunit.Sdk.XunitException error)
            {
                throw new InvalidOperationException(Told(error.Message), error);
            }
        }

        private async Task LogAsync()
        {
            var (agent, status) = (Pick(agents), (PresenceStatus)random.Next(3));
            if (random.Next(2) == 0) status = PresenceStatus.Available;
            LeaseWish? lease = random.Next(3) == 0 ? new(random.Next(5, 60)) : null;
            log.Add($"agent {agent} {status} {lease?.Seconds}");
            await app.Get<AgentPresence>()
                .ApplyAsync(accountId, agent, _ => new PresenceChange(status, PresenceSource.Api, Lease: lease), None);
        }

        private RoutingTarget Target() => random.Next(8) switch
        {
            < 3 => new(1, null, null),
            < 7 => new(null, random.Next(10, 14), null),
            _ => new(null, null, Pick(agents)),
        };

        private async Task ArriveAsync()
        {
            var arrival = new Arrival(Target(), Pick(ContactChannels), random.Next(3), $"c{arrivals++:D3}");
            log.Add($"{arrival}");
            await app.Get<ContactRouter>().ArriveAsync(accountId, arrival, None);
        }

        private Task ActAsync(ContactState state, string name, Func<ContactActions, ContactCall, int, Task> act)
        {
            var contacts = known
                .Values.Where(contact => contact.State == state && !contact.External)
                .OrderBy(contact => contact.Id, StringComparer.Ordinal)
                .ToList();
            if (contacts.Count == 0) return ArriveAsync();
            var contact = Pick(contacts);
            log.Add($"{name} {contact.Id} {contact.AgentId}");
            return act(app.Get<ContactActions>(), new ContactCall(accountId, contact.Id), contact.AgentId ?? 0);
        }

        private async Task TellAsync()
        {
            var state = random.Next(2) == 0 ? ContactState.Active : ContactState.Ended;
            var id = state == ContactState.Active ? calls++ : random.Next(calls + 1);
            var call = new ExternalEvent($"e@{id}", state, null, Pick(agents), "voice", null);
            log.Add($"{call}");
            await app.Get<ExternalContacts>().ApplyAsync(accountId, call, None);
        }

        /// <summary>Whoever was given a contact since the last look had no other one to take before it.</summary>
        private async Task AssertNobodyWasPassedByAsync()
        {
            var (before, store) = (known, app.Get<ContactStore>());
            var all = await app.Get<LiveTable>().RangeAsync<Contact>(accountId, LiveKeys.Contacts, None)
                .Select(row => row.Value).ToListAsync();
            known = all.ToDictionary(contact => contact.Id);
            var directory = await app.Get<DirectoryStore>().GetAsync(accountId, None);
            log.Add("  " + string.Join(' ', all.Where(contact => !contact.IsOver).Select(Told)));
            foreach (var given in all.Where(contact => contact.State == ContactState.Offered))
            {
                if (before.GetValueOrDefault(given.Id) is { State: ContactState.Offered } same && same.Sequence == given.Sequence) continue;
                var agent = (await store.FindAgentAsync(accountId, given.AgentId, None))!.Value;
                var lines = RoutingKernel.LinesOf(directory, directory.Agent(agent.AgentId)!);
                var free = agent.Free + agent.CostOf(given.Channel);
                var first = all.Where(contact => contact is { State: ContactState.Queued, External: false })
                    .Where(contact =>
                        before.GetValueOrDefault(contact.Id) is { State: ContactState.Queued } old && old.Line == contact.Line
                    )
                    .Where(contact => lines.Contains(contact.Line) && contact.QueueId != 13 && !contact.Passed.Contains(agent.AgentId))
                    .FirstOrDefault(contact => contact.Waiting.Place < given.Waiting.Place && agent.CostOf(contact.Channel) <= free);
                Assert.True(first is null, Told($"{given.Id} was given to {agent.AgentId} before {first?.Id}"));
            }
        }

        private string Told(string what) => $"{what}\n{string.Join('\n', log)}";

        private static string Told(Contact contact) =>
            $"{contact.Id}:{contact.State}@{contact.QueueId ?? contact.LineAgentId}>{contact.AgentId}";

        private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
    }
}

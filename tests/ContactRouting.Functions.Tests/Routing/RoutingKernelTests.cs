using System.Collections.Immutable;
using System.Globalization;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using CsCheck;

namespace ContactRouting.Tests.Routing;

/// <summary>The kernel against the naive model, and rules that relate one decision to another.</summary>
public sealed class RoutingKernelTests
{
    private const int StepsPerWorld = 200;

    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many worlds of 200 steps are played; more by a setting.</summary>
    private static readonly int Worlds = int.Parse(
        Environment.GetEnvironmentVariable("ROUTING_MODEL_WORLDS") ?? "250",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public void Kernel_decides_like_the_naive_model_in_every_random_world() =>
        Gen.Int[0, int.MaxValue - 1].Sample(seed => Play(seed), iter: Worlds);

    [Fact]
    public void Taking_availability_away_never_selects_a_more_preferred_level() =>
        Gen.Int[0, int.MaxValue - 1].Sample(seed =>
        {
            var world = new World(new Random(seed), advanceWhen: AdvanceWhen.NoneFree);
            foreach (var agent in world.Agents.Keys.ToList()) world.SetStatus(agent, (PresenceStatus)world.Random.Next(3));
            var before = world.Arrive([0, 1, 2, 3], 0).Level ?? int.MaxValue;
            var available = world.Agents.Values.Where(agent => agent.Status == PresenceStatus.Available).ToList();
            if (available.Count == 0) return;
            world.SetStatus(available[world.Random.Next(available.Count)].AgentId, PresenceStatus.Busy);
            var after = world.Arrive([0, 1, 2, 3], 0);
            Assert.True(after.Outcome != RoutingOutcome.Offered || after.Level >= before);
        }, iter: 2000);

    [Fact]
    public void Secondary_groups_serve_only_while_the_queues_rule_holds() =>
        Gen.Int[0, int.MaxValue - 1].Sample(seed =>
        {
            var world = new World(new Random(seed));
            foreach (var agent in world.Agents.Keys.ToList()) world.SetStatus(agent, (PresenceStatus)world.Random.Next(3));
            foreach (var queue in world.Directory.All<Queue>())
            {
                var primaries = world.UnitsOf(queue, primary: true).ToList();
                var decision = world.Assign(queue.Id, TimeSpan.Zero);
                if (
                    decision?.AgentId is not { } chosen
                    || primaries.Any(unit => world.Agents[chosen].Units.Contains(unit))
                    || primaries.Count == 0
                )
                    continue;
                var staff = world.Agents.Values.Where(agent => agent.Units.Any(primaries.Contains)).ToList();
                Assert.DoesNotContain(staff, agent => agent.CanServe);
                Assert.NotEqual(AdvanceWhen.WaitedSeconds, queue.AdvanceWhen);
                if (queue.AdvanceWhen == AdvanceWhen.NoneOnline) Assert.DoesNotContain(staff, agent => agent.IsLoggedIn);
            }
        }, iter: 2000);

    [Theory]
    [InlineData("2026-06-01T09:00:00+02:00", true)]
    [InlineData("2026-06-01T08:59:59+02:00", false)]
    [InlineData("2026-06-01T17:00:00+02:00", false)]
    [InlineData("2026-06-02T12:00:00+02:00", false)]
    [InlineData("2026-06-08T12:00:00+02:00", false)]
    [InlineData("2026-12-07T09:30:00+01:00", true)]
    [InlineData("2026-12-06T23:30:00+01:00", true)]
    public void Queue_is_open_in_its_hours_by_its_own_clock(string at, bool open)
    {
        var hours = new OpeningHours
        {
            TimeZone = "Europe/Berlin",
            Weekly =
            [
                new(DayOfWeek.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0)),
                new(DayOfWeek.Sunday, new TimeOnly(20, 0), TimeOnly.MinValue),
            ],
            Holidays = [new DateOnly(2026, 6, 8)],
        };
        var directory = Directories.Of(Directories.Queue(10) with { Hours = hours }, Directories.Agent(1, [10]));
        var verdict = QueueAvailability.Decide(
            directory,
            directory.Queue(10)!,
            new PresenceByUnit { [ServingUnit.OwnAgents(10)] = UnitState.CanServe },
            new Moment(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))
        );
        Assert.Equal(open ? Availability.Open : Availability.Closed, verdict.Availability);
        if (!open) Assert.Equal("outsideHours", verdict.Reasons[0].Code);
    }

    [Theory]
    [InlineData(AgentStrategy.LongestIdle, 2)]
    [InlineData(AgentStrategy.LeastLoaded, 2)]
    [InlineData(AgentStrategy.RoundRobin, 3)]
    internal void Strategy_puts_its_own_agent_first(AgentStrategy strategy, int expected)
    {
        AgentState State(int id, int idle, int offered, int load) => new()
        {
            AgentId = id,
            Status = PresenceStatus.Available,
            Units = [ServingUnit.Group("G")],
            CapacityUnits = 4,
            IdleSince = Start.AddSeconds(idle),
            LastOfferedAt = Start.AddSeconds(offered),
            Load = [.. Enumerable.Range(0, load).Select(number => new Reservation($"{number}", 1))],
            Strategies = ImmutableDictionary<ServingUnit, AgentStrategy>.Empty.Add(ServingUnit.Group("G"), strategy),
        };
        var presence = new PresenceOfAll([State(1, 1, 30, 2), State(2, 2, 20, 1), State(3, 3, 10, 3)]).For("chat");
        Assert.Equal(expected, presence.CandidatesOf(ServingUnit.Group("G")).First());
    }

    private static void Play(int seed)
    {
        var world = new World(new Random(seed));
        for (var step = 0; step < StepsPerWorld; step++) world.Step();
    }

    /// <summary>A configuration and its live state, once for the kernel and once for the naive model, moved in step.</summary>
    private sealed class World
    {
        private readonly NaiveModel naive;
        private readonly Dictionary<int, NaiveAgent> naiveAgents;
        private readonly Dictionary<string, Contact> contacts = [];
        private int now;
        private int arrivals;

        public World(Random random, AdvanceWhen? advanceWhen = null)
        {
            Random = random;
            var groups = Enumerable.Range(0, 3).Select(number => $"GR_{number}").ToList();
            var queues = Enumerable.Range(10, 4).Select(id => new Queue
            {
                Id = id,
                ExternalId = $"QU_{id}",
                Name = $"q{id}",
                AdvanceWhen = advanceWhen ?? (AdvanceWhen)random.Next(3),
                AdvanceAfterSeconds = random.Next(1, 30),
                MaxLength = random.Next(3) == 0 ? random.Next(0, 4) : null,
            }).ToList();
            var routings = (
                from queue in queues
                from @group in groups
                where random.Next(2) == 0
                select new QueueGroup
                {
                    Id = $"R{queue.Id}{@group}",
                    QueueId = queue.Id,
                    GroupId = @group,
                    Primary = random.Next(2) == 0,
                }
            ).ToList();
            var agents = Enumerable.Range(1, random.Next(1, 7)).Select(id => new Agent
            {
                Id = id,
                ExternalId = $"AG_{id}",
                Name = $"a{id}",
                CapacityUnits = random.Next(1, 3),
                Queues = [.. queues.Where(_ => random.Next(3) == 0).Select(queue => new Assignment(queue.Id))],
                Groups = [.. groups.Where(_ => random.Next(3) == 0)],
            }).ToList();
            var levels = queues.Select((queue, index) => new Level { Id = $"l{index}", ServiceId = 1, TargetId = queue.Id }).ToList();
            Directory = Directories.Of([
                .. queues,
                .. groups.Select(id => new Group { Id = id }),
                .. routings,
                .. agents,
                .. levels,
                new Service { Id = 1, Levels = [.. levels.Select(level => level.Id)] },
            ]);
            Agents = agents.ToDictionary(agent => agent.Id, agent => new AgentState().Follow(Directory, agent) with { IdleSince = Start });
            naiveAgents = agents.ToDictionary(agent => agent.Id, agent => new NaiveAgent(agent.Id, agent.CapacityUnits));
            naive = new NaiveModel(
                [.. naiveAgents.Values],
                [
                    .. queues.Select(queue => new NaiveQueue(
                        queue.Id,
                        [.. agents.Where(agent => agent.Queues.Any(place => place.QueueId == queue.Id)).Select(agent => agent.Id)],
                        [
                            .. routings
                                .Where(routing => routing.QueueId == queue.Id)
                                .OrderBy(routing => routing.Id, StringComparer.Ordinal)
                                .Select(routing =>
                                    (
                                        routing.Primary,
                                        agents.Where(agent => agent.Groups.Contains(routing.GroupId)).Select(agent => agent.Id).ToList()
                                    )
                                ),
                        ],
                        queue.AdvanceWhen switch
                        {
                            AdvanceWhen.NoneFree => "noneFree",
                            AdvanceWhen.NoneOnline => "noneOnline",
                            _ => "waited",
                        },
                        queue.AdvanceAfterSeconds,
                        queue.MaxLength
                    )),
                ]
            );
        }

        public Random Random { get; }

        public AccountDirectory Directory { get; }

        public Dictionary<int, AgentState> Agents { get; }

        private DateTimeOffset Now => Start.AddSeconds(now);

        public IEnumerable<ServingUnit> UnitsOf(Queue queue, bool primary) =>
            (primary && Directory.OwnAgentsOf(queue.Id).Any() ? [ServingUnit.OwnAgents(queue.Id)] : Array.Empty<ServingUnit>()).Concat(
                Directory
                    .RoutingsOf(queue.Id)
                    .Where(routing => routing.Primary == primary)
                    .Select(routing => ServingUnit.Group(routing.GroupId))
            );

        public void SetStatus(int agentId, PresenceStatus status)
        {
            (_, Agents[agentId], _) = PresenceChanges.Decide(Agents[agentId], new PresenceChange(status, PresenceSource.Api), Now);
            if (naiveAgents[agentId].Status == Word(status)) return;
            (naiveAgents[agentId].Status, naiveAgents[agentId].IdleSince) = (Word(status), now);
        }

        /// <summary>As the router does it: who waits already and can be taken by the same agent goes first.</summary>
        public RoutingDecision Arrive(int[] levels, int priority)
        {
            var target = levels.Length == 1 ? new RoutingTarget(null, 10 + levels[0], null) : new RoutingTarget(1, null, null);
            var decision = RoutingKernel.Arrive(Question(), target);
            if (decision.Outcome == RoutingOutcome.Offered)
            {
                var inFront = Waiting().Where(contact => contact.Place < new Place(priority, Now, ""));
                if (!inFront.Any(contact => MayTake(Agents[decision.AgentId!.Value], contact))) return decision;
            }
            return RoutingKernel.Wait(Question(), target);
        }

        private RoutingDecision? AssignAgain(WaitingContact contact) =>
            RoutingKernel.Assign(Question(), contact, WhoLetItPass.MayBeAskedAgain);

        private bool MayTake(AgentState agent, WaitingContact contact)
        {
            var all = new PresenceOfAll(Agents.Values).For("chat");
            var before = PresenceOfOne.UnitsBefore(Directory, contact.Line, agent);
            var question = Question() with { Presence = new PresenceOfOne(agent, "chat", before, all) };
            return RoutingKernel.Assign(question, contact, WhoLetItPass.IsLeftOut)?.AgentId == agent.AgentId;
        }

        public RoutingDecision? Assign(int queueId, TimeSpan waited) =>
            RoutingKernel.Assign(
                Question(),
                new WaitingContact(Line.OfQueue(queueId), new Place(0, Now, "c"), "c", "chat", Now - waited, []),
                WhoLetItPass.MayBeAskedAgain
            );

        public void Step()
        {
            now += Random.Next(1, 5);
            switch (Random.Next(10))
            {
                case < 2:
                    SetStatus(Random.Next(1, Agents.Count + 1), (PresenceStatus)Random.Next(3));
                    break;
                case < 6:
                    Arrival();
                    break;
                case 6:
                    Finish(contact => contact.State == ContactState.Offered, (contact, agent) =>
                    {
                        if (!naive.Passed.TryGetValue(contact.Id, out var passed)) naive.Passed[contact.Id] = passed = [];
                        passed.Remove(agent.AgentId);
                        passed.Add(agent.AgentId);
                        return ContactLife.Decline(contact, agent, agent.AgentId, Now);
                    });
                    break;
                default:
                    Finish(
                        contact => contact.State == ContactState.Offered,
                        (contact, agent) =>
                            ContactLife.Complete(ContactLife.Accept(contact, agent.AgentId, Now), agent, null, Now, TimeSpan.FromHours(1))
                    );
                    break;
            }
            if (Random.Next(3) > 0) Serve();
            Assert.All(Agents.Values, agent => Assert.InRange(agent.Free, 0, agent.CapacityUnits));
        }

        private void Arrival()
        {
            var levels = Random.Next(2) == 0 ? new[] { 0, 1, 2, 3 } : [Random.Next(4)];
            var priority = Random.Next(3);
            var decision = Arrive(levels, priority);
            var expected = naive.Arrive([.. levels.Select(level => 10 + level)], priority, now);
            Assert.Equal(
                expected,
                decision.Outcome switch
                {
                    RoutingOutcome.Offered => $"agent {decision.AgentId}",
                    RoutingOutcome.Queued => $"queue {decision.QueueId}",
                    _ => "refused",
                }
            );
            if (decision.Outcome == RoutingOutcome.Refused) return;
            var contact = new Contact
            {
                Id = $"c{arrivals++:D5}",
                QueueId = decision.QueueId,
                Priority = priority,
                EnqueuedAt = Now,
                WaitingSince = Now,
                State = ContactState.Queued,
            };
            contacts[contact.Id] = contact;
            if (decision.Outcome == RoutingOutcome.Offered) Offer(contact, decision);
            else naive.Waiting.Add((contact.Id, decision.QueueId!.Value, priority, arrivals, now));
        }

        private void Serve()
        {
            while (true)
            {
                var next = Waiting()
                    .Select(contact => (contact.ContactId, Decision: AssignAgain(contact)))
                    .FirstOrDefault(pair => pair.Decision is not null);
                Assert.Equal(naive.Next(now), next.Decision is { AgentId: { } agentId } ? (next.ContactId, agentId) : null);
                if (next.Decision is not { } decision) return;
                naive.Waiting.RemoveAll(contact => contact.Id == next.ContactId);
                Offer(contacts[next.ContactId], decision);
            }
        }

        private IEnumerable<WaitingContact> Waiting() =>
            contacts
                .Values.Where(contact => contact.State == ContactState.Queued)
                .Select(contact => contact.Waiting)
                .OrderBy(contact => contact.Place);

        private void Offer(Contact contact, RoutingDecision decision)
        {
            var agentId = decision.AgentId!.Value;
            var offered = ContactLife.Offer(contact, Agents[agentId], decision, Directory.Queue(contact.QueueId!.Value), Now);
            (contacts[contact.Id], Agents[agentId]) = (offered.Contact, offered.Agent!);
            naiveAgents[agentId].Contacts.Add(contact.Id);
        }

        private void Finish(Func<Contact, bool> fits, Func<Contact, AgentState, ContactAndAgent> step)
        {
            var fitting = contacts.Values.Where(fits).OrderBy(contact => contact.Id, StringComparer.Ordinal).ToList();
            if (fitting.Count == 0) return;
            var contact = fitting[Random.Next(fitting.Count)];
            var agentId = contact.AgentId!.Value;
            var after = step(contact, Agents[agentId]);
            (contacts[contact.Id], Agents[agentId]) = (after.Contact, after.Agent!);
            naiveAgents[agentId].Contacts.Remove(contact.Id);
            naiveAgents[agentId].IdleSince = now;
            if (after.Contact.State == ContactState.Queued)
                naive.Waiting.Add(
                    (
                        contact.Id,
                        contact.QueueId!.Value,
                        contact.Priority,
                        int.Parse(contact.Id[1..], CultureInfo.InvariantCulture) + 1,
                        (int)(contact.EnqueuedAt - Start).TotalSeconds
                    )
                );
        }

        private RoutingQuestion Question() =>
            new(Directory, new PresenceOfAll(Agents.Values).For("chat"), Now)
            {
                Length = line => Waiting().Count(contact => contact.Line == line),
            };

        private static string Word(PresenceStatus status) =>
            status switch
            {
                PresenceStatus.Available => "available",
                PresenceStatus.Busy => "busy",
                _ => "logged_out",
            };
    }
}

using ContactRouting.Directory;
using ContactRouting.Routing;
using static ContactRouting.Tests.Directories;

namespace ContactRouting.Tests.Routing;

public sealed class ResolutionTests
{
    private static readonly object[] Units = [ServingUnit.Operators(10), ServingUnit.Operators(20), 3];

    private static readonly AccountDirectory ThreeLevels = Of(
        Queue(10),
        Queue(20),
        Agent(1, [10]),
        Agent(2, [20]),
        Agent(3),
        Service(3),
        Level(0, LevelTarget.Queue, 10),
        Level(1, LevelTarget.Queue, 20),
        Level(2, LevelTarget.Agent, 3)
    );

    [Theory]
    [InlineData(UnitState.CanServe, UnitState.CanServe, UnitState.CanServe, "Open", 0)]
    [InlineData(UnitState.LoggedIn, UnitState.CanServe, UnitState.CanServe, "Open", 1)]
    [InlineData(UnitState.Offline, UnitState.LoggedIn, UnitState.CanServe, "Open", 2)]
    [InlineData(UnitState.Offline, UnitState.LoggedIn, UnitState.Offline, "Busy", null)]
    [InlineData(UnitState.Offline, UnitState.Offline, UnitState.LoggedIn, "Busy", null)]
    [InlineData(UnitState.Offline, UnitState.Offline, UnitState.Offline, "Closed", null)]
    internal void Service_resolves_to_its_lowest_open_level(
        UnitState first,
        UnitState second,
        UnitState third,
        string availability,
        int? level
    )
    {
        var resolution = Resolve(first, second, third);
        Assert.Equal(availability, resolution.Availability.ToString());
        Assert.Equal(level, resolution.Open?.Index);
        Assert.Equal(3, resolution.Lines.Count);
        Assert.All(resolution.Lines, verdict => Assert.NotEmpty(verdict.Verdict.Reasons));
    }

    [Fact]
    public void Taking_availability_away_never_selects_a_more_preferred_level()
    {
        foreach (
            var (a, b, c) in from a in Enum.GetValues<UnitState>()
                             from b in Enum.GetValues<UnitState>()
                             from c in Enum.GetValues<UnitState>()
                             select (a, b, c)
        )
        {
            var before = Resolve(a, b, c).Open?.Index ?? int.MaxValue;
            foreach (var less in Enum.GetValues<UnitState>())
            {
                if (less <= a) Assert.True((Resolve(less, b, c).Open?.Index ?? int.MaxValue) >= before);
                if (less <= b) Assert.True((Resolve(a, less, c).Open?.Index ?? int.MaxValue) >= before);
                if (less <= c) Assert.True((Resolve(a, b, less).Open?.Index ?? int.MaxValue) >= before);
            }
        }
    }

    [Fact]
    public void Queue_that_is_switched_off_is_closed_though_its_operators_can_serve()
    {
        var directory = Of(Queue(10, enabled: false), Agent(1, [10]));
        var verdict = QueueAvailability.Decide(
            directory,
            directory.Queue(10)!,
            new PresenceByUnit { [Units[0]] = UnitState.CanServe },
            default
        );
        Assert.Equal((Availability.Closed, "queueDisabled"), (verdict.Availability, Assert.Single(verdict.Reasons).Code));
        Assert.Empty(QueueAvailability.UnitsOf(directory, directory.Queue(10)!));
    }

    [Theory]
    [InlineData(UnitState.CanServe, UnitState.CanServe, "Open", "canServe", "secondaryNotNeeded")]
    [InlineData(UnitState.LoggedIn, UnitState.CanServe, "Open", "allBusy", "canServe")]
    [InlineData(UnitState.Offline, UnitState.CanServe, "Open", "nobodyLoggedIn", "canServe")]
    [InlineData(UnitState.LoggedIn, UnitState.Offline, "Busy", "allBusy", "nobodyLoggedIn")]
    [InlineData(UnitState.Offline, UnitState.Offline, "Closed", "nobodyLoggedIn", "nobodyLoggedIn")]
    internal void Secondary_group_serves_only_while_the_primary_cannot(
        UnitState primary,
        UnitState secondary,
        string availability,
        string first,
        string second
    )
    {
        var directory = Of(
            Queue(10),
            new Group { Id = "GR_A" },
            new Group { Id = "GR_B" },
            new QueueGroup
            {
                Id = "1",
                QueueId = 10,
                GroupId = "GR_B",
            },
            new QueueGroup
            {
                Id = "2",
                QueueId = 10,
                GroupId = "GR_A",
                Primary = true,
            }
        );
        var presence = new PresenceByUnit { [ServingUnit.Group("GR_A")] = primary, [ServingUnit.Group("GR_B")] = secondary };
        var verdict = QueueAvailability.Decide(directory, directory.Queue(10)!, presence, default);
        Assert.Equal(availability, verdict.Availability.ToString());
        Assert.Equal([("GR_A", first), ("GR_B", second)], verdict.Reasons.Select(reason => (reason.GroupId!, reason.Code)));
    }

    [Fact]
    public void Queue_without_agents_is_closed_and_says_so()
    {
        var directory = Of(Queue(10), Agent(1) with { Queues = [new Assignment(10, Enabled: false)] });
        Assert.Equal(
            "noAgents",
            Assert.Single(QueueAvailability.Decide(directory, directory.Queue(10)!, new PresenceByUnit(), default).Reasons).Code
        );
    }

    private static Resolution Resolve(params UnitState[] states)
    {
        var presence = new PresenceByUnit();
        foreach (var (unit, state) in Units.Zip(states)) presence[unit] = state;
        return Resolution.Of(ThreeLevels, RoutingTarget.OfService(1), presence, default);
    }
}

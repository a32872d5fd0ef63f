using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Tests.Routing;

/// <summary>Where contacts go that do not stay where they are, and whom a waiting one is offered after some let it pass.</summary>
public sealed class OverflowTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Overflow NextLevel = new(OverflowTo.NextLevel);

    [Theory]
    [InlineData("1 2 1", "1 2")]
    [InlineData("1 1 2", "1 2")]
    [InlineData("1 2 1 3 2", "1 2 3")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13", "1 2 3 4 5 6 7 8 9 10 11")]
    public void Contact_goes_by_level_never_back_and_at_most_ten_times(string levels, string visited)
    {
        var directory = Staffed(Ids(levels), queue => queue with { WhenWaited = NextLevel });
        Assert.Equal(Ids(visited), Walk(directory, At(directory, 0)));
    }

    [Fact]
    public void Two_queues_that_overflow_into_each_other_are_left_once()
    {
        var directory = Staffed([1], queue => queue with { WhenWaited = new(OverflowTo.Queue, 3 - queue.Id) }, others: [2]);
        Assert.Equal([1, 2], Walk(directory, At(directory, 0)));
    }

    [Fact]
    public void Levels_go_on_behind_a_queue_that_was_overflowed_into()
    {
        var directory = Staffed(
            [1, 2],
            queue => queue with { WhenWaited = queue.Id == 1 ? new(OverflowTo.Queue, 7) : NextLevel },
            others: [7]
        );
        Assert.Equal([1, 7, 2], Walk(directory, At(directory, 0)));
    }

    [Fact]
    public void After_ten_times_the_queue_that_says_so_refuses()
    {
        var directory = Staffed(
            [.. Enumerable.Range(1, 13)],
            queue => queue with { WhenWaited = queue.Id == 11 ? new(OverflowTo.Refuse) : NextLevel }
        );
        var last = Enumerable.Range(0, 10).Aggregate(At(directory, 0), (contact, _) => Moved(directory, contact));
        Assert.Equal((11, RoutingOutcome.Refused), (last.QueueId, Decide(directory, last).Outcome));
    }

    [Theory]
    [InlineData("10 10 20", "10", 20)]
    [InlineData("10 11 10 20", "10 11", 20)]
    [InlineData("10 11 10", "10 11", null)]
    public void Arrival_reaches_the_level_behind_those_that_are_full(string levels, string full, int? reached)
    {
        var fullOnes = Ids(full);
        var directory = Staffed(
            Ids(levels),
            queue => fullOnes.Contains(queue.Id) ? queue with { MaxLength = 1, WhenFull = NextLevel } : queue
        );
        var decision = RoutingKernel.Arrive(Question(directory) with { Length = _ => 1 }, new RoutingTarget(1, null, null));
        Assert.Equal(reached, decision.QueueId);
        Assert.Equal(reached is null ? RoutingOutcome.Refused : RoutingOutcome.Queued, decision.Outcome);
    }

    [Fact]
    public void Full_queue_on_the_way_is_passed_by_when_a_contact_moves_on()
    {
        var directory = Staffed(
            [1, 2, 3],
            queue => queue with { WhenWaited = NextLevel, WhenFull = NextLevel, MaxLength = queue.Id == 2 ? 1 : null }
        );
        Assert.Equal(3, Decide(directory, At(directory, 0), length: 1).QueueId);
    }

    [Theory]
    [InlineData("deleted", 2)]
    [InlineData("deleted with the one before", 3)]
    [InlineData("retargeted", 9)]
    [InlineData("all deleted", null)]
    public void Contact_whose_level_is_changed_under_it_goes_to_the_next(string change, int? reached)
    {
        var before = Staffed([1, 2, 3], queue => queue, others: [9]);
        var contact = At(before, change == "deleted with the one before" ? 1 : 0);
        string[] left = change switch
        {
            "deleted" => ["l1", "l2"],
            "deleted with the one before" => ["l2"],
            "retargeted" => ["l0", "l1", "l2"],
            _ => [],
        };
        var levels = before.All<Level>().Select(level => level.Id == "l0" && change == "retargeted" ? level with { TargetId = 9 } : level);
        var after = Directories.Of([
            .. before.All<Queue>(),
            .. before.All<Agent>(),
            .. levels,
            new Service { Id = 1, Levels = left },
        ]);
        var decision = RoutingKernel.MoveOn(Question(after), contact.Waiting, NextLevel, canStay: false);
        Assert.Equal(reached, decision.QueueId);
    }

    [Theory]
    [InlineData(AdvanceWhen.NoneFree, 0, 3)]
    [InlineData(AdvanceWhen.NoneOnline, 0, null)]
    [InlineData(AdvanceWhen.WaitedSeconds, 29, null)]
    [InlineData(AdvanceWhen.WaitedSeconds, 30, 3)]
    internal void Secondary_groups_serve_what_the_primaries_let_pass_only_where_that_counts_as_not_free(
        AdvanceWhen advanceWhen,
        int waited,
        int? expected
    )
    {
        var directory = Team(advanceWhen);
        var contact = Waiting([1, 2], waited);
        Assert.Equal(expected, RoutingKernel.Assign(Question(directory), contact, WhoLetItPass.IsLeftOut)?.AgentId);
    }

    [Fact]
    public void Those_who_let_it_pass_are_asked_again_the_longest_ago_first_in_secondary_groups_too_and_not_in_the_same_breath()
    {
        var directory = Team(AdvanceWhen.NoneFree);
        Assert.Null(RoutingKernel.Assign(Question(directory), Waiting([2, 3, 1]), WhoLetItPass.IsLeftOut));
        Assert.Equal(2, RoutingKernel.Assign(Question(directory), Waiting([2, 3, 1]), WhoLetItPass.MayBeAskedAgain)?.AgentId);
        Assert.Equal(3, RoutingKernel.Assign(Question(directory), Waiting([3, 1, 2]), WhoLetItPass.MayBeAskedAgain)?.AgentId);
        Assert.Equal(2, RoutingKernel.Assign(Question(directory), Waiting([1]), WhoLetItPass.MayBeAskedAgain)?.AgentId);
    }

    [Fact]
    public void Contact_remembers_the_last_fifty_who_let_it_pass_and_nobody_of_another_line()
    {
        var contact = new Contact { Id = "c", QueueId = 1, State = ContactState.Queued };
        foreach (var agent in Enumerable.Range(1, 60).Append(30))
        {
            var offered = contact with { State = ContactState.Offered, AgentId = agent };
            contact = ContactLife.Decline(offered, new AgentState { AgentId = agent }, agent, Now).Contact;
        }
        Assert.Equal([.. Enumerable.Range(11, 50).Where(agent => agent != 30), 30], contact.Passed);
        var moved = new RoutingDecision { Line = Line.OfQueue(2) };
        Assert.Empty(ContactLife.MoveOn(contact, moved, null, Now).Passed);
        Assert.Empty(ContactLife.Transfer(contact, null, new(null, 2, null), moved, null, Now).Contact.Passed);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(100, true)]
    [InlineData(199, true)]
    [InlineData(0, false)]
    public void Decision_over_200_levels_keeps_the_reasons_of_the_taken_one_and_those_beside_it(int level, bool anybody)
    {
        var groups = Enumerable.Range(0, 5).Select(number => new Group { Id = $"GR_{number}" }).ToList();
        var queues = Enumerable.Range(1000, 200).Select(id => Directories.Queue(id)).ToList();
        var directory = Directories.Of([
            .. queues,
            .. groups,
            .. from queue in queues
               from @group in groups
               select new QueueGroup { Id = $"R{queue.Id}{@group.Id}", QueueId = queue.Id, GroupId = @group.Id },
            .. queues.Select((queue, index) => Directories.Level(index, LevelTarget.Queue, queue.Id)),
            Directories.Service(200),
            Directories.Agent(1, [1000 + level]),
        ]);
        var question = new RoutingQuestion(
            directory,
            new PresenceOfAll(anybody ? [State(directory, directory.Agent(1)!)] : []).For("chat"),
            Now
        );
        var decision = RoutingKernel.Arrive(question, new RoutingTarget(1, null, null));
        var shown = decision.Fitting(30_000, all => JsonSerializer.Serialize(all, EventData.Json).Length);
        Assert.InRange(JsonSerializer.Serialize(shown, EventData.Json).Length, 1, 30_000);
        Assert.Equal((200, true), (shown.Lines.Count + shown.LinesLeftOut, shown.Lines.Count >= 10));
        Assert.Equal(decision.AgentId, shown.AgentId);
        Assert.Equal(anybody ? 1 : 0, shown.Lines.Count(line => line.Code == "taken"));
        if (!anybody) return;
        Assert.Contains(shown.Lines, line => line.Level == (level == 0 ? 1 : level - 1));
        Assert.Equal(shown.Lines.Count - 1, shown.Lines[^1].Level - shown.Lines[0].Level);
    }

    private static int[] Ids(string text) => [.. text.Split(' ').Select(int.Parse)];

    /// <summary>A service with a level a queue, each with an agent who is there and not free.</summary>
    private static AccountDirectory Staffed(int[] levels, Func<Queue, Queue> with, params int[] others)
    {
        var queues = levels.Concat(others).Distinct().ToList();
        return Directories.Of([
            .. queues.Select(id => with(Directories.Queue(id))),
            .. queues.Select(id => Directories.Agent(100 + id, [id])),
            .. levels.Select((id, index) => Directories.Level(index, LevelTarget.Queue, id)),
            Directories.Service(levels.Length),
        ]);
    }

    private static RoutingQuestion Question(AccountDirectory directory)
    {
        var agents = directory.All<Agent>().Select(agent => State(directory, agent));
        return new(directory, new PresenceOfAll(agents).For("chat"), Now);
    }

    /// <summary>Logged in; those from 100 on are not free.</summary>
    private static AgentState State(AccountDirectory directory, Agent agent) =>
        new AgentState().Follow(directory, agent) with
        {
            Status = agent.Id > 100 ? PresenceStatus.Busy : PresenceStatus.Available,
            IdleSince = Now.AddMinutes(agent.Id),
        };

    private static Contact At(AccountDirectory directory, int level)
    {
        var at = directory.Level(1, $"l{level}");
        return new Contact
        {
            Id = "c",
            ServiceId = 1,
            LevelId = at.Id,
            Level = level,
            QueueId = at.TargetId,
            WaitingSince = Now,
        };
    }

    private static RoutingDecision Decide(AccountDirectory directory, Contact contact, int length = 0) =>
        RoutingKernel.MoveOn(
            Question(directory) with { Length = _ => length },
            contact.Waiting,
            contact.Line.QueueIn(directory)!.WhenWaited,
            canStay: true
        );

    private static Contact Moved(AccountDirectory directory, Contact contact) =>
        ContactLife.MoveOn(contact, Decide(directory, contact), null, Now);

    private static List<int> Walk(AccountDirectory directory, Contact contact)
    {
        var visited = new List<int> { contact.QueueId!.Value };
        while (Decide(directory, contact).Line != contact.Line)
        {
            contact = Moved(directory, contact);
            visited.Add(contact.QueueId!.Value);
        }
        Assert.Equal(RoutingOutcome.Queued, Decide(directory, contact).Outcome);
        return visited;
    }

    /// <summary>Queue 1 with operators 1 and 2 and the secondary group of 3, all free.</summary>
    private static AccountDirectory Team(AdvanceWhen advanceWhen) =>
        Directories.Of(
            Directories.Queue(1) with { AdvanceWhen = advanceWhen, AdvanceAfterSeconds = 30 },
            new Group { Id = "GR_S" },
            new QueueGroup { Id = "R", QueueId = 1, GroupId = "GR_S", Primary = false },
            Directories.Agent(1, [1]),
            Directories.Agent(2, [1]),
            Directories.Agent(3, [], ["GR_S"])
        );

    private static WaitingContact Waiting(int[] passed, int waited = 0) =>
        new(Line.OfQueue(1), new Place(0, Now, "c"), "c", "chat", Now.AddSeconds(-waited), passed);
}

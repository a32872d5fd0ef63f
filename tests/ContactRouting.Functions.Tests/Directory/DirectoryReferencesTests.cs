using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;

namespace ContactRouting.Tests.Directory;

/// <summary>What refers to what, and what follows from it: refusals, and the order of changes.</summary>
public sealed class DirectoryReferencesTests
{
    private const string Group = "GR_AAAAAAAAAAAAAAAA";

    private static readonly IDirectoryRecord[] Records =
    [
        Directories.Queue(1) with { WhenFull = new Overflow(OverflowTo.Queue, 2) },
        Directories.Queue(2) with { WhenWaited = new Overflow(OverflowTo.Queue, 2) },
        Directories.Queue(3),
        new Group { Id = Group },
        new QueueGroup { Id = "GR_RO_AAAAAAAAAAAAAAAA", QueueId = 3, GroupId = Group },
        Directories.Agent(5, [1, 2, 3], [Group]),
        Directories.Agent(6),
        new Callback { Id = 7, AgentId = 6 },
        new Widget { Id = 8 },
        Directories.Level(0, LevelTarget.Queue, 1) with { WidgetId = 8 },
        Directories.Level(1, LevelTarget.Agent, 5) with { WidgetId = 8 },
        Directories.Service(2),
    ];

    [Theory]
    [InlineData("d|queue|0000000001", "level 0 of service 1")]
    [InlineData("d|queue|0000000002", "queue queue-1")]
    [InlineData("d|agent|0000000005", "level 1 of service 1")]
    [InlineData("d|widget|0000000008", "level 0 of service 1, level 1 of service 1")]
    [InlineData("d|agent|0000000006", null)]
    [InlineData("d|service|0000000001", null)]
    [InlineData("d|routing|GR_RO_AAAAAAAAAAAAAAAA", null)]
    public void Record_that_others_refer_to_is_not_removed(string key, string? uses)
    {
        var directory = Directories.Of(Records);
        var edit = new DirectoryEdit(directory, 1001);
        var refused = Record.Exception(() => edit.RemoveUnused(directory.Records[key], "it"));
        if (uses is null) Assert.Null(refused);
        else Assert.Equal($"it is still used by {uses}.", Assert.IsType<DomainException>(refused).Message);
    }

    [Fact]
    public void Document_of_a_valid_directory_is_accepted()
    {
        var edit = new DirectoryEdit(Directories.Of(Valid(new Random(1))), 1001);
        var plan = ConfigurationPlan.For(Configuration.Of(edit.Before), edit);
        Assert.Empty(plan.Errors);
        Assert.Empty(plan.Steps());
    }

    /// <summary>From any directory to any other, over each number of steps that a killed process may have made.</summary>
    [Fact]
    public void Every_beginning_of_the_steps_leaves_a_valid_directory_and_the_same_document_finishes_it()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var (before, wanted) = (Directories.Of(Valid(random)), Directories.Of(Valid(random)));
            var document = Configuration.Of(wanted);
            var plan = ConfigurationPlan.For(document, new DirectoryEdit(before, 1001));
            Assert.True(plan.Errors.Count == 0, $"{seed}: {string.Join(", ", plan.Errors)}");
            var current = before;
            foreach (var step in plan.Steps())
            {
                current = After(current, step.Record, step.Remove);
                AssertValid(current, seed);
                if (random.Next(5) > 0) continue;
                var rest = current;
                foreach (var other in ConfigurationPlan.For(document, new DirectoryEdit(current, 1001)).Steps())
                    rest = After(rest, other.Record, other.Remove);
                Assert.Equal(TestDirectory.Text(document), TestDirectory.Text(Configuration.Of(rest)));
            }
            Assert.Equal(TestDirectory.Text(document), TestDirectory.Text(Configuration.Of(current)));
        }
    }

    private static AccountDirectory After(AccountDirectory directory, IDirectoryRecord record, bool remove) =>
        new(
            1,
            directory.Version + 1,
            remove ? directory.Records.Remove(record.RowKey) : directory.Records.SetItem(record.RowKey, record)
        );

    private static void AssertValid(AccountDirectory directory, int seed)
    {
        foreach (var record in directory.Records.Values)
        {
            foreach (var reference in record.References())
                Assert.True(directory.Records.ContainsKey(reference.Key), $"{seed}: {record.RowKey} refers to {reference.Key}");
        }
        Assert.Null(directory.Named("nobody"));
        Assert.Null(directory.Queue("QU_nobody"));
        foreach (var routings in directory.All<QueueGroup>().GroupBy(routing => (routing.QueueId, routing.GroupId)))
            Assert.Single(routings);
        foreach (var agent in directory.All<Agent>()) Assert.InRange(directory.CallbacksOf(agent.Id).Count(), 0, 2);
    }

    /// <summary>A few records of each kind, under few ids and names, so that two directories have much to do with each other.</summary>
    private static IDirectoryRecord[] Valid(Random random)
    {
        var names = Enumerable.Range(0, 8).Select(number => $"n{number}").ToArray();
        random.Shuffle(names);
        var external = Enumerable.Range(0, 8).Select(number => $"{number:D16}").ToArray();
        random.Shuffle(external);
        var next = 0;
        var queueIds = Some(4);
        var agentIds = Some(4);
        var widgets = Some(3);
        string[] groups = [.. Some(3).Select(id => $"GR_{id:D16}")];
        List<IDirectoryRecord> records =
        [
            .. queueIds.Select(id => Directories.Queue(id) with
            {
                Name = names[next],
                ExternalId = $"QU_{external[next++]}",
                WhenFull = OverflowOf(),
                WhenWaited = OverflowOf(),
            }),
            .. agentIds.Select(id => Directories.Agent(id, [.. queueIds.Where(_ => Heads())], [.. groups.Where(_ => Heads())]) with
            {
                Name = names[next],
                ExternalId = $"AG_{external[next++]}",
            }),
            .. groups.Select(id => new Group { Id = id }),
            .. widgets.Select(id => new Widget { Id = id }),
            .. Some(4).Zip(
                agentIds.SelectMany(id => new[] { id, id }),
                (id, agent) => new Callback { Id = id, AgentId = agent, Url = $"https://example.com/{random.Next(2)}" }
            ),
        ];
        var pairs = queueIds.SelectMany(queue => groups.Select(group => (queue, group))).Where(_ => Heads()).ToArray();
        random.Shuffle(pairs);
        records.AddRange(
            pairs.Take(4).Select((pair, index) => new QueueGroup
            {
                Id = $"GR_RO_{index:D16}",
                QueueId = pair.queue,
                GroupId = pair.group,
            })
        );
        foreach (var serviceId in Some(2))
        {
            var canHaveLevels = widgets.Length > 0 && queueIds.Length + agentIds.Length > 0;
            var service = new Service { Id = serviceId, Levels = [.. Some(canHaveLevels ? 3 : 0).Select(number => $"l{number}")] };
            records.Add(service);
            records.AddRange(
                service.Levels.Select(id => new Level { Id = id, ServiceId = serviceId, WidgetId = widgets[random.Next(widgets.Length)] }
                    .LeadingTo(records.OfType<NamedRecord>().ElementAt(random.Next(queueIds.Length + agentIds.Length))))
            );
        }
        return [.. records];

        bool Heads() => random.Next(2) == 0;

        int[] Some(int most)
        {
            var ids = Enumerable.Range(1, most).Where(_ => random.Next(3) > 0).ToArray();
            random.Shuffle(ids);
            return ids;
        }

        Overflow OverflowOf() =>
            Heads() ? new Overflow(OverflowTo.Queue, queueIds[random.Next(queueIds.Length)]) : new Overflow(OverflowTo.NextLevel);
    }
}

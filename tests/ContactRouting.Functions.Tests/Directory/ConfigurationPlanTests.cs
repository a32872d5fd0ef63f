using ContactRouting.Directory;
using ContactRouting.Directory.Changes;

namespace ContactRouting.Tests.Directory;

public sealed class ConfigurationPlanTests
{
    private static readonly Configuration Document = new()
    {
        Queues = [new Queue { DisplayName = "Sales & More" }],
        Agents = [new Agent { Id = 5, Name = "ann", Queues = [new Assignment(1001)] }],
        Widgets = [new Widget { Id = 3, Name = "W" }],
        Services =
        [
            new ServiceConfiguration
            {
                Id = 9,
                Name = "S",
                Levels = [new LevelConfiguration { Name = "sales---more", WidgetId = 3 }],
            },
        ],
    };

    [Fact]
    public void Document_without_ids_gets_them_and_put_back_asks_for_nothing()
    {
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var plan = ConfigurationPlan.For(Document, edit);
        Assert.Empty(plan.Errors);
        foreach (var (record, _) in plan.Steps()) edit.Put(record);
        var queue = Assert.Single(edit.Directory.All<Queue>());
        Assert.Equal(("sales---more", 1001), (queue.Name, queue.Id));
        Assert.StartsWith("QU_", queue.ExternalId, StringComparison.Ordinal);

        var again = ConfigurationPlan.For(Configuration.Of(edit.Directory), new DirectoryEdit(edit.Directory, edit.NextId));
        Assert.Empty(again.Errors);
        Assert.Empty(again.Steps());
        Assert.Empty(ConfigurationPlan.For(Document, new DirectoryEdit(edit.Directory, edit.NextId)).Steps());
    }

    [Fact]
    public void Steps_put_what_is_referred_to_first_and_remove_it_last()
    {
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var puts = ConfigurationPlan.For(Document, edit).Steps().ToList();
        Assert.Equal(
            [nameof(Queue), nameof(Agent), nameof(Widget), nameof(Level), nameof(Service)],
            puts.Select(step => step.Record.GetType().Name)
        );
        foreach (var (record, _) in puts) edit.Put(record);
        var removals = ConfigurationPlan.For(new Configuration(), new DirectoryEdit(edit.Directory, edit.NextId)).Steps();
        Assert.Equal(
            [nameof(Service), nameof(Level), nameof(Widget), nameof(Agent), nameof(Queue)],
            removals.Select(step => step.Record.GetType().Name)
        );
        Assert.All(removals, step => Assert.True(step.Remove));
    }

    [Fact]
    public void Every_fault_is_listed_by_its_path()
    {
        var document = Document with
        {
            Queues =
            [
                new Queue
                {
                    Id = 1,
                    Name = "Upper",
                    WhenFull = new(OverflowTo.Queue),
                    WhenWaited = new(OverflowTo.Queue, 98),
                    WhenUnattended = new(OverflowTo.Queue, 99),
                },
                new Queue { Id = 1, Name = "ann" },
            ],
            GroupRoutings = [new QueueGroup { Id = "GR_RO_x", QueueId = 1, GroupId = "GR_none" }],
            Widgets = [new Widget { Id = 3, ChatUrl = "javascript:alert(1)" }],
        };
        var errors = ConfigurationPlan
            .For(document, new DirectoryEdit(AccountDirectory.Empty(1), 1001))
            .Errors.Select(error => error.Path)
            .ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "queues[0].name",
                "queues[0].whenUnattended.queueId",
                "queues[0].whenFull.queueId",
                "queues[0].whenWaited.queueId",
                "queues[1]",
                "agents[0].name",
                "agents[0].queues[0].queueId",
                "groupRoutings[0].id",
                "groupRoutings[0].groupId",
                "widgets[0].chatUrl",
                "services[0].levels[0].name",
            },
            errors
        );
    }

    [Fact]
    public void Items_refer_to_each_other_by_names_whichever_comes_first()
    {
        var document = new Configuration
        {
            Queues =
            [
                new Queue { DisplayName = "Sales & More", WhenFull = new(OverflowTo.Queue) { Queue = "Support" } },
                new Queue { Name = "support", DisplayName = "Support" },
            ],
            Groups = [new Group { DisplayName = "Team" }],
            GroupRoutings = [new QueueGroup { Queue = "support", Group = "Team" }],
            Agents =
            [
                new Agent
                {
                    Name = "ann",
                    Queues = [new Assignment { Queue = "Sales & More" }, new Assignment { Queue = "support" }],
                    Groups = ["Team"],
                },
            ],
            Widgets = [new Widget { Name = "Page" }],
            Services =
            [
                new ServiceConfiguration
                {
                    Name = "S",
                    Levels = [new() { Name = "Sales & More", Widget = "Page" }, new() { Name = "ann" }],
                },
            ],
            Callbacks = [new Callback { Agent = "ann", Url = "https://example.com/" }],
        };
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var plan = ConfigurationPlan.For(document, edit);
        Assert.Empty(plan.Errors);
        foreach (var (record, _) in plan.Steps()) edit.Put(record);

        var directory = edit.Directory;
        var (sales, support) = ((Queue)directory.Named("sales---more")!, (Queue)directory.Named("support")!);
        var ann = (Agent)directory.Named("ann")!;
        var group = Assert.Single(directory.All<Group>()).Id;
        Assert.Equal(support.Id, sales.WhenFull.QueueId);
        Assert.Equal([sales.Id, support.Id], ann.Queues.Select(place => place.QueueId));
        Assert.Equal([group], ann.Groups);
        Assert.Equal((support.Id, group), directory.All<QueueGroup>().Select(routing => (routing.QueueId, routing.GroupId)).Single());
        Assert.Equal(ann.Id, Assert.Single(directory.All<Callback>()).AgentId);
        var levels = Assert.Single(Configuration.Of(directory).Services).Levels;
        Assert.Equal([(sales.Name, directory.All<Widget>().Single().Id), ("ann", 0)], levels.Select(level => (level.Name, level.WidgetId)));
        Assert.Empty(ConfigurationPlan.For(document, new DirectoryEdit(directory, edit.NextId)).Steps());
    }

    [Fact]
    public void Name_that_means_nothing_or_two_items_is_an_error_where_it_stands_and_only_there()
    {
        var document = new Configuration
        {
            Queues =
            [
                new Queue { Name = "a", DisplayName = "Same", WhenFull = new(OverflowTo.Queue) { Queue = "none" } },
                new Queue { Name = "b", DisplayName = "Same" },
            ],
            GroupRoutings = [new QueueGroup { Queue = "ann", Group = "none" }],
            Agents = [new Agent { Name = "ann", Queues = [new Assignment { Queue = "Same" }], Groups = ["none"] }],
            Services = [new ServiceConfiguration { Name = "S", Levels = [new() { Name = "none" }, new() { Name = "a", Widget = "none" }] }],
            Callbacks = [new Callback { Agent = "a", Url = "https://example.com/" }],
        };
        var errors = ConfigurationPlan.For(document, new DirectoryEdit(AccountDirectory.Empty(1), 1001)).Errors;
        Assert.Equal(
            [
                ("agents[0].groups[0]", "names no group of this document."),
                ("agents[0].queues[0].queue", "is the display name of more than one queue."),
                ("callbacks[0].agent", "names no agent of this document."),
                ("groupRoutings[0].group", "names no group of this document."),
                ("groupRoutings[0].queue", "names no queue of this document."),
                ("queues[0].whenFull.queue", "names no queue of this document."),
                ("services[0].levels[0].name", "names no queue or agent of this document."),
                ("services[0].levels[1].widget", "names no widget of this document."),
            ],
            errors.Select(error => (error.Path, error.Problem)).Order()
        );
    }

    [Fact]
    public void Derived_name_leaves_alone_one_that_a_later_item_is_given()
    {
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var plan = ConfigurationPlan.For(
            new Configuration { Queues = [new Queue { DisplayName = "Help" }, new Queue { Name = "help" }] },
            edit
        );
        Assert.Empty(plan.Errors);
        Assert.Equal(["help-2", "help"], plan.Differences.Select(step => ((Queue)step.Record).Name));
    }

    [Fact]
    public void Ids_beyond_the_range_or_given_twice_are_refused()
    {
        const string Id = "QU_ABCDEFGHIJKLMNOP";
        var document = new Configuration
        {
            Queues =
            [
                new Queue
                {
                    Name = "a",
                    Id = int.MaxValue,
                    ExternalId = Id,
                },
                new Queue { Name = "b", ExternalId = Id },
            ],
        };
        var plan = ConfigurationPlan.For(document, new DirectoryEdit(AccountDirectory.Empty(1), 1001));
        Assert.Equal(["queues[0].id", "queues[1].externalId"], plan.Errors.Select(error => error.Path));
    }

    [Theory]
    [InlineData("sales", null)]
    [InlineData("Sales", "lower case")]
    [InlineData("a b", "space")]
    [InlineData("a@b", "space")]
    [InlineData("", "missing")]
    [InlineData("0123456789012345678901234567890123456789x", "40")]
    [InlineData("\u0130x", "lower case")]
    [InlineData("I\u0307x", "lower case")]
    [InlineData("\u01c5", "lower case")]
    [InlineData("\U0001D400", "lower case")]
    [InlineData("\u212a", "lower case")]
    [InlineData("a\ufffe\u0301", "space")]
    public void Name_follows_the_rule(string name, string? problem) =>
        Assert.True(problem is null ? Names.Fault(name) is null : Names.Fault(name)!.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Name_is_as_long_as_its_composed_form()
    {
        var decomposed = string.Concat(Enumerable.Repeat("e\u0301", Names.MaxLength));
        Assert.Null(Names.Fault(decomposed));
        Assert.Equal(new string('\u00e9', Names.MaxLength), new Queue { Name = decomposed }.Name);
    }

    [Fact]
    public void Derived_name_follows_the_rule_and_gets_a_number_where_it_is_taken()
    {
        Assert.Equal("john-smith-3", Names.Derive("John Smith", name => name is "john-smith" or "john-smith-2"));
        Assert.Null(Names.Fault(Names.Derive(new string('X', 100) + "@", _ => false)));
        Assert.Equal("istanbul-caf\u00e9--", Names.Derive("\u0130stanbul cafe\u0301 \U0001D400", _ => false));
        Assert.Equal("-\u00e9", Names.Derive("\ufffee\u0301", _ => false));
        Assert.False(char.IsHighSurrogate(Names.Derive(new string('x', 31) + "\U0001F600", _ => false)[^1]));
    }
}

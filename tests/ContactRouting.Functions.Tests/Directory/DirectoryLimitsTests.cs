using System.Text;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;

namespace ContactRouting.Tests.Directory;

public sealed class DirectoryLimitsTests
{
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, MaxDepth = 32 };

    [Fact]
    public void Document_is_counted_before_it_is_read()
    {
        var limits = new DirectoryLimits { Agents = 2, Queues = 1 };
        limits.RefuseDocument("""{"agents":[{"queues":[{},{},{}]},{}],"queues":[{"agents":[1,2,3]}],}"""u8, Options);
        Assert.Equal("agents", Refused("""{"queues":[{}],"agents":[{},{"queues":[]},{}]}"""));
        Assert.Equal("agents", Refused("""{"agents":[1,2,3,"""));
        Assert.Equal("queues", Refused("""{"queues":[[[]],null]}"""));
        Assert.Null(Refused("""{"agents":{"a":1,"b":2}}"""));
        Assert.Null(Refused("""{"agents":[{},{}],"x":[1,2,3,4]}"""));
        Assert.Null(Refused("no document"));

        string? Refused(string json) =>
            (Record.Exception(() => limits.RefuseDocument(Encoding.UTF8.GetBytes(json), Options)) as DomainException)?.Field;
    }

    [Fact]
    public void Account_grows_to_its_limits_and_what_is_above_them_may_only_shrink()
    {
        var directory = Directories.Of([Directories.Queue(1), Directories.Queue(2), Directories.Queue(3)]);
        var more = Edited(directory, edit => edit.Put(Directories.Queue(4)));
        var fewer = Edited(directory, edit => edit.Remove(directory.Queue(1)!));
        var renamed = Edited(directory, edit => edit.Put(directory.Queue(1)! with { DisplayName = "longer than it was" }));
        new DirectoryLimits { Queues = 4 }.Refuse(directory.Size, more.Size);
        var small = new DirectoryLimits { Queues = 2 };
        Assert.Equal("queues", Assert.Throws<DomainException>(() => small.Refuse(directory.Size, more.Size)).Field);
        small.Refuse(directory.Size, fewer.Size);
        small.Refuse(directory.Size, renamed.Size);
        var narrow = new DirectoryLimits { Bytes = (int)directory.Size.Bytes };
        narrow.Refuse(directory.Size, fewer.Size);
        var refused = Assert.Throws<DomainException>(() => narrow.Refuse(directory.Size, renamed.Size));
        Assert.Equal(("bytes", ErrorKind.Conflict), (refused.Field, refused.Kind));
        Assert.Contains($"{directory.Size.Bytes}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_subscriptions_than_a_commit_has_rows_for_are_no_setting()
    {
        var validation = new DirectoryLimitsValidation();
        Assert.True(validation.Validate(null, new DirectoryLimits { Subscriptions = Subscription.Most }).Succeeded);
        var refused = validation.Validate(null, new DirectoryLimits { Subscriptions = Subscription.Most + 1 });
        Assert.Contains("Limits__subscriptions must be at most 20", refused.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_after_a_change_is_that_of_the_directory_then()
    {
        var directory = Directories.Of([Directories.Queue(1), Directories.Agent(2, [1])]);
        var after = Edited(directory, edit =>
        {
            edit.Put(directory.Agent(2)! with { DisplayName = "Someone else" });
            edit.Put(Directories.Queue(3));
            edit.Remove(directory.Queue(1)!);
        });
        Assert.Equal(DirectorySize.Of(after.Records.Values).Bytes, after.Size.Bytes);
        Assert.Equal((1, 1), (after.Size.CountOf(typeof(Queue)), after.Size.CountOf(typeof(Agent))));
    }

    [Fact]
    public void Names_that_are_all_taken_are_given_up_after_some_draws()
    {
        var draws = 0;
        var refused = Assert.Throws<DomainException>(() => Names.Derive("Anna", _ => ++draws > 0));
        Assert.Equal("name", refused.Field);
        Assert.InRange(draws, 10, 1000);
    }

    [Fact]
    public void Drawn_service_ids_are_told_apart()
    {
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var ids = Enumerable.Range(0, 200_000).Select(_ => edit.NewServiceId()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Plan_ends_when_it_is_no_longer_wanted()
    {
        var document = new Configuration { Agents = [.. Enumerable.Range(1, 100).Select(_ => new Agent())] };
        var items = 0;
        Assert.Throws<OperationCanceledException>(() =>
            ConfigurationPlan.For(
                document,
                new DirectoryEdit(AccountDirectory.Empty(1), 1001),
                () =>
                {
                    if (++items == 10) throw new OperationCanceledException();
                }
            )
        );
        Assert.Equal(10, items);
    }

    /// <summary>The deadline is generous: what compares each item with all others would need many times as long.</summary>
    [Fact]
    public Task Large_documents_are_planned_without_a_scan_an_item() => Task.Run(PlanLarge).WaitAsync(TimeSpan.FromSeconds(60));

    private static void PlanLarge()
    {
        var document = new Configuration
        {
            Queues = [.. Enumerable.Range(1, 200).Select(id => Directories.Queue(id))],
            Groups = [.. Enumerable.Range(0, 200).Select(id => new Group { Id = $"GR_{id:D16}", DisplayName = "same" })],
            Agents = [.. Enumerable.Range(0, 3_000).Select(_ => new Agent { DisplayName = "same" })],
            GroupRoutings =
            [
                .. Enumerable.Range(0, 40_000).Select(id => new QueueGroup { QueueId = 1 + id / 200, GroupId = $"GR_{id % 200:D16}" }),
            ],
            Callbacks = [.. Enumerable.Range(0, 5_000).Select(_ => new Callback { AgentId = 1, Url = "https://a.example" })],
        };
        var edit = new DirectoryEdit(AccountDirectory.Empty(1), 1001);
        var plan = ConfigurationPlan.For(document, edit);
        Assert.Equal(100, plan.Errors.Count);
        plan = ConfigurationPlan.For(document with { Callbacks = [] }, edit);
        Assert.Empty(plan.Errors);
        foreach (var step in plan.Steps()) edit.Put(step.Record);
        var again = ConfigurationPlan.For(document with { Callbacks = [] }, new DirectoryEdit(edit.Directory, edit.NextId));
        Assert.Empty(again.Steps());
    }

    private static AccountDirectory Edited(AccountDirectory directory, Action<DirectoryEdit> change)
    {
        var edit = new DirectoryEdit(directory, 1001);
        change(edit);
        return edit.Directory;
    }
}

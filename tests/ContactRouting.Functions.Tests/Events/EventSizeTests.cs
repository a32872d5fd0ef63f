using System.Text;
using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.OwnApi;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Webhooks;

namespace ContactRouting.Tests.Events;

/// <summary>The body of a call, at the longest that is accepted of everything in it.</summary>
public sealed class EventSizeTests
{
    private const int MostBytes = 20 * 1024;

    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Change_of_many_records_with_long_names_names_as_many_as_fit()
    {
        var edit = new DirectoryEdit(Directories.Of(), nextId: 1000);
        for (var number = 0; number < 200; number++)
            edit.Put(new UserService { TechnicalName = $"{number:D4}{Long(UserService.MaxNameLength - 4)}" });
        var told = Assert.Single(DirectoryEvents.Of(edit, Now));
        AssertFits(told);
        var named = told.Data.GetProperty("changes").GetArrayLength();
        Assert.InRange(named, 30, 100);
        Assert.Equal(200 - named, told.Data.GetProperty("changesLeftOut").GetInt32());
    }

    [Fact]
    public void Change_of_a_hundred_records_with_names_in_any_script_names_them_all()
    {
        var edit = new DirectoryEdit(Directories.Of(), nextId: 1000);
        for (var number = 0; number < 100; number++)
            edit.Put(Directories.Queue(1000 + number) with { Name = $"{number:D4}{new string('\u4e2d', Names.MaxLength - 4)}" });
        var told = Assert.Single(DirectoryEvents.Of(edit, Now));
        AssertFits(told);
        Assert.Equal(100, told.Data.GetProperty("changes").GetArrayLength());
    }

    [Fact]
    public void Contact_with_the_longest_id_and_attributes_fits_at_every_step()
    {
        // Each is twelve bytes as it is sent; the name and quotes around them are few more.
        var attributes = Fields.From(JsonSerializer.SerializeToElement(new { attributes = new { a = Long(2 * 340) } }));
        Assert.Null(Contact.ExternalIdFault(Long(Contact.MaxExternalIdLength)));
        var before = new Contact
        {
            Id = Long(Contact.MaxExternalIdLength),
            Channel = new string('c', 40),
            State = ContactState.Offered,
            AgentId = int.MaxValue,
            OfferExpiresAt = Now,
            Attributes = ArrivalFields.Attributes(attributes),
            Sequence = ContactFacts.SequenceBefore(Now),
        };
        var after = before with { State = ContactState.WrapUp, AcceptedAt = Now, EndedAt = Now, WrapUpUntil = Now, QueueId = int.MaxValue };
        after = after.After(ContactStep.Completed).After(ContactStep.Ended);
        var told = ContactFacts.Events(new ContactChange(new Row<Contact>("c", default, before), after), Now).ToList();
        Assert.Equal(2, told.Count);
        Assert.All(told, AssertFits);
    }

    [Fact]
    public void Agent_queue_and_subscription_with_the_longest_texts_fit()
    {
        var directory = Directories.Of();
        var subscription = new Subscription { Id = 1, Url = "https://example.com/", EventTypes = ["*"], Description = Long(200) };
        var before = new DirectoryEdit(directory, 1000);
        before.Put(subscription);
        var edit = new DirectoryEdit(before.Directory, 1000);
        edit.Put(subscription with { Enabled = false, Description = Long(198), DisabledReason = "failing" });
        Assert.All(DirectoryEvents.Of(edit, Now), AssertFits);

        var agent = Directories.Agent(1) with { DisplayName = Long(200), Name = Long(Names.MaxLength), Address = Long(100) };
        Assert.Empty(agent.Faults());
        var state = new AgentState().Follow(directory, agent);
        var other = state with { DisplayName = Long(198), Name = Long(38), Address = Long(98), Status = PresenceStatus.Available };
        AssertFits(AgentFacts.Event(new PresenceStep(PresenceSource.Phone, Now), other, state));
    }

    /// <summary>Of letters that JSON has as two escapes of six bytes.</summary>
    private static string Long(int length) => string.Concat(Enumerable.Repeat("\U0001F600", length / 2));

    private static void AssertFits(Event happened)
    {
        var subscription = new Subscription { Id = 1, Url = "https://example.com/" };
        var (request, body) = new SubscriptionDestination(Receiver.Of(subscription), subscription).Call(int.MaxValue, happened);
        request.Dispose();
        Assert.InRange(Encoding.UTF8.GetByteCount(body), 1, MostBytes);
    }
}

using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;

namespace ContactRouting.Tests.Directory;

public sealed class RecordFaultTests
{
    private static readonly Queue Queue = Directories.Queue(1) with { ExternalId = "QU_ABCDEFGHIJKLMNOP" };

    private static readonly Agent Agent = Directories.Agent(2) with { ExternalId = "AG_ABCDEFGHIJKLMNOP" };

    /// <summary>Each record with a fault, where that is by its properties and in a document.</summary>
    public static readonly TheoryData<string, string, string> Cases = new()
    {
        { "part of a list", "Hours.Weekly[1].To", "queues[3].hours.weekly[1].to" },
        { "nested", "Telephony.WaitGreeting", "queues[3].telephony.waitGreeting" },
        { "key", "ChannelCosts[\"Voice\"]", "queues[3].channelCosts.Voice" },
        { "whole", "", "queues[3]" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fault_names_its_property_and_the_document_its_path(string what, string property, string path)
    {
        var fault = Assert.Single(Faulty(what).Faults());
        Assert.Equal(property, fault.Property);
        Assert.Equal(path, Configuration.PathOf("queues[3]", fault.Property));
    }

    [Fact]
    public void Record_with_a_fault_enters_no_change()
    {
        var edit = new DirectoryEdit(Directories.Of(Queue), 1001);
        var refused = Assert.Throws<DomainException>(() => edit.Put(Queue with { OfferSeconds = 2 }));
        Assert.Equal((ErrorKind.Invalid, "OfferSeconds"), (refused.Kind, refused.Field));
        Assert.Equal("OfferSeconds must be from 3 to 86400.", refused.Message);
        Assert.Throws<DomainException>(() => edit.Change(Queue, Queue with { Name = "Upper" }));
        Assert.Throws<DomainException>(() => edit.Add(new Agent { Name = "Upper" }));
        Assert.Empty(edit.Changes);
    }

    private static IDirectoryRecord Faulty(string what) => what switch
    {
        "part of a list" => Queue with
        {
            Hours = new() { Weekly = [new(DayOfWeek.Friday, new(8, 0), new(0, 0)), new(DayOfWeek.Monday, new(9, 0), new(8, 0))] },
        },
        "nested" => Queue with { Telephony = new() { WaitGreeting = new string('x', 201) } },
        "key" => Agent with { ChannelCosts = new Dictionary<string, int> { ["Voice"] = 0 } },
        _ => Agent with { Queues = [.. Enumerable.Range(1, 41).Select(id => new Assignment(id))] },
    };
}

using System.Text.Json;
using ContactRouting.AgentEvents;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Presence;

namespace ContactRouting.Tests.AgentEvents;

public sealed class AgentEventTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly AgentState Local = new() { AgentId = 136, Type = AgentType.Local, Address = "000*094@ringme.ru" };
    private static readonly AgentState Remote = new() { AgentId = 137, Type = AgentType.Remote, Address = "+15550100" };

    [Theory]
    [InlineData("agent_id")]
    [InlineData("agent_status")]
    [InlineData("agent_type")]
    [InlineData("event_source")]
    public void Event_without_a_required_field_names_it(string field)
    {
        var fields = Fields();
        fields.Remove(field);
        Assert.Equal(field, Assert.Throws<DomainException>(() => Read(fields)).Field);
    }

    [Theory]
    [InlineData("agent_status", "Available")]
    [InlineData("agent_type", "internal")]
    [InlineData("event_source", "web")]
    [InlineData("agent_id", "12x")]
    [InlineData("occurred_at", "yesterday")]
    [InlineData("occurred_at", "2026-01-31T12:01:01Z")]
    [InlineData("extension_nam", "000*094")]
    public void Event_with_a_wrong_value_or_a_misspelt_field_names_it(string field, string value) =>
        Assert.Equal(field, Assert.Throws<DomainException>(() => Read(Fields(field, value))).Field);

    [Fact]
    public void Event_takes_the_agent_as_text_or_number_and_leaves_a_senders_own_fields_alone()
    {
        Assert.Equal(136, Read(Fields("agent_id", 136)).AgentId);
        Assert.Equal(136, Read(Fields("key", "secret")).AgentId);
        Assert.Equal(PresenceSource.Phone, Read(Fields()).Change.Source);
    }

    [Theory]
    [InlineData("000*094@ringme.ru", null)]
    [InlineData("000*094", null)]
    [InlineData("000*095", "extension_name")]
    [InlineData("000*094@other.ru", "extension_name")]
    public void Extension_must_be_the_agents_with_or_without_its_domain(string extension, string? refused) =>
        Assert.Equal(refused, Refused(Read(Fields("extension_name", extension)), Local));

    [Fact]
    public void Type_and_number_must_be_the_agents()
    {
        Assert.Equal("agent_type", Refused(Read(Fields()), Remote));
        Assert.Equal("agent_number", Refused(Read(Fields("agent_number", "000*094@ringme.ru")), Local));
        var remote = Fields("agent_number", "+15550100");
        remote["agent_type"] = "remote";
        Assert.Null(Refused(Read(remote), Remote));
    }

    private static string? Refused(AgentEvent received, AgentState agent) =>
        (Record.Exception(() => received.CheckAgent(agent)) as DomainException)?.Field;

    private static Dictionary<string, object> Fields(string? name = null, object? value = null)
    {
        var fields = new Dictionary<string, object>
        {
            ["agent_id"] = "136",
            ["agent_status"] = "available",
            ["agent_type"] = "local",
            ["event_source"] = "phone",
        };
        if (name is not null) fields[name] = value!;
        return fields;
    }

    private static AgentEvent Read(Dictionary<string, object> fields) =>
        AgentEvent.Read(ContactRouting.Http.Fields.From(JsonSerializer.SerializeToElement(fields)), Noon);
}

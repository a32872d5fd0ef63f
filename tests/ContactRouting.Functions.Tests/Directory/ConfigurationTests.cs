using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;

namespace ContactRouting.Tests.Directory;

public sealed class ConfigurationTests
{
    private static readonly Configuration Full = new()
    {
        Agents = [Directories.Agent(5, [1])],
        Queues = [Directories.Queue(1)],
        Groups = [new Group { Id = "GR_A" }],
        GroupRoutings = [new QueueGroup { Id = "GR_RO_A", QueueId = 1, GroupId = "GR_A" }],
        Widgets = [new Widget { Id = 3 }],
        Services = [new ServiceConfiguration { Id = 9, Levels = [new LevelConfiguration { Id = "l0", Name = "queue-1", WidgetId = 3 }] }],
        Callbacks = [new Callback { Id = 7, AgentId = 5 }],
        Subscriptions = [new Subscription { Id = 8, EventTypes = ["*"] }],
        UserServices = [new UserService { TechnicalName = "s" }],
    };

    [Fact]
    public void Document_shows_what_can_be_set_and_nothing_else()
    {
        var json = JsonNode.Parse(TestDirectory.Text(Full))!.AsObject();
        Assert.Equal(9, json.Count);
        foreach (var (kind, items) in json)
        {
            var item = Assert.Single(items!.AsArray())!.AsObject();
            Assert.DoesNotContain("rowKey", item);
            Assert.DoesNotContain("externalIdPrefix", item);
            foreach (var name in new[] { "rowKey", "externalIdPrefix", "overflows", "maxHtmlLength", "unknown" })
            {
                item[name] = "d|x";
                Assert.True(Record.Exception(() => Read(json)) is JsonException, $"{kind}: {name}");
                item.Remove(name);
            }
        }
        Assert.Equal(json.ToJsonString(), TestDirectory.Text(Read(json)));
    }

    private static Configuration Read(JsonObject json) => json.Deserialize<Configuration>(DirectoryJson.Options)!;
}

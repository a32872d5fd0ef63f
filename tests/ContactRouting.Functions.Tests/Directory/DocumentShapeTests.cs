using System.Text.Json;
using ContactRouting.Directory.Changes;
using ContactRouting.OwnApi;

namespace ContactRouting.Tests.Directory;

public sealed class DocumentShapeTests
{
    [Theory]
    [InlineData("""{"queue": []}""", "queue", "is no field there; perhaps queues was meant.")]
    [InlineData("""{"queues": {}}""", "queues", "must be a list.")]
    [InlineData("""{"queues": [null]}""", "queues[0]", "must be an object.")]
    [InlineData("""{"queues": [{"name": 5}]}""", "queues[0].name", "must be a text.")]
    [InlineData("""{"queues": [{"name": null}]}""", "queues[0].name", "must be a text.")]
    [InlineData(
        """{"queues": [{}, {"displayname": "", "wrap_up": 1}]}""",
        "queues[1].wrap_up",
        "is no field there; perhaps wrapUp was meant."
    )]
    [InlineData("""{"queues": [{"wrapUp": "yes"}]}""", "queues[0].wrapUp", "must be true or false.")]
    [InlineData("""{"queues": [{"offerSeconds": 2.5}]}""", "queues[0].offerSeconds", "must be a whole number.")]
    [InlineData("""{"queues": [{"offerSeconds": "20"}]}""", "queues[0].offerSeconds", "must be a whole number.")]
    [InlineData(
        """{"queues": [{"strategy": "fastest"}]}""",
        "queues[0].strategy",
        "must be one of longestIdle, leastLoaded, roundRobin, random."
    )]
    [InlineData("""{"queues": [{"strategy": 1}]}""", "queues[0].strategy", "must be one of longestIdle, leastLoaded, roundRobin, random.")]
    [InlineData(
        """{"queues": [{"whenFull": {"to": "nowhere"}}]}""",
        "queues[0].whenFull.to",
        "must be one of refuse, nextLevel, queue."
    )]
    [InlineData("""{"queues": [{"whenFull": {"too": "queue"}}]}""", "queues[0].whenFull.too", "is no field there; perhaps to was meant.")]
    [InlineData(
        """{"queues": [{"whenFull": {"target": 5}}]}""",
        "queues[0].whenFull.target",
        "is no field there; there are to, queueId, queue."
    )]
    [InlineData(
        """{"queues": [{"hours": {"holidays": ["tomorrow"]}}]}""",
        "queues[0].hours.holidays[0]",
        "must be a date like 2026-01-31."
    )]
    [InlineData(
        """{"queues": [{"hours": {"weekly": [{"day": "monday", "from": "8h", "to": "18:00"}]}}]}""",
        "queues[0].hours.weekly[0].from",
        "must be a time of day like 08:00:00."
    )]
    [InlineData("""{"agents": [{"channelCosts": {"voice": "2"}}]}""", "agents[0].channelCosts.voice", "must be a whole number.")]
    public void Unknown_fields_wrong_types_and_unknown_words_are_told_apart_by_their_paths(string json, string path, string problem)
    {
        using var document = JsonDocument.Parse(json);
        var fault = Assert.Single(DocumentShape.Faults(document.RootElement, typeof(Configuration)));
        Assert.Equal((path, problem), (fault.Path, fault.Problem));
    }
}

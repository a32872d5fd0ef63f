using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;

namespace ContactRouting.Tests.Audit;

public sealed class DirectoryAuditTests
{
    private static readonly Agent Ann = new()
    {
        Id = 1001,
        ExternalId = Names.NewId("AG_"),
        Name = "ann",
        Email = "ann@example.com",
        CapacityUnits = 1,
    };

    [Fact]
    public void Change_tells_what_was_and_what_is_as_far_as_it_differs()
    {
        var edit = Edit([Ann, new Queue { Id = 1003, Name = "sales" }]);
        edit.Put(Ann with { Email = "ann@example.org", CapacityUnits = 2 });
        edit.Put(new Queue { Id = 1002, ExternalId = Names.NewId("QU_"), Name = "support" });
        edit.Remove(edit.Before.Queue(1003)!);
        var entry = DirectoryAudit.Of(edit);
        Assert.Equal(("directory.changed", null), (entry.Action, entry.More));
        var changes = JsonNode.Parse(entry.Changes!)!.AsArray().ToDictionary(change => change!["id"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "record": "agent", "id": 1001, "name": "ann",
                  "before": { "email": "ann@example.com", "capacityUnits": 1 },
                  "after": { "email": "ann@example.org", "capacityUnits": 2 }
                }
                """),
            changes[1001]
        ), changes[1001]!.ToJsonString());
        Assert.Equal(("support", null), (changes[1002]!["after"]!["name"]!.GetValue<string>(), changes[1002]!["before"]));
        Assert.Equal(("sales", null), (changes[1003]!["before"]!["name"]!.GetValue<string>(), changes[1003]!["after"]));
    }

    [Fact]
    public void Long_text_is_shown_from_where_it_differs_and_no_character_is_cut_in_two()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 300));
        var edit = Edit([new Service { Id = 1, OfflineHtml = text + "a" + text }]);
        edit.Put(new Service { Id = 1, OfflineHtml = text + "b" + text });
        var change = JsonNode.Parse(DirectoryAudit.Of(edit).Changes!)![0]!;
        var (before, after) = (change["before"]!["offlineHtml"]!.GetValue<string>(), change["after"]!["offlineHtml"]!.GetValue<string>());
        Assert.Equal(before.Replace('a', 'b'), after);
        Assert.Contains("😀a😀", before, StringComparison.Ordinal);
        Assert.All(new[] { before, after }, shown => Assert.DoesNotContain('\uFFFD', shown));
        Assert.All(new[] { before, after }, shown => Assert.InRange(shown.Length, 150, 202));
    }

    [Fact]
    public void Change_is_told_in_4_KiB_and_says_how_many_records_it_leaves_out()
    {
        var edit = Edit([]);
        for (var id = 1; id <= 90; id++) edit.Put(new Service { Id = id, OfflineHtml = new string('é', 5000) });
        var entry = DirectoryAudit.Of(edit);
        Assert.InRange(Encoding.UTF8.GetByteCount(entry.Changes!), 3000, 4096);
        var changes = JsonNode.Parse(entry.Changes!)!.AsArray();
        Assert.Equal(90, changes.Count + entry.More);
        Assert.All(
            changes,
            change => Assert.EndsWith("…", change!["after"]!["offlineHtml"]!.GetValue<string>(), StringComparison.Ordinal)
        );
    }

    private static DirectoryEdit Edit(IEnumerable<IDirectoryRecord> records) =>
        new(
            new AccountDirectory(1, 1, records.ToImmutableDictionary(record => record.RowKey)),
            DirectoryHead.FirstId,
            new HashSet<string>()
        );
}

using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd.Documents;

/// <summary>What holds for the documents as they are written.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] KnownBlocks =
        ["bicep", "console", "console cloud", "console own", "csharp", "html", "http", "js", "json", "mermaid", "text"];

    /// <summary>The commands that are too large to run with a document, with the test that runs them or what they run.</summary>
    private static readonly Dictionary<string, string> OwnCommands = new()
    {
        ["./run"] = "DocumentCommandTests.Commands_print_what_the_document_shows",
        ["./test"] = "WorkflowTests.Workflow_runs_what_the_documents_tell_to_run",
        ["./test quick"] = "TestScriptTests.Selection_reaches_the_test_runner_and_its_counts_come_back",
        ["./test NAME"] = "TestScriptTests.Selection_reaches_the_test_runner_and_its_counts_come_back",
        ["tests/hostile 50000"] = "HostileRequestTests.Hostile_requests_meet_no_fault_hang_nowhere_and_change_nothing_of_others",
        ["tests/events-under-fire 10000"] = "EventsUnderFireTests.Every_event_arrives_or_is_a_dead_letter_in_its_order_and_under_its_id",
        ["UPDATE_SNAPSHOT=1 dotnet test --filter BicepFileTests"] =
            "BicepFileTests.Deployment_is_the_one_in_the_snapshot_and_shows_no_secret",
        ["UPDATE_SNAPSHOT=1 dotnet test --filter DescriptionSourceTests"] = "DescriptionSourceTests",
        ["UPDATE_DOCS=1 dotnet test --filter OperationCostTests"] =
            "OperationCostTests.Operations_cost_what_the_table_in_the_docs_says",
        ["SNAPSHOT_SCALE=10000,200,20000 dotnet test --filter SnapshotScaleTests --logger \"console;verbosity=detailed\""] =
            "SnapshotScaleTests.Snapshot_of_many_is_complete",
        ["dotnet publish functions --output out"] =
            "PublishTests.Published_app_is_compiled_ahead_for_the_platforms_own_runtime",
        ["(cd out && zip -qr ../contactrouting.zip .)"] = "WorkflowTests.Workflow_runs_what_the_documents_tell_to_run",
        ["func start --script-root functions"] = "WorkflowTests.Workflow_runs_what_the_documents_tell_to_run",
        ["node infra/cost.mjs"] = "CostTests.Costs_in_the_documents_are_the_computed_ones",
    };

    [Fact]
    public void Readme_has_at_most_120_lines() => Assert.InRange(Document.All.Single(one => one.Path == "README.md").Lines.Length, 1, 120);

    [Fact]
    public void Every_block_says_what_it_is_and_commands_stand_in_blocks_for_them()
    {
        foreach (var document in Document.All)
        {
            Assert.All(document.Blocks, block => Assert.Contains(block.Info, KnownBlocks));
            Assert.All(
                document.Blocks.Where(block => !block.Info.StartsWith("console", StringComparison.Ordinal))
                    .SelectMany(block => block.Lines),
                line => Assert.DoesNotMatch(Command(), line)
            );
        }
    }

    [Fact]
    public void Document_with_commands_for_a_cloud_says_that_they_have_not_been_run() =>
        Assert.All(
            Document.All.Where(document => document.Commands("console cloud").Any()),
            document => Assert.Contains(
                "There was no cloud where this was written",
                string.Join('\n', document.Prose),
                StringComparison.Ordinal
            )
        );

    [Fact]
    public void Commands_too_large_to_run_with_a_document_are_known_and_each_has_its_test()
    {
        Assert.Equal(
            OwnCommands.Keys.Order(StringComparer.Ordinal),
            Document.All.SelectMany(document => document.Commands("console own")).Select(command => command.Text).Distinct()
                .Order(StringComparer.Ordinal)
        );
        var sources = System.IO.Directory.GetFiles(Path.Combine(Document.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        Assert.All(OwnCommands.Values, test => Assert.Contains(test.Split('.')[^1], sources[test.Split('.')[0]], StringComparison.Ordinal));
    }

    [Fact]
    public void Links_lead_to_files_and_headings_that_are_there()
    {
        var broken =
            from document in Document.All
            from link in document.Links
            where !link.StartsWith("https://", StringComparison.Ordinal)
            let parts = link.Split('#', 2)
            let folder = Path.GetDirectoryName(Path.Combine(Document.Root, document.Path))!
            let file = parts[0].Length == 0 ? Path.Combine(Document.Root, document.Path) : Path.GetFullPath(Path.Combine(folder, parts[0]))
            let target = Document.All.SingleOrDefault(one => Path.Combine(Document.Root, one.Path) == file)
            where !File.Exists(file) || parts.Length == 2 && target?.Anchors.Contains(parts[1]) != true
            select $"{document.Path}: {link}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_route_with_its_methods_stands_in_one_table_of_one_page()
    {
        var told =
            from document in Document.All
            from line in document.Prose
            let row = RouteRow().Match(line)
            where row.Success
            select $"{row.Groups[1].Value.Replace("`", "", StringComparison.Ordinal).Trim()} {Canonical(row.Groups[2].Value)}";
        var served =
            from entry in RouteGroup.All
            select $"{string.Join(' ', entry.Methods.Where(method => method != "HEAD"))} {Canonical(entry.Route)}";
        Assert.Equal(served.Distinct().Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Architecture_names_invariants_and_decisions_that_are_there_once_and_without_a_gap()
    {
        var prose = string.Join('\n', Document.All.Single(one => one.Path == "ARCHITECTURE.md").Prose);
        foreach (var (kind, defined) in new[] { ('I', InvariantRow()), ('D', DecisionItem()) })
        {
            var ids = defined.Matches(prose).Select(match => match.Groups[1].Value).ToList();
            Assert.Equal(Enumerable.Range(1, ids.Count).Select(number => $"{kind}{number}"), ids);
            Assert.All(Regex.Matches(prose, $@"\b{kind}\d+\b"), name => Assert.Contains(name.Value, ids));
        }
    }

    /// <summary>A route without its versions and other spellings, which a page tells once for all of them.</summary>
    private static string Canonical(string route)
    {
        var plain = route.TrimStart('/').Replace("{version}", "2011-12-03", StringComparison.Ordinal)
            .Replace("api/ver1.0/", "", StringComparison.Ordinal)
            .Replace("/level/", "/levels/", StringComparison.Ordinal);
        if (plain.EndsWith("/level", StringComparison.Ordinal)) plain += "s";
        return Placeholder().Replace(plain, "{}");
    }

    [GeneratedRegex(@"^(\$ |curl |az |azd |dotnet |node |npm |git |gh |func |zip |export |sha256sum |\./)")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\| ((?:`[A-Z]+` ?)+)\| `(/[^`]*)` \|")]
    private static partial Regex RouteRow();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\| (I\d+) \|", RegexOptions.Multiline)]
    private static partial Regex InvariantRow();

    [GeneratedRegex(@"^- \*\*(D\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex DecisionItem();
}

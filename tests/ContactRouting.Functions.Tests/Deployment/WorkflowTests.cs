using System.Text.RegularExpressions;

namespace ContactRouting.Tests.Deployment;

public sealed partial class WorkflowTests
{
    private readonly string workflow = File.ReadAllText(Repository.File(".github", "workflows", "ci.yml"));

    /// <summary>The text of each job by its name.</summary>
    private Dictionary<string, string> Jobs
    {
        get
        {
            var parts = JobHeading().Split(workflow[workflow.IndexOf("\njobs:\n", StringComparison.Ordinal)..]);
            return parts.Skip(1).Chunk(2).ToDictionary(job => job[0], job => job[1]);
        }
    }

    [Fact]
    public void Only_one_job_may_write_contents_and_all_it_does_is_make_the_release()
    {
        var (name, steps) = Assert.Single(Jobs, job => job.Value.Contains("contents: write", StringComparison.Ordinal));
        Assert.Equal("release", name);
        Assert.StartsWith("gh release create ", Assert.Single(Runs().Matches(steps)).Groups[1].Value, StringComparison.Ordinal);
        Assert.StartsWith("actions/download-artifact@", Assert.Single(Uses().Matches(steps)).Groups[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Job_that_signs_runs_nothing_of_the_repository()
    {
        var (_, steps) = Assert.Single(Jobs, job => job.Value.Contains("id-token: write", StringComparison.Ordinal));
        Assert.Empty(Runs().Matches(steps));
        Assert.DoesNotContain("actions/checkout", steps, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflow_gives_no_permission_by_default_and_each_job_names_its_own()
    {
        Assert.Contains("\npermissions: {}\n", workflow, StringComparison.Ordinal);
        Assert.All(Jobs.Values, job => Assert.Contains("\n    permissions:\n", job, StringComparison.Ordinal));
    }

    [Fact]
    public void Workflow_runs_what_the_documents_tell_to_run()
    {
        Assert.Contains("./test", Runs().Matches(Jobs["test"]).Select(run => run.Groups[1].Value));
        Assert.Contains("./run --func ", Jobs["smoke"], StringComparison.Ordinal);
        Assert.Contains("'start', '--script-root', 'functions'", File.ReadAllText(Repository.File("run")), StringComparison.Ordinal);
        Assert.Contains("zip -qr ../contactrouting.zip .", Runs().Matches(Jobs["build"]).Select(run => run.Groups[1].Value));
    }

    [Fact]
    public void Actions_are_pinned_by_commit() =>
        Assert.All(Uses().Matches(workflow), use => Assert.Matches("^[a-z/-]+@[0-9a-f]{40}$", use.Groups[1].Value));

    [GeneratedRegex(@"^  ([a-z]+):\n", RegexOptions.Multiline)]
    private static partial Regex JobHeading();

    [GeneratedRegex(@"\brun: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Runs();

    [GeneratedRegex(@"\buses: (\S+)")]
    private static partial Regex Uses();
}

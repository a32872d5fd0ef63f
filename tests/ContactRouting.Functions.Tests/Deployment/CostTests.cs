using System.Globalization;

namespace ContactRouting.Tests.Deployment;

[Trait("Category", "Slow")]
public sealed class CostTests
{
    [Fact]
    public async Task Costs_in_the_documents_are_the_computed_ones() =>
        Assert.Contains(
            (await Command.RunAsync("node", [Repository.File("infra", "cost.mjs")], [])).Succeeded(),
            await File.ReadAllTextAsync(Repository.File("docs", "cost.md")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Readme_tells_the_sums()
    {
        var readme = await File.ReadAllTextAsync(Repository.File("README.md"));
        var sums = (await File.ReadAllLinesAsync(Repository.File("docs", "cost.md")))
            .Single(line => line.StartsWith("| **sum**", StringComparison.Ordinal)).Split("**").Where(part => char.IsDigit(part[0]));
        Assert.All(
            sums.Select(sum => double.Parse(sum, CultureInfo.InvariantCulture)),
            sum => Assert.Contains($"**{sum:0} USD**", readme, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Costs_count_every_timer()
    {
        var script = await File.ReadAllTextAsync(Repository.File("infra", "cost.mjs"));
        Assert.All(AppFunctions.Timers, timer => Assert.Contains($"name: '{timer}'", script, StringComparison.Ordinal));
    }
}

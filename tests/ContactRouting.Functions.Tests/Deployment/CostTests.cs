
namespace ContactRouting.Tests.Deployment;

[Trait("Category", "Slow")]
public sealed class CostTests
{
    [Fact]
    public async Task Costs_in_the_readme_are_the_computed_ones() =>
        Assert.Contains(
            (await Command.RunAsync("node", [Repository.File("infra", "cost.mjs")], [])).Succeeded(),
            await File.ReadAllTextAsync(Repository.File("README.md")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Costs_count_every_timer()
    {
        var script = await File.ReadAllTextAsync(Repository.File("infra", "cost.mjs"));
        Assert.All(AppFunctions.Timers, timer => Assert.Contains($"name: '{timer}'", script, StringComparison.Ordinal));
    }
}

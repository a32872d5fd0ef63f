namespace ContactRouting.Tests.Deployment;

/// <summary>`./test` with programs in the place of those that it calls.</summary>
[Trait("Category", "Slow")]
public sealed class TestScriptTests
{
    private const string Project = "tests/ContactRouting.Functions.Tests/ContactRouting.Functions.Tests.csproj";

    [Theory]
    [InlineData(null, "test ContactRouting.Functions.sln", null)]
    [InlineData("quick", $"test {Project}", "--filter Category!=Slow")]
    [InlineData("ContactTests", "test ContactRouting.Functions.sln", "--filter FullyQualifiedName~ContactTests")]
    public async Task Selection_reaches_the_test_runner_and_its_counts_come_back(string? selection, string project, string? filter)
    {
        if (OperatingSystem.IsWindows()) return;
        using var programs = new TempFolder();
        var calls = programs.File("calls");
        programs.AddProgram("dotnet", $"""
            #!/bin/sh
            echo "$*" >> '{calls}'
            if [ "$1" = test ]; then printf '     Passed: 2\n     Skipped: 1\n'; fi
            """);
        programs.AddProgram("chromium", "#!/bin/sh\n");
        string[] arguments = selection is null ? [] : [selection];
        var output = (await Command.RunAsync(Repository.File("test"), arguments, [programs.ProgramPath])).Succeeded();
        Assert.EndsWith("2 passed, 0 failed, 1 skipped\n", output, StringComparison.Ordinal);
        var test = (await File.ReadAllLinesAsync(calls))[^1];
        Assert.StartsWith(project, test, StringComparison.Ordinal);
        Assert.Equal(filter, test.IndexOf("--filter", StringComparison.Ordinal) is >= 0 and var at ? test[at..] : null);
    }
}

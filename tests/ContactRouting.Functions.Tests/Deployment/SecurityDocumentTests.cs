using System.Text.RegularExpressions;

namespace ContactRouting.Tests.Deployment;

public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Tests_that_show_promises_and_invariants_are_there()
    {
        var sources = System.IO.Directory.GetFiles(Repository.File("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        foreach (var document in new[] { Repository.File("docs", "security.md"), Repository.File("ARCHITECTURE.md") })
        {
            var named = TestName().Matches(File.ReadAllText(document));
            Assert.NotEmpty(named);
            Assert.All(named, test => Assert.Contains(test.Groups[2].Value, sources[test.Groups[1].Value], StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();
}

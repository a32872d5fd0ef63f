using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests;

/// <summary>What the build's analyzers do not look at.</summary>
public sealed class CodeStyleTests
{
    private const int MaxLineLength = 140;

    private static readonly string[] Folders = ["functions", "infra", "tests"];

    [Fact]
    public void Lines_of_code_have_at_most_140_characters()
    {
        var files = Folders
            .SelectMany(folder => System.IO.Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "node_modules"))
            .ToList();
        Assert.NotEmpty(files);
        var tooLong =
            from file in files
            from line in File.ReadLines(Repository.File(file)).Select((text, index) => (text.Length, Number: index + 1))
            where line.Length > MaxLineLength
            select $"{file}:{line.Number}";
        Assert.Empty(tooLong);
    }
}

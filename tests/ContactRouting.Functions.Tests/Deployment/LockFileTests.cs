using System.Text.Json;

namespace ContactRouting.Tests.Deployment;

public sealed class LockFileTests
{
    /// <summary>The folder of every project, and of every program that is one file.</summary>
    private static readonly string[] Projects =
    [
        "functions",
        "infra",
        "tests/ContactRouting.EndToEnd.Tests",
        "tests/ContactRouting.Functions.Tests",
        "tests/benchmarks",
    ];

    public static TheoryData<string> Folders => [.. Projects];

    /// <summary>The folders of what npm installs.</summary>
    public static TheoryData<string> NodeFolders =>
    [
        .. System.IO.Directory.EnumerateDirectories(Repository.File("tests"))
            .Where(folder => File.Exists(Path.Combine(folder, "package.json")))
            .Select(folder => Path.GetFileName(folder)),
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lock_file_names_each_package_by_version_and_hash_and_no_address(string folder)
    {
        var file = File.ReadAllText(Repository.File(folder, "packages.lock.json"));
        Assert.DoesNotContain("://", file, StringComparison.Ordinal);
        var packages = JsonElement.Parse(file)
            .GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project");
        Assert.All(packages, package =>
        {
            Assert.NotEmpty(package.Value.GetProperty("resolved").GetString()!);
            Assert.Equal(64, Convert.FromBase64String(package.Value.GetProperty("contentHash").GetString()!).Length);
        });
    }

    [Theory]
    [MemberData(nameof(NodeFolders))]
    public void Lock_file_of_npm_names_each_package_by_version_and_hash_and_no_address_to_load_it_from(string folder)
    {
        var packages = JsonElement.Parse(File.ReadAllBytes(Repository.File("tests", folder, "package-lock.json")))
            .GetProperty("packages")
            .EnumerateObject()
            .Where(package => package.Name.Length > 0)
            .ToList();
        Assert.NotEmpty(packages);
        Assert.All(packages, package =>
        {
            Assert.NotEmpty(package.Value.GetProperty("version").GetString()!);
            Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal);
            Assert.False(package.Value.TryGetProperty("resolved", out _));
        });
    }

    [Fact]
    public void Projects_with_a_lock_file_are_all_there_are() =>
        Assert.Equal(
            Projects.Order(StringComparer.Ordinal),
            System.IO.Directory.EnumerateFiles(Repository.Root, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true })
                .Concat(System.IO.Directory.EnumerateFiles(Repository.File("infra"), "*.cs"))
                .Concat(System.IO.Directory.EnumerateFiles(Repository.File("tests", "benchmarks"), "*.cs"))
                .Select(file => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
                .Where(folder => !folder.Split('/').Intersect(["bin", "obj", "node_modules"]).Any())
                .Order(StringComparer.Ordinal)
        );

    /// <summary>A locked restore refuses a runtime that its lock file does not know.</summary>
    [Fact]
    public void Lock_file_of_the_app_knows_the_runtime_that_it_is_published_for() =>
        Assert.True(
            JsonElement.Parse(File.ReadAllBytes(Repository.File("functions", "packages.lock.json")))
                .GetProperty("dependencies")
                .TryGetProperty("net10.0/linux-x64", out _)
        );
}

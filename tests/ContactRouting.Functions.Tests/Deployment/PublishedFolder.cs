namespace ContactRouting.Tests.Deployment;

/// <summary>What `dotnet publish` gives: what `./test` published before, or else published once for all tests.</summary>
public sealed class PublishedFolder : IAsyncLifetime
{
    // In a build folder of its own: the project's is in use by the build that runs these tests.
    private static readonly string Artifacts = Path.Combine(AppContext.BaseDirectory, "publish");

    private static readonly string? Given = Environment.GetEnvironmentVariable("PUBLISHED_APP");

    public string Folder { get; } = Given ?? Path.Combine(Artifacts, "app");

    public IReadOnlyList<string> Files =>
        [
            .. System
                .IO.Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')),
        ];

    public async Task InitializeAsync()
    {
        if (Given is not null) return;
        if (System.IO.Directory.Exists(Folder)) System.IO.Directory.Delete(Folder, recursive: true);
        string[] arguments =
        [
            "publish", Repository.File("functions"), "--artifacts-path", Artifacts, "--output", Folder, "--nologo", "-v", "quiet",
            "-nodeReuse:false", "-p:UseSharedCompilation=false",
        ];
        (await Command.RunAsync("dotnet", arguments, [])).Succeeded();
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

namespace ContactRouting.Tests.Deployment;

[Trait("Category", "Slow")]
public sealed class BicepFileTests
{
    /// <summary>Set to accept what the snapshot shows.</summary>
    private const string Accept = "UPDATE_SNAPSHOT";

    public static TheoryData<string> Files =>
        [.. System.IO.Directory.GetFiles(Repository.File("infra"), "*.bicep*").Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public async Task Bicep_has_no_warning() => (await Bicep.RunAsync("lint", Bicep.Main)).Succeeded();

    [Fact]
    public async Task Bicep_files_are_formatted()
    {
        using var copy = Bicep.Copy();
        (await Bicep.RunAsync("format", "--pattern", copy.File("*.bicep*"))).Succeeded();
        foreach (var formatted in System.IO.Directory.GetFiles(copy.Path))
        {
            var file = Repository.File("infra", Path.GetFileName(formatted));
            Assert.Equal(await File.ReadAllTextAsync(formatted), await File.ReadAllTextAsync(file));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Bicep_file_needs_no_registry(string file) =>
        Assert.DoesNotMatch("'(br|ts)[:/]", await File.ReadAllTextAsync(Repository.File("infra", file)));

    [Fact]
    public async Task Deployment_is_the_one_in_the_snapshot_and_shows_no_secret()
    {
        var mode = Environment.GetEnvironmentVariable(Accept) is { Length: > 0 } ? "overwrite" : "validate";
        var validation = await Bicep.RunAsync("snapshot", Bicep.Parameters, ["--mode", mode, .. Bicep.Target]);
        Assert.True(
            validation.ExitCode == 0 && validation.Error.Length == 0,
            $"{validation.Error}{validation.Output}\nSet {Accept}=1 to accept the change."
        );
        var snapshot = await File.ReadAllTextAsync(Repository.File("infra", "main.snapshot.json"));
        Assert.DoesNotContain(Bicep.SecretMarker, snapshot, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, snapshot, StringComparison.Ordinal);
    }
}

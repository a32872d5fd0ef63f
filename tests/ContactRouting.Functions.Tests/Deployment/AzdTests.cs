namespace ContactRouting.Tests.Deployment;

/// <summary>What `azd up` needs beside the Bicep files.</summary>
[Trait("Category", "Slow")]
public sealed class AzdTests
{
    private const string Hook = "infra/secrets.sh";

    [Fact]
    public void Secrets_are_made_before_the_parameters_are_read()
    {
        var azure = File.ReadAllText(Repository.File("azure.yaml"));
        foreach (var hook in new[] { "preup", "preprovision" })
            Assert.Contains($"\n  {hook}:\n    shell: sh\n    run: {Hook}\n", azure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_made_once_and_kept_in_the_environment()
    {
        if (OperatingSystem.IsWindows()) return;
        var first = await RunAsync(new() { ["ALERT_EMAIL"] = "operator@example.com" });
        Assert.Equal("operator@example.com", first["ALERT_EMAIL"]);
        Assert.Matches("^[0-9a-f]{64}$", first["OPERATOR_KEY"]);
        Assert.Matches("^k1:[A-Za-z0-9+/]{43}=$", first["ENCRYPTION_KEY"]);
        Assert.Equal(first, await RunAsync(first));
    }

    [Fact]
    public async Task Nobody_to_alert_stops_it_with_what_to_do()
    {
        if (OperatingSystem.IsWindows()) return;
        using var programs = new TempFolder();
        AddAzd(programs);
        var run = await Command.RunAsync("sh", [Repository.File(Hook)], [new("ALERT_EMAIL", null), programs.ProgramPath]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("azd env set ALERT_EMAIL", run.Error, StringComparison.Ordinal);
    }

    /// <summary>What the hook keeps, with the environment that azd gives it.</summary>
    private static async Task<Dictionary<string, string>> RunAsync(Dictionary<string, string> environment)
    {
        using var programs = new TempFolder();
        AddAzd(programs);
        string[] names = ["ALERT_EMAIL", "OPERATOR_KEY", "ENCRYPTION_KEY"];
        var variables = names.Select(name => KeyValuePair.Create(name, environment.GetValueOrDefault(name)));
        (await Command.RunAsync("sh", [Repository.File(Hook)], [.. variables, programs.ProgramPath])).Succeeded();
        return File.ReadAllLines(programs.File("kept")).Select(line => line.Split(' ', 4)).ToDictionary(set => set[2], set => set[3]);
    }

    private static void AddAzd(TempFolder programs) =>
        programs.AddProgram("azd", $"#!/bin/sh\necho \"$*\" >> '{programs.File("kept")}'\n");
}

using System.Reflection;
using System.Text.Json;

namespace ContactRouting.Tests.Deployment;

/// <summary>The Bicep CLI, as the build restored it. It needs no cloud.</summary>
internal static class Bicep
{
    public const string SecretMarker = "never-in-a-committed-file";

    private static readonly string Executable =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bicep").Value!;

    public static string Main { get; } = Repository.File("infra", "main.bicep");

    public static string Parameters { get; } = Repository.File("infra", "main.bicepparam");

    /// <summary>Where a snapshot pretends to be deployed, so that it is the same on every machine.</summary>
    public static string[] Target { get; } =
    [
        "--subscription-id",
        Guid.Empty.ToString(),
        "--tenant-id",
        Guid.Empty.ToString(),
        "--resource-group",
        "contactrouting",
        "--location",
        "westeurope",
    ];

    public static Task<Command> RunAsync(string command, string file, params string[] options) => RunAsync(command, file, options, "");

    /// <summary>What would be deployed, and with which settings; `parameters` stand behind those of the file.</summary>
    public static async Task<JsonElement> PredictAsync(string previousEncryptionKeyVersion, string parameters = "")
    {
        using var copy = Copy();
        await File.AppendAllTextAsync(copy.File("main.bicepparam"), parameters);
        string[] options = ["--mode", "overwrite", .. Target];
        (await RunAsync("snapshot", copy.File("main.bicepparam"), options, previousEncryptionKeyVersion)).Succeeded();
        return JsonElement.Parse(await File.ReadAllBytesAsync(copy.File("main.snapshot.json"))).GetProperty("predictedResources");
    }

    /// <summary>The files in a folder of their own, for a command that writes beside them or changes them.</summary>
    public static TempFolder Copy()
    {
        var copy = new TempFolder();
        foreach (var file in System.IO.Directory.GetFiles(Repository.File("infra"), "*.bicep*"))
            File.Copy(file, copy.File(Path.GetFileName(file)));
        return copy;
    }

    private static Task<Command> RunAsync(string command, string file, string[] options, string previousEncryptionKeyVersion) =>
        Command.RunAsync(Executable, [command, file, .. options], new Dictionary<string, string?>
        {
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            ["AZURE_ENV_NAME"] = null,
            ["ALERT_EMAIL"] = "operator@example.com",
            ["OPERATOR_KEY"] = $"{SecretMarker}-{Guid.NewGuid():n}",
            ["ENCRYPTION_KEY"] = $"{SecretMarker}-{Guid.NewGuid():n}",
            ["PREVIOUS_ENCRYPTION_KEY_VERSION"] = previousEncryptionKeyVersion,
        });
}

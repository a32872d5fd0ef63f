using System.Reflection;
using System.Runtime.CompilerServices;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>What the description is for: Kiota makes a client of it, and a program routes a contact with that.</summary>
public sealed class GeneratedClientTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string Kiota = Program("Kiota");
    private static readonly string Compiler = Program("Compiler");

    [Fact]
    public async Task Client_that_is_generated_from_the_description_routes_a_contact()
    {
        var account = await fixture.CreateAccountAsync();
        var program = await CompileAsync();
        var run = program.GetType("RouteAContact")!.GetMethod("RunAsync")!;
        var seen = await (Task<string>)run.Invoke(null, [fixture.Http, account["clientId"], account["clientSecret"], 14101, 136])!;
        Assert.Equal("Available Offered Active Ended 409 Ended", seen);
    }

    private static async Task<Assembly> CompileAsync()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("contactrouting-test");
        try
        {
            var description = Path.Combine(folder.FullName, "openapi.json");
            await File.WriteAllTextAsync(description, ApiDescription.Instance.Document.ToJsonString());
            await GenerateAsync(description, folder.FullName);
            var (assembly, options) = (Path.Combine(folder.FullName, "client.dll"), Path.Combine(folder.FullName, "client.rsp"));
            await File.WriteAllLinesAsync(options,
            [
                .. (string[])["-target:library", $"-out:\"{assembly}\"", "-nullable:enable", "-nostdlib"],
                "-define:NETCOREAPP3_1_OR_GREATER;NET5_0_OR_GREATER",
                .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                    .Select(file => $"-reference:\"{file}\""),
                .. System.IO.Directory.GetFiles(folder.FullName, "*.cs", SearchOption.AllDirectories).Append(ProgramFile())
                    .Select(file => $"\"{file}\""),
            ]);
            await RunAsync([Compiler, "-noconfig", $"@{options}"], [], folder.FullName);
            return Assembly.Load(await File.ReadAllBytesAsync(assembly));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task GenerateAsync(string description, string folder)
    {
        string[] arguments =
        [
            .. (string[])[Kiota, "generate", "--language", "CSharp", "--openapi", description, "--output", Path.Combine(folder, "client")],
            .. (string[])["--namespace-name", "ContactRouting.Client", "--class-name", "RoutingClient"],
            .. (string[])["--include-path", "/oauth/token", "--include-path", "/routing/v1/agents/**"],
            .. (string[])["--include-path", "/routing/v1/contacts", "--include-path", "/routing/v1/contacts/**"],
            .. (string[])["--exclude-backward-compatible", "--log-level", "Error"],
            .. (string[])["--serializer", "Microsoft.Kiota.Serialization.Json.JsonSerializationWriterFactory"],
            .. (string[])["--deserializer", "Microsoft.Kiota.Serialization.Json.JsonParseNodeFactory"],
        ];
        await RunAsync(arguments, new() { ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true", ["KIOTA_TUTORIAL_ENABLED"] = "false" }, folder);
    }

    private static async Task RunAsync(string[] arguments, Dictionary<string, string?> settings, string folder)
    {
        using var process = ChildProcess.Start("dotnet", arguments, settings, folder);
        await process.EndAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', process.Output));
    }

    private static string Program(string name) =>
        typeof(GeneratedClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == name).Value!;

    private static string ProgramFile([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "Generated", "RouteAContact.cs");
}

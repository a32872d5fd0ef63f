using System.Net;
using System.Net.Sockets;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.Documents;

/// <summary>`./run` with its demo account, on tables of its own, in a folder that documents find like the repository's.</summary>
public sealed class DemoRun : IAsyncLifetime
{
    private readonly AzuriteServer azurite = new();
    private ChildProcess? process;

    public string Folder { get; } = System.IO.Directory.CreateTempSubdirectory("contactrouting-documents").FullName;

    public async Task InitializeAsync()
    {
        await azurite.InitializeAsync();
        System.IO.Directory.CreateSymbolicLink(Path.Combine(Folder, "docs"), Path.Combine(Document.Root, "docs"));
        process = ChildProcess.Start(
            Path.Combine(Document.Root, "run"),
            ["--port", $"{FreePort()}", "--storage", azurite.ConnectionString, "--data", Path.Combine(Folder, ".local")],
            new Dictionary<string, string?>
            {
                ["Passwords__rounds"] = "1000",
                ["StatusSnapshotSchedule"] = "* * * * * *",
                ["Tables__namePrefix"] = AppFixture.NewPrefix(),
            }
        );
        Assert.True(await process.LineAsync("ready http://") is not null, string.Join('\n', process.Output));
    }

    public async Task DisposeAsync()
    {
        if (process is not null) await process.InterruptAsync();
        process?.Dispose();
        await azurite.DisposeAsync();
        System.IO.Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ContactRouting.Testing;

/// <summary>
/// Azurite, tables only, with its data in memory, made as strict as Azure and as quick to find rows: one process for all tests
/// that hold it at the same time.
/// </summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    private const string Account = "contactrouting";
    private const string OtherAccount = "other";

    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private static readonly Shared<Listener> Server = new(StartAsync);

    public string ConnectionString { get; private set; } = "";

    /// <summary>A second storage account, where the first one's other tables are in the way.</summary>
    public string OtherConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var (_, port) = await Server.HoldAsync();
        ConnectionString = ConnectionStringOf(Account, port);
        OtherConnectionString = ConnectionStringOf(OtherAccount, port);
    }

    public Task DisposeAsync() => Server.ReturnAsync();

    private static string ConnectionStringOf(string account, int port) =>
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={Key};TableEndpoint=http://127.0.0.1:{port}/{account};";

    private static async Task<Listener> StartAsync()
    {
        var folder = NodePackages.Folder("azurite");
        await NodePackages.InstallAsync(folder);
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        while (true)
        {
            // It cannot tell which port it took, so it is given one; somebody else may be faster.
            var port = FreePort();
            string[] arguments =
            [
                "--require",
                Path.Combine(folder, "strict.js"),
                "--require",
                Path.Combine(folder, "indexed.js"),
                script,
                "--inMemoryPersistence",
                "--silent",
                "--disableTelemetry",
                "--skipApiVersionCheck",
                "--tableHost",
                "127.0.0.1",
                "--tablePort",
                $"{port}",
            ];
            var process = ChildProcess.Start(
                "node",
                arguments,
                new Dictionary<string, string?> { ["AZURITE_ACCOUNTS"] = $"{Account}:{Key};{OtherAccount}:{Key}" }
            );
            if (await process.LineAsync("successfully started") is not null) return new Listener(process, port);
            if (!process.Output.Any(line => line.Contains("EADDRINUSE", StringComparison.Ordinal)))
                throw new InvalidOperationException($"Azurite does not start: {string.Join('\n', process.Output)}");
            process.Dispose();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Listener(ChildProcess Process, int Port) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}

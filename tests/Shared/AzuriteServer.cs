using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace ContactRouting.Testing;

/// <summary>An Azurite of the test run's own, tables only, on a free port with its data in memory.</summary>
public sealed class AzuriteServer : IAsyncLifetime, IDisposable
{
    private const string Account = "contactrouting";

    private static readonly SemaphoreSlim Installing = new(1);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private Process? process;

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var folder = Path.Combine(TestsFolder(), "azurite");
        await InstallAsync(folder);
        var port = FreePort();
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};TableEndpoint=http://127.0.0.1:{port}/{Account};";
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        string[] arguments = [script, "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--tableHost", "127.0.0.1", "--tablePort", $"{port}"];
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.IsTrueAsync("Azurite listens", StartTimeout, async () =>
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    public async Task DisposeAsync()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        Dispose();
    }

    public void Dispose() => process?.Dispose();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task InstallAsync(string folder)
    {
        await Installing.WaitAsync();
        try
        {
            // Test assemblies run side by side; the one that holds the file installs.
            await using var turn = await TurnAsync(Path.Combine(folder, "obj"));
            if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))) return;
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"]) { WorkingDirectory = folder })!;
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0) throw new InvalidOperationException("npm ci of Azurite failed.");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static async Task<FileStream> TurnAsync(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        FileStream? turn = null;
        await Eventually.IsTrueAsync("another installation of Azurite ends", TimeSpan.FromMinutes(5), () =>
        {
            try
            {
                turn = new FileStream(Path.Combine(folder, "installing"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Task.FromResult(true);
            }
            catch (IOException)
            {
                return Task.FromResult(false);
            }
        });
        return turn!;
    }

    private static string TestsFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}

using System.Security.Cryptography;
using ContactRouting.EndToEnd.OpenApi;
using ContactRouting.Hosting;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>The app as a process of its own, and everything it printed.</summary>
public sealed class AppProcess(string connectionString, string tablePrefix) : IDisposable
{
    private const string Listening = "Now listening on: ";

    /// <summary>As it is published, where `./test` did that; else as it was built.</summary>
    private static readonly string App = Environment.GetEnvironmentVariable("PUBLISHED_APP") is { } folder
        ? Path.Combine(folder, Path.GetFileName(typeof(LocalHost).Assembly.Location))
        : typeof(LocalHost).Assembly.Location;

    private ChildProcess? process;

    public static string OperatorKey { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public static string EncryptionKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public HttpClient Http { get; } = NewClient();

    public IEnumerable<string> Output => process?.Output ?? [];

    /// <summary>Bytes of memory that it holds.</summary>
    public long WorkingSet => process!.WorkingSet;

    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["Passwords__rounds"] = "1000",
        ["Tables__connectionString"] = connectionString,
        ["Tables__namePrefix"] = tablePrefix,
        ["Operator__key"] = OperatorKey,
        ["Encryption__currentKey"] = $"test:{EncryptionKey}",
        ["Webhooks__allowPrivateAddresses"] = "true",
        ["Logging__LogLevel__Default"] = "Debug",
        // A process that lives for seconds spends most of them compiling.
        ["DOTNET_TieredPGO"] = "0",
    };

    public static HttpClient NewClient() =>
        new(new PatientHandler { InnerHandler = new DescribedHandler { InnerHandler = NewHandler() } });

    /// <summary>Of a client that takes every answer as it comes.</summary>
    public static HttpClientHandler NewHandler() => new() { UseCookies = false, AllowAutoRedirect = false };

    public async Task StartAsync()
    {
        Launch();
        var line =
            await process!.LineAsync(Listening) ?? throw new InvalidOperationException($"The app ended: {string.Join('\n', Output)}");
        Http.BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]);
    }

    /// <summary>Runs the app until it ends by itself.</summary>
    public async Task<int> RunToEndAsync()
    {
        Launch();
        await process!.EndAsync();
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => process!.Kill();

    public void Dispose()
    {
        process?.Dispose();
        Http.Dispose();
    }

    private void Launch() => process = ChildProcess.Start("dotnet", [App, "serve", "--urls", "http://127.0.0.1:0"], Settings);
}

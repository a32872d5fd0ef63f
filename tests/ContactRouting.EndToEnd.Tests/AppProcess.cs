using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>The app as a process of its own, and everything it printed.</summary>
public sealed class AppProcess(string connectionString, string tablePrefix) : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> output = new();
    private Process? process;

    public static string OperatorKey { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public static string EncryptionKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static string AppPath { get; } = typeof(AppProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "AppPath").Value!;

    public HttpClient Http { get; } = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });

    public IEnumerable<string> Output => output;

    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["Tables__connectionString"] = connectionString,
        ["Tables__namePrefix"] = tablePrefix,
        ["Operator__key"] = OperatorKey,
        ["Encryption__currentKey"] = $"test:{EncryptionKey}",
        ["StatusSnapshotSchedule"] = "* * * * * *",
        ["Webhooks__allowPrivateAddresses"] = "true",
        ["Logging__LogLevel__Default"] = "Debug",
    };

    public async Task StartAsync()
    {
        var origin = new Uri($"http://127.0.0.1:{AzuriteServer.FreePort()}");
        Launch(origin);
        Http.BaseAddress ??= origin;
        await Eventually.IsTrueAsync("the app answers", StartTimeout, async () =>
        {
            if (process!.HasExited) throw new InvalidOperationException($"The app ended: {string.Join('\n', output)}");
            try
            {
                using var answer = await Http.GetAsync(new Uri("/healthz", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Runs the app until it ends by itself.</summary>
    public async Task<int> RunToEndAsync()
    {
        Launch(new Uri($"http://127.0.0.1:{AzuriteServer.FreePort()}"));
        using var deadline = new CancellationTokenSource(StartTimeout);
        await process!.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (process is { HasExited: false }) Kill();
        process?.Dispose();
        Http.Dispose();
    }

    private void Launch(Uri origin)
    {
        var start = new ProcessStartInfo("dotnet", [AppPath, "serve", "--urls", origin.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}

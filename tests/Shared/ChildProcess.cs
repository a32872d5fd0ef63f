using System.Collections.Concurrent;
using System.Diagnostics;

namespace ContactRouting.Testing;

/// <summary>A process that the test run started, with what it printed.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly ConcurrentQueue<string> output = new();
    private readonly Process process;

    private ChildProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += EndWithTheRun;
    }

    /// <summary>Every line so far, of both streams.</summary>
    public IEnumerable<string> Output => output;

    public int ExitCode => process.ExitCode;

    /// <summary>Bytes of memory that it holds now.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> environment,
        string? folder = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ChildProcess(start);
    }

    /// <summary>The first line with a text in it; null where the process ended without one.</summary>
    public async Task<string?> LineAsync(string text)
    {
        string? found = null;
        await Eventually.IsTrueAsync($"{process.StartInfo.FileName} prints \"{text}\"", () =>
        {
            var ended = process.HasExited;
            found = output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
            return Task.FromResult(found is not null || ended);
        });
        return found;
    }

    /// <summary>Waits until it ends by itself and has printed everything.</summary>
    public async Task EndAsync()
    {
        await Eventually.IsTrueAsync(
            $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} ends",
            () => Task.FromResult(process.HasExited)
        );
        await process.WaitForExitAsync();
    }

    /// <summary>SIGINT, as Ctrl-C sends it; waits until it has ended.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await EndAsync();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithTheRun;
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    /// <summary>For a run that is ended before its tests are over.</summary>
    private void EndWithTheRun(object? sender, EventArgs arguments) => process.Kill();
}

using System.Diagnostics;

namespace ContactRouting.Tests.Deployment;

/// <summary>A program that ran to its end.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    public static async Task<Command> RunAsync(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>The output, of a program that succeeded and complained of nothing.</summary>
    public string Succeeded()
    {
        Assert.Equal("", Error);
        Assert.True(ExitCode == 0, Output);
        return Output;
    }
}

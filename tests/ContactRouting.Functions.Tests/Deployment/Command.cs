using System.Diagnostics;

namespace ContactRouting.Tests.Deployment;

/// <summary>A program that ran to its end.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <exception cref="TimeoutException">It did not end within ten minutes, and was ended.</exception>
    public static async Task<Command> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new Command(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"Waited {Patience.TotalMinutes} minutes in vain: {program} {string.Join(' ', start.ArgumentList)} ends."
            );
        }
    }

    /// <summary>The output, of a program that succeeded and complained of nothing.</summary>
    public string Succeeded()
    {
        Assert.Equal("", Error);
        Assert.True(ExitCode == 0, Output);
        return Output;
    }
}

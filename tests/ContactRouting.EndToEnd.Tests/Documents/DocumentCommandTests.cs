using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd.Documents;

/// <summary>Whoever pastes the commands of a document sees what it shows.</summary>
public sealed partial class DocumentCommandTests(DemoRun demo) : IClassFixture<DemoRun>
{
    private const string Anything = "..";

    public static TheoryData<string> Paths =>
        [.. Document.All.Where(document => document.Commands("console").Any()).Select(document => document.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Commands_print_what_the_document_shows(string path)
    {
        var commands = Document.All.Single(document => document.Path == path).Commands("console").ToList();
        var results = await RunAsync([.. commands.Select(command => command.Text)]);
        Assert.All(commands.Zip(results), pair =>
        {
            var ((line, text, expected), (output, exitCode)) = pair;
            var told = $"{path}, line {line}:\n$ {text}\nexpected:\n{expected}\nprinted (exit code {exitCode}):\n{output}\n";
            Assert.True(exitCode == 0 && Pattern(expected).IsMatch(output), told);
        });
    }

    [Theory]
    [InlineData("a .. c", "a b c", true)]
    [InlineData("a .. c", "a b d", false)]
    [InlineData("a..", "a\nb", false)]
    [InlineData("a\n..\nd", "a\nb\nc\nd", true)]
    [InlineData("""{"id":..}""", """{"id":7}""", true)]
    [InlineData("""{"id":7}""", """{"id":7,"more":1}""", false)]
    [InlineData("", "anything", false)]
    public void Two_points_stand_for_anything_in_a_line_and_as_a_line_for_any_lines(string expected, string output, bool fits) =>
        Assert.Equal(fits, Pattern(expected).IsMatch(output));

    /// <summary>Runs them in one bash, so that variables stay; each with its output and exit code.</summary>
    private async Task<List<(string Output, int ExitCode)>> RunAsync(IReadOnlyList<string> commands)
    {
        var mark = $"end-of-command-{Guid.NewGuid():n}";
        var script = string.Concat(commands.Select(command => $"{command}\nprintf '\\n%s %d\\n' {mark} $?\n"));
        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["--noprofile", "--norc", "-s"])
            {
                WorkingDirectory = demo.Folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var reading = bash.StandardOutput.ReadToEndAsync(deadline.Token);
            await bash.StandardInput.WriteAsync($"exec 2>&1\n{script}");
            bash.StandardInput.Close();
            // Headers end with both.
            var output = (await reading).Replace("\r\n", "\n", StringComparison.Ordinal);
            var parts = Regex.Split(output, $@"\n{mark} (\d+)\n");
            Assert.Equal(2 * commands.Count + 1, parts.Length);
            return
            [
                .. parts.Chunk(2).Take(commands.Count)
                    .Select(part => (part[0].Trim('\n'), int.Parse(part[1], CultureInfo.InvariantCulture))),
            ];
        }
        finally
        {
            if (!bash.HasExited) bash.Kill(entireProcessTree: true);
        }
    }

    private static Regex Pattern(string expected) =>
        new(
            $"^{string.Concat(Wildcards().Split(expected).Select(part => part switch
            {
                Anything => "[^\\n]*",
                $"\n{Anything}\n" => "\\n(?:.*\\n)*?",
                _ => Regex.Escape(part),
            }))}$",
            RegexOptions.CultureInvariant
        );

    [GeneratedRegex(@"(\n\.\.\n|\.\.)")]
    private static partial Regex Wildcards();
}

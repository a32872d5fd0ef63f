using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ContactRouting.EndToEnd.Documents;

/// <summary>A fenced block.</summary>
/// <param name="Info">What stands behind the opening fence.</param>
/// <param name="Line">The number of its first line.</param>
/// <param name="Lines">Without the indentation of the fence.</param>
internal sealed record DocumentBlock(string Info, int Line, IReadOnlyList<string> Lines);

/// <summary>A command with what it is to print.</summary>
internal sealed record DocumentCommand(int Line, string Text, string Output);

/// <summary>A Markdown file of the repository.</summary>
internal sealed partial class Document
{
    private const string Prompt = "$ ";

    private Document(string path)
    {
        Path = path;
        Lines = File.ReadAllLines(System.IO.Path.Combine(Root, path));
        Read();
    }

    public static string Root { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(Here(), "..", "..", ".."));

    public static IReadOnlyList<Document> All { get; } =
    [
        .. from folder in new[] { ".", "docs" }
        from file in System.IO.Directory.GetFiles(System.IO.Path.Combine(Root, folder), "*.md").Order(StringComparer.Ordinal)
        select new Document(System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/')),
    ];

    public string Path { get; }

    public string[] Lines { get; }

    public List<DocumentBlock> Blocks { get; } = [];

    /// <summary>The lines outside of blocks.</summary>
    public List<string> Prose { get; } = [];

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors =>
        Prose.Where(line => line.StartsWith('#'))
            .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Where its links and pictures lead.</summary>
    public IEnumerable<string> Links => Prose.SelectMany(line => Link().Matches(line)).Select(match => match.Groups[1].Value);

    /// <summary>The commands of its blocks with an info string, in their order.</summary>
    public IEnumerable<DocumentCommand> Commands(string info) => Blocks.Where(block => block.Info == info).SelectMany(Commands);

    public override string ToString() => Path;

    private void Read()
    {
        for (var number = 0; number < Lines.Length; number++)
        {
            if (Fence().Match(Lines[number]) is not { Success: true } fence)
            {
                Prose.Add(Lines[number]);
                continue;
            }
            var (indent, first) = (fence.Groups[1].Value, number + 1);
            var lines = new List<string>();
            while (Lines[++number] != $"{indent}```") lines.Add(Lines[number][Math.Min(indent.Length, Lines[number].Length)..]);
            Blocks.Add(new DocumentBlock(fence.Groups[2].Value, first + 1, lines));
        }
    }

    private static IEnumerable<DocumentCommand> Commands(DocumentBlock block)
    {
        var number = 0;
        while (number < block.Lines.Count)
        {
            var first = number;
            Assert.True(block.Lines[first].StartsWith(Prompt, StringComparison.Ordinal), $"No command: {block.Lines[first]}");
            var command = new List<string> { block.Lines[number++][Prompt.Length..] };
            while (command[^1].EndsWith('\\')) command.Add(block.Lines[number++]);
            if (HereDocument().Match(command[^1]) is { Success: true } end)
            {
                do command.Add(block.Lines[number]);
                while (block.Lines[number++] != end.Groups[1].Value);
            }
            var output = block.Lines.Skip(number).TakeWhile(line => !line.StartsWith(Prompt, StringComparison.Ordinal)).ToList();
            number += output.Count;
            yield return new DocumentCommand(block.Line + first, string.Join('\n', command), string.Join('\n', output));
        }
    }

    private static string Here([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"^( *)```(.*)$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"<<'(\w+)'")]
    private static partial Regex HereDocument();

    [GeneratedRegex("""(?:\]\(|src=")([^)"\s]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}

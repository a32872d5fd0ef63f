using System.Text.RegularExpressions;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests;

/// <summary>The rooms under <c>functions/</c>: a namespace is its folder, and a room knows only those before it.</summary>
public sealed partial class HouseTests
{
    /// <summary>From the ground up. Those of one line do not know each other.</summary>
    private static readonly string[] Floors =
    [
        "Errors Settings",
        "Keys Storage",
        "Directory",
        "Routing",
        "Presence",
        "Audit",
        "Http Directory.Changes",
        "Webhooks",
        "Accounts Contacts",
        "StatusExport AgentEvents GroupRouting UserServices ServiceLevels",
        "ServiceLevels.Embedding ServiceLevels.Reports Sweep",
        "OwnApi",
        "Hosting",
    ];

    private static readonly string Root = Repository.File("functions");

    private static IEnumerable<(string Folder, string Path, string Text)> Sources =>
        from path in System.IO.Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
        let folder = Path.GetRelativePath(Root, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '.')
        where !folder.StartsWith("obj", StringComparison.Ordinal) && !folder.StartsWith("bin", StringComparison.Ordinal) && folder != "."
        select (folder, Path.GetRelativePath(Root, path), File.ReadAllText(path));

    [Fact]
    public void Namespaces_are_folders()
    {
        Assert.All(Sources, file => Assert.Equal($"ContactRouting.{file.Folder}", Namespace().Match(file.Text).Groups[1].Value));
    }

    [Fact]
    public void Every_room_knows_only_rooms_on_the_floors_below()
    {
        var floors = Floors.SelectMany((rooms, floor) => rooms.Split(' ').Select(room => (room, floor))).ToDictionary();
        Assert.Equal(floors.Keys.Order(), Sources.Select(file => file.Folder).Distinct().Order());
        var wrong =
            from file in Sources
            from match in Using().Matches(file.Text)
            let other = match.Groups[1].Value

            // What a room adds includes the rooms within it.
            where !file.Path.EndsWith("Room.cs", StringComparison.Ordinal)
                || !other.StartsWith($"{file.Folder}.", StringComparison.Ordinal)
            where !floors.TryGetValue(other, out var below) || below >= floors[file.Folder]
            select $"{file.Path} uses {other}";
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using ContactRouting\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}

using System.Text.RegularExpressions;
using ContactRouting.Storage;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests;

/// <summary>The rooms under <c>functions/</c>: a namespace is its folder, and a room knows only those before it.</summary>
public sealed partial class HouseTests
{
    /// <summary>From the ground up. Those of one line do not know each other.</summary>
    private static readonly string[] Floors =
    [
        "Errors Settings Telemetry",
        "Keys Storage",
        "Events",
        "Directory",
        "Routing",
        "Presence",
        "Audit",
        "Http Directory.Changes",
        "Webhooks",
        "Accounts Contacts",
        "AgentEvents GroupRouting UserServices ServiceLevels",
        "ServiceLevels.Embedding ServiceLevels.Reports Status",
        "StatusExport",
        "Sweep",
        "OwnApi OpenApi Pages",
        "Hosting",
    ];

    private static readonly string Root = Repository.File("functions");

    private static readonly IReadOnlyList<(string Folder, string Path, string Text)> Sources =
    [
        .. from path in System.IO.Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
        let folder = Path.GetRelativePath(Root, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '.')
        where !folder.StartsWith("obj", StringComparison.Ordinal) && !folder.StartsWith("bin", StringComparison.Ordinal) && folder != "."
        select (folder, Path.GetRelativePath(Root, path), File.ReadAllText(path)),
    ];

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

        // A name may be qualified by its room, without a using.
        var types = Sources.ToLookup(file => file.Folder, file => Types().Matches(file.Text).Select(match => match.Groups[1].Value));
        var qualified = string.Join(
            '|',
            types.Select(room => $@"{room.Key.Split('.')[^1]}\.(?:{string.Join('|', room.SelectMany(name => name))})")
        );
        var reaching =
            from file in Sources
            from Match match in Regex.Matches(Comment().Replace(file.Text, ""), $@"(?<![\w.])(?:{qualified})\b")
            let room = floors.Keys.Single(room => room.Split('.')[^1] == match.Value.Split('.')[0])
            where floors[room] >= floors[file.Folder] && room != file.Folder
            select $"{file.Path} uses {match.Value}";
        Assert.Empty(reaching);
    }

    [Fact]
    public void Families_of_rows_stand_in_the_order_in_which_they_sort_and_what_is_swept_is_one_range_of_them()
    {
        var prefixes = LiveKeys.All.Select(family => family.Prefix).ToList();
        Assert.Equal(prefixes.Order(StringComparer.Ordinal), prefixes);
        Assert.Equal(prefixes.Distinct(), prefixes);
        Assert.All(LiveKeys.All, family => Assert.Contains(family.Room, Sources.Select(file => file.Folder)));
        var swept = LiveKeys.All.Select(family => family.IsSwept).ToList();
        Assert.Equal(
            Enumerable.Range(swept.IndexOf(true), swept.Count(isSwept => isSwept)),
            swept.Index().Where(family => family.Item).Select(family => family.Index)
        );
        Assert.Equal((LiveKeys.Outbox, LiveKeys.Timers), (prefixes[swept.IndexOf(true)], prefixes[swept.LastIndexOf(true)]));
        var visit = Sources.Single(file => file.Path == Path.Combine("Sweep", "LiveRows.cs")).Text;
        var unread =
            from field in typeof(LiveKeys).GetFields().Where(field => field.IsLiteral)
            where LiveKeys.All.Any(family => family.IsSwept && family.Prefix == (string?)field.GetRawConstantValue())
            where !Regex.IsMatch(visit, $@"\bLiveKeys\.{field.Name}\b")
            select field.Name;
        Assert.Empty(unread);
    }

    /// <summary>Whoever looks for a prefix finds it in one file.</summary>
    [Fact]
    public void Prefixes_of_the_live_table_are_spelled_in_one_file()
    {
        var prefixes = LiveKeys.All.Select(family => family.Prefix).Where(prefix => prefix[^1] == '|').Select(Regex.Escape);
        var spelled = new Regex($"\"(?:{string.Join('|', prefixes)})");
        var elsewhere = Sources.Where(file => spelled.IsMatch(file.Text)).Select(file => file.Path).Order();
        Assert.Equal([Path.Combine("Storage", "LiveKeys.cs")], elsewhere);
    }

    /// <summary>Rooms know the kit: tables, rows and their keys; how those are stored and refused is its own business.</summary>
    [Fact]
    public void Only_the_storage_kit_knows_the_client_of_the_tables_and_takes_row_keys_apart()
    {
        string[] known = ["Azure.Data.Tables", "RequestFailedException", "Split('|'"];
        var elsewhere =
            from file in Sources
            where file.Folder != "Storage"
            from word in known
            where file.Text.Contains(word, StringComparison.Ordinal)
            select $"{file.Path} has {word}";
        Assert.Empty(elsewhere);
    }

    /// <summary>What a request says, what that changes and how it is shown, is found in the capability, and not around it.</summary>
    [Fact]
    public void Triggers_name_the_route_and_call_one_method()
    {
        var triggers = Sources.Where(file =>
            file.Text.Contains("[Function(", StringComparison.Ordinal));
        Assert.NotEmpty(triggers);
        var more =
            from file in triggers
            from rule in new[] { StatementLambda(), BlockOfMember(), MethodOfNoFunction() }
            from Match match in rule.Matches(file.Text)
            let line = file.Text[..match.Index].Count(character => character == '\n') + 1
            select $"{file.Path}, line {line}: {match.Value.Trim()}";
        Assert.Empty(more);
    }

    [GeneratedRegex(@"=>\s*\{")]
    private static partial Regex StatementLambda();

    /// <summary>Members stand four spaces deep, and one that is an expression has no brace there.</summary>
    [GeneratedRegex(@"^ {4}\{", RegexOptions.Multiline)]
    private static partial Regex BlockOfMember();

    [GeneratedRegex(@"(?<!^ {4}\[Function\(.*\n)^ {4}(?:public|internal|protected)\b[^=;\n]*\(.*", RegexOptions.Multiline)]
    private static partial Regex MethodOfNoFunction();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:internal|public)[\w ]* (?:struct|record|class|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^using ContactRouting\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}

using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Directory.Changes;
using ContactRouting.Testing;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests.OpenApi;

/// <summary>The description of the APIs: what is committed is made of its sources, keeps the rules, and says what everything is.</summary>
public sealed class DescriptionSourceTests
{
    /// <summary>Set to accept what the sources say now.</summary>
    private const string Accept = "UPDATE_SNAPSHOT";

    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Bundle = Repository.File("functions", "OpenApi", "openapi.json");

    private static bool Accepts => Environment.GetEnvironmentVariable(Accept) is { Length: > 0 };

    private static JsonObject Description => JsonNode.Parse(File.ReadAllText(Bundle))!.AsObject();

    [Fact]
    public async Task Schema_of_the_configuration_is_what_the_records_and_their_rules_say()
    {
        var file = Repository.File("functions", "OpenApi", "configuration.json");
        var made = ConfigurationSchema.Make().ToJsonString(Indented) + "\n";
        if (Accepts) await File.WriteAllTextAsync(file, made);
        Assert.True(made == await File.ReadAllTextAsync(file), $"{made}\nSet {Accept}=1 to accept the change.");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Bundle_is_made_of_the_sources()
    {
        using var folder = new TempFolder();
        var made = Accepts ? Bundle : folder.File("openapi.json");
        await RedoclyAsync("bundle", "openapi.yaml", "--output", made);
        Assert.True(
            await File.ReadAllTextAsync(made) == await File.ReadAllTextAsync(Bundle),
            $"functions/OpenApi/openapi.json is not what its sources say. Set {Accept}=1 to make it anew."
        );
    }

    [Fact]
    [Trait("Category", "Slow")]
    public Task Sources_keep_all_rules() => RedoclyAsync("lint", "openapi.yaml");

    /// <summary>As its makers publish it, by version and hash of the lock file.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Viewer_is_the_one_that_the_lock_file_names()
    {
        var folder = NodePackages.Folder("openapi");
        await NodePackages.InstallAsync(folder);
        string[] ours = ["index.html", "start.js"];
        var files = System.IO.Directory.GetFiles(Repository.File("functions", "OpenApi", "viewer")).Select(file => Path.GetFileName(file));
        var theirs = files.Except(ours).ToList();
        Assert.Contains("LICENSE", theirs);
        Assert.All(theirs, file => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, "node_modules", "swagger-ui-dist", file)),
            File.ReadAllBytes(Repository.File("functions", "OpenApi", "viewer", file))
        ));
    }

    [Fact]
    public void Version_is_the_app_s() =>
        Assert.Equal(
            typeof(Configuration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            (string?)Description["info"]!["version"]
        );

    [Fact]
    public void Everything_that_a_reader_meets_says_what_it_is()
    {
        var description = Description;
        var silent = new List<string>();
        Look(description, "#");
        Assert.Empty(silent);
        Assert.All(description["tags"]!.AsArray(), tag => Assert.NotEmpty((string)tag!["description"]!));
        foreach (var (path, item) in description["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject().Where(member => Methods.Contains(member.Key)))
            {
                Assert.True(operation!["summary"] is not null && operation["description"] is not null, $"{method} {path}");
                Assert.True(operation["responses"]!.AsObject().Any(answer => answer.Key[0] is '2' or '3'), $"{method} {path}");
            }

        void Look(JsonNode? node, string path)
        {
            if (node is JsonArray items)
            {
                foreach (var (index, item) in items.Index()) Look(item, $"{path}/{index}");
                return;
            }
            if (node is not JsonObject members) return;
            if (members["properties"] is JsonObject properties && members.ContainsKey("type"))
                foreach (var (name, property) in properties)
                    if (Resolved(property!)["description"] is null) silent.Add($"{path}/{name}");
            if (members["in"] is not null && members["description"] is null) silent.Add(path);
            foreach (var (name, member) in members.Where(member => member.Key is not ("example" or "examples" or "default")))
                Look(member, $"{path}/{name}");
        }

        JsonObject Resolved(JsonNode node) =>
            (string?)node["$ref"] is { } reference && node["description"] is null
                ? reference.Split('/').Skip(1).Aggregate((JsonNode)description, (found, part) => found[part]!).AsObject()
                : node.AsObject();
    }

    /// <summary>A schema that stands for itself has one; a list is one of those.</summary>
    [Fact]
    public void Every_body_and_every_answer_has_an_example()
    {
        var description = Description;
        var bare = new List<string>();
        foreach (var (path, item) in description["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject().Where(member => Methods.Contains(member.Key)))
            {
                var contents = operation!["responses"]!.AsObject().Select(answer => answer.Value).Append(operation["requestBody"]);
                foreach (var (type, media) in contents.SelectMany(content => Resolved(content)?["content"]?.AsObject() ?? []))
                    if (media!["example"] is null && !HasExample(media["schema"]!)) bare.Add($"{method} {path} {type}");
            }
        Assert.Empty(bare);

        bool HasExample(JsonNode schema) =>
            Resolved(schema)! is var found
            && (
                found["examples"] is not null
                || (found["items"] is { } items && HasExample(items))
                || (found["oneOf"] is JsonArray several && several.All(one => HasExample(one!)))
            );

        JsonNode? Resolved(JsonNode? node) =>
            (string?)node?["$ref"] is { } reference
                ? reference.Split('/').Skip(1).Aggregate((JsonNode)description, (found, part) => found[part]!)
                : node;
    }

    /// <summary>Runs Redocly's command line in the folder of the sources, which has its rules.</summary>
    private static async Task<string> RedoclyAsync(params string[] arguments)
    {
        var folder = NodePackages.Folder("openapi");
        await NodePackages.InstallAsync(folder);
        using var process = ChildProcess.Start(
            "node",
            [Path.Combine(folder, "node_modules", "@redocly", "cli", "bin", "cli.js"), .. arguments],
            new Dictionary<string, string?> { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
            Repository.File("functions", "OpenApi")
        );
        await process.EndAsync();
        var told = string.Join('\n', process.Output);
        Assert.True(process.ExitCode == 0, told);
        return told;
    }
}

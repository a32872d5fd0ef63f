using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Deployment;

[Trait("Category", "Slow")]
public sealed class PublishTests(PublishedFolder published) : IClassFixture<PublishedFolder>
{
    private const string App = "ContactRouting.Functions";

    [Fact]
    public void Published_app_is_compiled_ahead_for_the_platforms_own_runtime()
    {
        using var app = new PEReader(File.OpenRead(Path.Combine(published.Folder, $"{App}.dll")));
        Assert.NotEqual(0, app.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        var runtime = Json($"{App}.runtimeconfig.json").GetProperty("runtimeOptions");
        Assert.Equal(
            ["Microsoft.AspNetCore.App", "Microsoft.NETCore.App"],
            runtime.GetProperty("frameworks").EnumerateArray().Select(framework => framework.GetProperty("name").GetString()).Order()
        );
        Assert.EndsWith(
            "linux-x64",
            Json($"{App}.deps.json").GetProperty("runtimeTarget").GetProperty("name").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Published_app_has_no_generated_executor_which_is_slow_for_internal_classes()
    {
        using var app = new PEReader(File.OpenRead(Path.Combine(published.Folder, $"{App}.dll")));
        var metadata = app.GetMetadataReader();
        var types = metadata.TypeDefinitions.Select(type => metadata.GetString(metadata.GetTypeDefinition(type).Name)).ToList();
        Assert.Contains(nameof(Tables), types);
        Assert.DoesNotContain(types, type => type.Contains("FunctionExecutor", StringComparison.Ordinal));
    }

    [Fact]
    public void Published_host_configuration_is_the_repositorys() =>
        Assert.Equal(File.ReadAllText(Repository.File("host.json")), File.ReadAllText(Path.Combine(published.Folder, "host.json")));

    [Fact]
    public void Published_folder_has_no_settings_and_nothing_of_development()
    {
        Assert.All(
            published.Files,
            file => Assert.DoesNotMatch(@"(?i)settings|development|\.cs$|\.csproj$|^tests|xunit|moq|azurite", file)
        );
        Assert.All(
            published.Files.Where(file => !file.StartsWith(".azurefunctions/", StringComparison.Ordinal)),
            file => Assert.Contains(Path.GetExtension(file), (string[])[".dll", ".json", ".pdb", ".metadata", ".so"])
        );
    }

    [Fact]
    public void Published_worker_configuration_starts_the_app_with_all_its_functions()
    {
        Assert.Equal($"{App}.dll", Json("worker.config.json").GetProperty("description").GetProperty("defaultWorkerPath").GetString());
        Assert.Equal(
            AppFunctions.All.Order(),
            Json("functions.metadata").EnumerateArray().Select(function => function.GetProperty("name").GetString()).Order()
        );
        Assert.Contains(".azurefunctions/", string.Join('\n', published.Files), StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_host_gives_every_path_to_its_own_function()
    {
        var host = new HostRoutes(Json("functions.metadata"));
        var served = host.Routes.Where(route => !route.IsCatchAll).ToList();
        var paths = served.SelectMany(HostRoutes.PathsOf, (route, path) => (route.Function, path)).ToList();
        Assert.InRange(paths.Count, 150, int.MaxValue);
        Assert.All(paths, expected => Assert.Equal(expected.Function, host.FunctionOf(expected.path)));
        Assert.All(paths, expected => Assert.Equal(expected.Function, host.FunctionOf(expected.path.TrimEnd('/') + "/")));
    }

    [Fact]
    public void Functions_that_refuse_everything_else_sort_behind_all_others()
    {
        var routes = new HostRoutes(Json("functions.metadata")).Routes;
        foreach (var order in new[] { StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture })
        {
            var sorted = routes.OrderBy(route => route.Function, order).Select(route => route.IsCatchAll).ToList();
            Assert.Equal(sorted.Order(), sorted);
        }
    }

    [Theory]
    [InlineData("/2011-12-03/chats/2026/1/31", "ZUnservedVersion")]
    [InlineData("/2016-02-10", "ZUnservedVersion")]
    [InlineData("/api/folders", "ZUnservedVersion")]
    [InlineData("/api/v1/configs/hunt_groups/", "ZUnservedVersion")]
    [InlineData("/api/ver1.0/client/1/did/", "ZUnservedVersion")]
    [InlineData("/v1/queues", "ZUnservedStringee")]
    [InlineData("/v1/call2/callout", "ZUnservedStringee")]
    [InlineData("/client/1/extension/2/ivr", "ZUnservedClient")]
    [InlineData("/client/users", "ZUnservedClient")]
    [InlineData("/routing/queues", "ZUnservedRouting")]
    [InlineData("/routing/v1/groups", "ZUnservedRouting")]
    [InlineData("/operator/v1/users", "ZUnservedOperator")]
    [InlineData("/lg/export/chats.php", "ZUnservedExport")]
    [InlineData("/2099-01-01/queues", null)]
    [InlineData("/admin/host/status", null)]
    public void Functions_host_gives_a_path_that_is_not_served_to_the_format_that_it_begins_like(string path, string? function) =>
        Assert.Equal(function, new HostRoutes(Json("functions.metadata")).FunctionOf(path));

    private JsonElement Json(string file) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(published.Folder, file)));
}

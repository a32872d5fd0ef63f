using System.Text.Json;

namespace ContactRouting.Tests.Deployment;

/// <summary>What the template deploys, predicted once for all tests.</summary>
public sealed class Resources : IAsyncLifetime
{
    public const string Collection = "resources";

    private JsonElement predicted;

    public JsonElement Template { get; private set; }

    public async Task InitializeAsync()
    {
        predicted = await Bicep.PredictAsync(previousEncryptionKeyVersion: "");
        Template = JsonElement.Parse((await Bicep.RunAsync("build", Bicep.Main, "--stdout")).Succeeded());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public IReadOnlyList<JsonElement> Of(string type) => Of(predicted, type);

    public static IReadOnlyList<JsonElement> Of(JsonElement resources, string type)
    {
        var found = resources.EnumerateArray().Where(resource => resource.GetProperty("type").GetString() == type).ToList();
        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>The names and values of the app's settings.</summary>
    public IReadOnlyDictionary<string, string> Settings => SettingsOf(predicted);

    public static IReadOnlyDictionary<string, string> SettingsOf(JsonElement resources) =>
        Assert.Single(Of(resources, "Microsoft.Web/sites/config")).GetProperty("properties").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
}

[CollectionDefinition(Resources.Collection)]
public sealed class ResourcesCollection : ICollectionFixture<Resources>;

using System.Text.Json;

namespace ContactRouting.Tests.Deployment;

public sealed class HostJsonTests
{
    private readonly JsonElement host = JsonElement.Parse(File.ReadAllBytes(Repository.File("host.json")));

    [Fact]
    public void Host_tracks_no_address_of_a_request()
    {
        var insights = host.GetProperty("logging").GetProperty("applicationInsights");
        Assert.False(insights.GetProperty("httpAutoCollectionOptions").GetProperty("enableHttpTriggerExtendedInfoCollection").GetBoolean());
        Assert.False(insights.GetProperty("enableDependencyTracking").GetBoolean());
        Assert.False(host.TryGetProperty("telemetryMode", out _), "OpenTelemetry's spans of requests carry their paths.");
    }

    [Fact]
    public void Host_logs_only_warnings_and_its_own_sums()
    {
        var levels = host.GetProperty("logging")
            .GetProperty("logLevel")
            .EnumerateObject()
            .ToDictionary(level => level.Name, level => level.Value.GetString());
        Assert.Equal("Warning", levels["default"]);
        Assert.Equal(["Host.Aggregator", "Host.Results"], levels.Keys.Where(name => name != "default").Order());
    }

    [Fact]
    public void Host_has_no_extension_bundle_which_would_hide_every_function() =>
        Assert.False(host.TryGetProperty("extensionBundle", out _));
}

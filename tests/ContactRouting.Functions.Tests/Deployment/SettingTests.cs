using System.Reflection;
using System.Text.RegularExpressions;
using ContactRouting.Hosting;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests.Deployment;

/// <summary>The settings that the code binds and those that Bicep deploys are the same.</summary>
[Collection(Resources.Collection)]
[Trait("Category", "Slow")]
public sealed partial class SettingTests(Resources resources)
{
    /// <summary>Bound, and deliberately not deployed.</summary>
    private static readonly string[] Left =
    [
        "Limits__agents",
        "Limits__bytes",
        "Limits__callbacks",
        "Limits__groupRoutings",
        "Limits__groups",
        "Limits__levels",
        "Limits__queues",
        "Limits__services",
        "Limits__subscriptions",
        "Limits__userServices",
        "Limits__widgets",
        "Operator__keys", // By their names, as many as the deployment gives.
        "Passwords__minimumLength",
        "Passwords__rounds",
        "Status__fresh",
        "Tables__connectionString", // It holds an account key; the deployed app opens the tables with its identity.
        "Tables__namePrefix", // The deployed app has a storage account to itself.
        "Webhooks__allowPrivateAddresses", // For development only.
    ];

    /// <summary>Deployed only when the deployment is told that the key was exchanged.</summary>
    private static readonly string[] OnDemand = ["Encryption__previousKey"];

    /// <summary>Read by the Functions host, the platform or the Azure SDK.</summary>
    private static readonly string[] Foreign =
    [
        "AzureWebJobsDisableHomepage",
        "AzureWebJobsStorage__",
        "APPLICATIONINSIGHTS_",
        "AZURE_CLIENT_ID",
    ];

    [Fact]
    public void Deployed_settings_are_those_that_the_options_bind()
    {
        var deployed = resources.Settings.Keys.Where(name => !Foreign.Any(foreign => name.StartsWith(foreign, StringComparison.Ordinal)));
        Assert.Equal(
            Bound().Except([.. Left, .. OnDemand], StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
            deployed.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task Previous_encryption_key_is_read_from_the_version_that_is_given()
    {
        var settings = Resources.SettingsOf(await Bicep.PredictAsync(previousEncryptionKeyVersion: "0123abcd"));
        Assert.Equal(OnDemand, settings.Keys.Except(resources.Settings.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.EndsWith("SecretName=encryption-key;SecretVersion=0123abcd)", settings[OnDemand[0]], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_operator_keys_are_references_to_secrets_of_their_names()
    {
        const string Keys = "param operatorKeys = [{ name: 'deploy', scopes: 'accounts' }]\n";
        var settings = Resources.SettingsOf(await Bicep.PredictAsync(previousEncryptionKeyVersion: "", Keys));
        Assert.Equal("accounts", settings["Operator__keys__deploy__scopes"]);
        Assert.EndsWith("SecretName=operator-key-deploy)", settings["Operator__keys__deploy__key"], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_settings_left_out_are_names_of_settings() =>
        Assert.Empty(Left.Concat(OnDemand).Except(Bound(), StringComparer.OrdinalIgnoreCase));

    [Fact]
    public async Task Every_setting_stands_in_the_documents()
    {
        var page = await File.ReadAllTextAsync(Repository.File("docs", "settings.md"));
        Assert.All(Bound(), name => Assert.Matches($"(?i)`{name}(`|__)", page));
        Assert.All(
            SettingName().Matches(page).Select(match => match.Groups[1].Value),
            name => Assert.Contains(Bound(), bound => name.StartsWith(bound, StringComparison.OrdinalIgnoreCase))
        );
    }

    [Fact]
    public void Schedules_are_those_of_the_code()
    {
        var schedules = typeof(ScheduleOptions).GetProperties();
        Assert.NotEmpty(schedules);
        Assert.All(
            schedules,
            schedule => Assert.Equal((string)schedule.GetValue(new ScheduleOptions())!, resources.Settings[schedule.Name])
        );
    }

    [Fact]
    public void Forwarded_headers_are_trusted_behind_the_platforms_front_end() =>
        Assert.Equal("true", resources.Settings["Http__trustForwardedHeaders"]);

    [Fact]
    public void Secrets_are_references_to_the_vault() =>
        Assert.All(
            ["Operator__key", "Encryption__currentKey"],
            name => Assert.StartsWith("@Microsoft.KeyVault(", resources.Settings[name], StringComparison.Ordinal)
        );

    /// <summary>Every setting of every options class of the app that the composition binds to the configuration.</summary>
    private static IEnumerable<string> Bound()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddContactRouting();
        var classes = builder
            .Services.Where(service =>
                service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>)
            )
            .Select(service => service.ServiceType.GetGenericArguments()[0])
            .Where(type => type.Assembly == typeof(Tables).Assembly)
            .Distinct().ToList();
        Assert.NotEmpty(classes);
        return classes.SelectMany(
            type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            (type, property) => $"{SectionOf(type)}{property.Name}"
        );
    }

    private static string SectionOf(Type options) =>
        options.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is string section
            ? $"{section}__"
            : "";

    [GeneratedRegex(@"`([A-Z]\w+__\w+)`")]
    private static partial Regex SettingName();
}

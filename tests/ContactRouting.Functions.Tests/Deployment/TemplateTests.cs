using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using ContactRouting.Storage;
using ContactRouting.Telemetry;

namespace ContactRouting.Tests.Deployment;

[Collection(Resources.Collection)]
[Trait("Category", "Slow")]
public sealed class TemplateTests(Resources resources)
{
    [Fact]
    public void Storage_has_no_keys_no_public_blobs_and_modern_transport()
    {
        var accounts = resources.Of("Microsoft.Storage/storageAccounts").Select(account => account.GetProperty("properties")).ToList();
        Assert.Equal(2, accounts.Count);
        Assert.All(accounts, account =>
        {
            Assert.False(account.GetProperty("allowSharedKeyAccess").GetBoolean());
            Assert.False(account.GetProperty("allowBlobPublicAccess").GetBoolean());
            Assert.True(account.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
            Assert.Equal("TLS1_2", account.GetProperty("minimumTlsVersion").GetString());
        });
        var template = resources.Template.GetRawText();
        Assert.DoesNotContain("listKeys", template, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey", template, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Identity_has_exactly_the_roles_it_needs_each_on_one_resource()
    {
        var roles = resources.Of("Microsoft.Authorization/roleAssignments").Select(role =>
            (
                Scope: role.GetProperty("id").GetString()!.Split("providers/")[1].Split('/')[1],
                Role: role.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1]
            )
        );
        Assert.Equal(
            [
                ("components", "3913510d-42f4-4e42-8a64-420c390055eb"), // Monitoring Metrics Publisher
                ("storageAccounts", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"), // Storage Table Data Contributor
                ("storageAccounts", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"), // Storage Blob Data Owner
                ("vaults", "4633458b-17de-408a-b874-0445c86b69e6"), // Key Vault Secrets User
            ],
            roles.Order()
        );
    }

    [Fact]
    public void Settings_wait_for_every_role_and_secret()
    {
        var modules = resources
            .Template.GetProperty("resources")
            .EnumerateObject()
            .Where(module => module.Value.GetProperty("type").GetString() == "Microsoft.Resources/deployments")
            .ToList();
        var settings = Assert.Single(modules, module => Has(module, "Microsoft.Web/sites/config"));
        var before = settings.Value.GetProperty("dependsOn").EnumerateArray().Select(name => name.GetString()).ToHashSet();
        var needed = modules
            .Where(module => Has(module, "Microsoft.Authorization/roleAssignments") || Has(module, "Microsoft.KeyVault/vaults/secrets"))
            .ToList();
        Assert.NotEmpty(needed);
        Assert.All(needed, module => Assert.Contains(module.Name, before));

        static bool Has(JsonProperty module, string type) =>
            module.Value.GetProperty("properties").GetProperty("template").GetRawText().Contains($"\"{type}\"", StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_are_those_of_the_code() =>
        Assert.Equal(
            Tables.Names.Order(),
            resources
                .Of("Microsoft.Storage/storageAccounts/tableServices/tables")
                .Select(table => table.GetProperty("name").GetString()!.Split('/')[^1])
                .Order()
        );

    [Fact]
    public void Networks_are_open_by_default()
    {
        Assert.All(Firewalls(resources.Of("Microsoft.Storage/storageAccounts")), rules => Assert.Equal("Allow", DefaultOf(rules)));
        Assert.Equal("Allow", DefaultOf(Assert.Single(Firewalls(resources.Of("Microsoft.KeyVault/vaults")))));
        Assert.Equal("Allow", InboundOf(resources.Of("Microsoft.Web/sites")).Default);
    }

    [Fact]
    public async Task Networks_that_are_named_are_the_only_ones_let_in()
    {
        const string App = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/app";
        var predicted = await Bicep.PredictAsync(
            previousEncryptionKeyVersion: "",
            $$"""
            param storageAccess = { ipRanges: ['203.0.113.0/24'], subnetIds: ['{{App}}2'] }
            param vaultAccess = { ipRanges: ['203.0.113.7'], subnetIds: [] }
            param inboundAccess = { ipRanges: ['198.51.100.0/24', '203.0.113.7'], subnetIds: ['{{App}}2'] }
            param frontDoorId = '11111111-2222-3333-4444-555555555555'
            param appSubnetId = '{{App}}'
            """
        );
        var storage = Firewalls(Resources.Of(predicted, "Microsoft.Storage/storageAccounts"));
        Assert.Equal(2, storage.Count);
        Assert.All(storage, rules =>
        {
            Assert.Equal("Deny", DefaultOf(rules));
            Assert.Equal(["203.0.113.0/24"], Values(rules, "ipRules", "value"));
            Assert.Equal([$"{App}2", App], Values(rules, "virtualNetworkRules", "id"));
        });
        var vault = Assert.Single(Firewalls(Resources.Of(predicted, "Microsoft.KeyVault/vaults")));
        Assert.Equal("Deny", DefaultOf(vault));
        Assert.Equal(["203.0.113.7"], Values(vault, "ipRules", "value"));
        Assert.Equal([App], Values(vault, "virtualNetworkRules", "id"));

        var sites = Resources.Of(predicted, "Microsoft.Web/sites");
        var (action, inbound) = InboundOf(sites);
        Assert.Equal("Deny", action);
        Assert.Equal(
            ["11111111-2222-3333-4444-555555555555", "198.51.100.0/24", "203.0.113.7/32", $"{App}2"],
            inbound.Select(rule =>
                rule.TryGetProperty("headers", out var headers) ? headers.GetProperty("x-azure-fdid")[0].GetString()
                : rule.TryGetProperty("ipAddress", out var address) ? address.GetString()
                : rule.GetProperty("vnetSubnetResourceId").GetString())
        );
        Assert.Equal(App, Assert.Single(sites).GetProperty("properties").GetProperty("virtualNetworkSubnetId").GetString());

        static IEnumerable<string?> Values(JsonElement rules, string list, string name) =>
            rules.GetProperty(list).EnumerateArray().Select(rule => rule.GetProperty(name).GetString());
    }

    private static List<JsonElement> Firewalls(IEnumerable<JsonElement> found) =>
        [.. found.Select(resource => resource.GetProperty("properties").GetProperty("networkAcls"))];

    private static string? DefaultOf(JsonElement rules) => rules.GetProperty("defaultAction").GetString();

    private static (string? Default, IEnumerable<JsonElement> Rules) InboundOf(IEnumerable<JsonElement> sites)
    {
        var site = Assert.Single(sites).GetProperty("properties").GetProperty("siteConfig");
        return (
            site.GetProperty("ipSecurityRestrictionsDefaultAction").GetString(),
            site.GetProperty("ipSecurityRestrictions").EnumerateArray()
        );
    }

    /// <summary>Other logs would carry paths and queries, with the tokens in them.</summary>
    [Fact]
    public void Only_the_vaults_audit_events_are_sent_to_the_logs()
    {
        var setting = Assert.Single(resources.Of("Microsoft.Insights/diagnosticSettings"));
        Assert.Contains("/Microsoft.KeyVault/vaults/", setting.GetProperty("id").GetString(), StringComparison.Ordinal);
        var properties = setting.GetProperty("properties");
        Assert.Equal("AuditEvent", Assert.Single(properties.GetProperty("logs").EnumerateArray()).GetProperty("category").GetString());
        Assert.EndsWith(
            Assert.Single(resources.Of("Microsoft.OperationalInsights/workspaces")).GetProperty("name").GetString()!,
            properties.GetProperty("workspaceId").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Account_of_the_tables_is_locked_unless_the_deployment_says_otherwise()
    {
        var account = Assert.Single(resources.Of("Microsoft.Authorization/locks"));
        Assert.Equal("CanNotDelete", account.GetProperty("properties").GetProperty("level").GetString());
        Assert.Contains("/storageAccounts/crdata", account.GetProperty("id").GetString(), StringComparison.Ordinal);
        var predicted = await Bicep.PredictAsync(previousEncryptionKeyVersion: "", "param keepData = false");
        Assert.DoesNotContain("Microsoft.Authorization/locks", predicted.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void App_is_a_flex_consumption_app_behind_https()
    {
        var app = Assert.Single(resources.Of("Microsoft.Web/sites"));
        var properties = app.GetProperty("properties");
        Assert.True(properties.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", properties.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal(
            """{"name":"dotnet-isolated","version":"10.0"}""",
            JsonSerializer.Serialize(properties.GetProperty("functionAppConfig").GetProperty("runtime"))
        );
        Assert.Equal("app", app.GetProperty("tags").GetProperty("azd-service-name").GetString());
        Assert.Equal(
            properties.GetProperty("keyVaultReferenceIdentity").GetString(),
            Assert.Single(app.GetProperty("identity").GetProperty("userAssignedIdentities").EnumerateObject()).Name
        );
    }

    [Fact]
    public void Telemetry_has_no_local_authentication()
    {
        Assert.True(
            Assert
                .Single(resources.Of("Microsoft.Insights/components"))
                .GetProperty("properties")
                .GetProperty("DisableLocalAuth")
                .GetBoolean()
        );
        Assert.True(
            Assert
                .Single(resources.Of("Microsoft.OperationalInsights/workspaces"))
                .GetProperty("properties")
                .GetProperty("features")
                .GetProperty("disableLocalAuth")
                .GetBoolean()
        );
    }

    [Fact]
    public void Alert_on_failures_counts_what_the_app_logs_and_failed_ticks_and_nothing_of_the_hosts()
    {
        var alert = Assert.Single(
            resources.Of("Microsoft.Insights/scheduledQueryRules"),
            rule => rule.GetProperty("name").GetString() == "contactrouting-failed-requests"
        );
        var query = alert.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!;
        var root = typeof(Tables).Namespace!.Split('.')[0];
        Assert.Contains($"category startswith \"{root}.\"", query, StringComparison.Ordinal);
        Assert.Contains("""matches regex @"^Function\..+\.User$" """.TrimEnd(), query, StringComparison.Ordinal);
        Assert.All(AppFunctions.Timers, timer => Assert.Contains($"\"{timer}\"", query, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_tick_of_every_timer_raises_an_alert()
    {
        var alerts = resources.Of("Microsoft.Insights/scheduledQueryRules").Select(rule => rule.GetProperty("name").GetString()!).ToList();
        Assert.Contains("contactrouting-failed-requests", alerts);
        Assert.Equal(
            AppFunctions.Timers.Order(),
            alerts.Where(name => name.Contains("missing-tick", StringComparison.Ordinal)).Select(name => name.Split('-')[^1]).Order()
        );
    }

    [Fact]
    public async Task Alerts_on_what_the_app_measures_come_with_its_export_and_every_alert_is_explained()
    {
        const string Type = "Microsoft.Insights/scheduledQueryRules";
        var predicted = await Bicep.PredictAsync(previousEncryptionKeyVersion: "", "param telemetryExporter = 'azureMonitor'\n");
        var all = NamesOf(Resources.Of(predicted, Type));
        Assert.Equal(
            ["contactrouting-dead-letters", "contactrouting-long-wait", "contactrouting-slow-requests", "contactrouting-snapshot-age"],
            all.Except(NamesOf(resources.Of(Type))).Order()
        );
        var explained = await File.ReadAllTextAsync(Repository.File("docs", "operations.md"));
        Assert.All(all, name => Assert.Contains($"- **`{name}`**: ", explained, StringComparison.Ordinal));
        var measures = typeof(Measures).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => field.GetValue(null)).OfType<Instrument>().Select(measure => measure.Name).ToList();
        Assert.All(measures, name => Assert.Contains($"| `{name}` |", explained, StringComparison.Ordinal));
        Assert.Equal(10, measures.Count);

        static List<string> NamesOf(IEnumerable<JsonElement> rules) => [.. rules.Select(rule => rule.GetProperty("name").GetString()!)];
    }
}

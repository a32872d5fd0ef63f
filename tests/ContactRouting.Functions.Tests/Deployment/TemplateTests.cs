using System.Text.Json;
using ContactRouting.Storage;

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
}

using System.Security.Cryptography;
using ContactRouting.Hosting;
using ContactRouting.Settings;

namespace ContactRouting.Tests.Hosting;

public sealed class SettingFaultTests
{
    [Theory]
    [InlineData("Tables:ConnectionString", "")]
    [InlineData("Tables:ConnectionString", "somewhere")]
    [InlineData("Tables:ServiceUri", "https://name.table.example")]
    [InlineData("Tables:ServiceUri", "ftp://abc", "Tables:ConnectionString")]
    [InlineData("Tables:ServiceUri", "http://127.0.0.1:10002/name", "Tables:ConnectionString")]
    [InlineData("Tables:ServiceUri", "name.table.core.windows.net", "Tables:ConnectionString")]
    [InlineData("Tables:NamePrefix", "1st")]
    [InlineData("Operator:Key", "short")]
    [InlineData("Operator:Key", " kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    [InlineData("Operator:Key", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n")]
    [InlineData("Operator:Key", "@Microsoft.KeyVault(VaultName=vault;SecretName=operator-key)")]
    [InlineData("Encryption:CurrentKey", "no-key")]
    [InlineData("Encryption:PreviousKey", "no-key")]
    [InlineData("StatusSnapshotSchedule", "often")]
    [InlineData("Http:TrustForwardedHeaders", "maybe")]
    [InlineData("Contacts:RetentionHours", "47")]
    [InlineData("RingMe:RequestsPerHour", "many")]
    [InlineData("RingMe:RequestsPerHour", "99999999999")]
    [InlineData("Contacts:RetentionHours", "")]
    [InlineData("Tables:ServiceUri", "http://[bad")]
    public async Task Wrong_setting_ends_the_start_with_one_line_that_names_it(string setting, string value, string? without = null)
    {
        var line = Assert.Single(await FaultsAsync((setting, value), (without ?? setting, without is null ? value : "")));
        Assert.StartsWith("Error in a setting: ", line, StringComparison.Ordinal);
        Assert.Contains(setting.Replace(":", "__", StringComparison.Ordinal), line, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Several_wrong_settings_are_all_named() =>
        Assert.Equal(3, (await FaultsAsync(("Operator:Key", ""), ("Encryption:CurrentKey", ""), ("RingMe:EventsPerAgent", "21"))).Count);

    [Fact]
    public async Task Unreadable_setting_is_named_as_the_readme_has_it_and_its_value_is_not_shown() =>
        Assert.Equal(
            ["Error in a setting: Contacts__retentionHours must be a whole number."],
            await FaultsAsync(("Contacts:RetentionHours", "abc"))
        );

    [Fact]
    public async Task Wrong_schedule_is_named_beside_the_others() =>
        Assert.Equal(2, (await FaultsAsync(("StatusSnapshotSchedule", "never"), ("Contacts:RetentionHours", "-1"))).Count);

    [Fact]
    public async Task Right_settings_start_the_app_without_a_call_to_the_storage() => Assert.Empty(await FaultsAsync());

    [Fact]
    public void Another_failure_is_not_taken_for_a_settings() =>
        Assert.Empty(SettingFaults.Of(new InvalidOperationException("Something else.")));

    /// <summary>Starts the app where no storage listens.</summary>
    private static async Task<IReadOnlyList<string>> FaultsAsync(params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> all = new(StringComparer.OrdinalIgnoreCase)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Tables:ConnectionString"] =
                $"DefaultEndpointsProtocol=http;AccountName=none;AccountKey={Convert.ToBase64String(new byte[64])};"
                    + "TableEndpoint=http://127.0.0.1:1/none;",
            ["Operator:Key"] = new string('k', 32),
            ["Encryption:CurrentKey"] = $"test:{Convert.ToBase64String(SHA256.HashData([1]))}",
            ["StatusSnapshotSchedule"] = "0 0 0 1 1 *",
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (name, value) in settings) all[name] = value;
        try
        {
            await using var app = LocalHost.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")]);
            await app.StartAsync();
            return [];
        }
#pragma warning disable CA1031 // Whatever it is, the faults tell.
        catch (Exception error) when (SettingFaults.Of(error) is { Count: > 0 } faults)
#pragma warning restore CA1031
        {
            return faults;
        }
    }
}

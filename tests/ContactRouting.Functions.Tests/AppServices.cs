using System.Security.Cryptography;
using Azure.Data.Tables;
using ContactRouting.Accounts;
using ContactRouting.Directory.Changes;
using ContactRouting.Hosting;
using ContactRouting.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests;

/// <summary>The app's services over tables of their own, without its hosts: as many as there are to be instances.</summary>
internal static class AppServices
{
    public static IServiceProvider Create(
        string connectionString,
        string prefix,
        TimeProvider time,
        params (string Name, string Value)[] settings
    ) => Create(connectionString, prefix, time, [], settings);

    public static IServiceProvider Create(
        string connectionString,
        string prefix,
        TimeProvider time,
        IEnumerable<HttpPipelineConfiguration> pipeline,
        params (string Name, string Value)[] settings
    )
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tables:ConnectionString"] = connectionString,
            ["Tables:NamePrefix"] = prefix,
            ["Operator:Key"] = new string('k', 32),
            ["Encryption:CurrentKey"] = $"test:{Convert.ToBase64String(SHA256.HashData([1]))}",
            ["Webhooks:AllowPrivateAddresses"] = "true",
            ["Passwords:Rounds"] = "1000",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.AddContactRouting();
        builder.Services.AddSingleton(time);
        foreach (var configuration in pipeline) builder.Services.AddSingleton(configuration);
        return builder.Services.BuildServiceProvider();
    }

    /// <summary>An account without credentials: what everything but a login needs of one.</summary>
    public static async Task<int> CreateAccountAsync(this IServiceProvider services)
    {
        var id = RandomNumberGenerator.GetInt32(100_000, 1_000_000_000);
        var batch = new Batch(LiveTable.Partition(id));
        batch.Insert(LiveKeys.Account, new Account { Id = id, CreatedAt = services.Get<TimeProvider>().GetUtcNow() });
        batch.Insert(LiveKeys.Head, new DirectoryHead { Version = 1 });
        await services.Get<LiveTable>().CommitAsync(id, batch, null, CancellationToken.None);
        return id;
    }

    public static async Task SetPasswordAsync(this IServiceProvider services, Principal principal, string password)
    {
        var credentials = services.Get<Credentials>();
        var hashed = await credentials.HashAsync(password, CancellationToken.None);
        await credentials.SetPasswordAsync(principal, hashed, CancellationToken.None);
    }

    /// <summary>A table past the app's kit.</summary>
    public static TableClient ClientOf(this IServiceProvider services, string table)
    {
        var options = services.Get<IOptions<TablesOptions>>().Value;
        return new TableClient(options.ConnectionString, options.NamePrefix + table);
    }

    public static T Get<T>(this IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();
}

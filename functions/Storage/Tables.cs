using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.Options;

namespace ContactRouting.Storage;

/// <summary>The app's tables. The deployment makes them; elsewhere each is made when it is first found missing.</summary>
internal sealed class Tables
{
    public const string LiveName = "Live";
    public const string ClaimsName = "Claims";
    public const string CredentialsName = "Credentials";
    public const string DueName = "Due";
    public const string SnapshotsName = "Snapshots";
    public const string QuotasName = "Quotas";
    public const string DeadLettersName = "DeadLetters";
    public const string IdempotencyName = "Idempotency";

    public static readonly IReadOnlyList<string> Names =
    [
        LiveName,
        ClaimsName,
        CredentialsName,
        DueName,
        SnapshotsName,
        QuotasName,
        DeadLettersName,
        IdempotencyName,
    ];

    public Tables(IOptions<TablesOptions> options, IEnumerable<HttpPipelineConfiguration> pipeline)
    {
        var prefix = options.Value.NamePrefix;
        var credential = options.Value.ServiceUri is null ? null : new DefaultAzureCredential();

        // Makes the tables and checks their layout, and so does not wait for that check.
        TableServiceClient? setup = null;
        var missing = new MissingTablePolicy(() => Task.WhenAll(Names.Select(name => setup!.CreateTableIfNotExistsAsync(prefix + name))));
        setup = Connect(missing);
        var claims = setup.GetTableClient(prefix + ClaimsName);
        var service = Connect(new LayoutPolicy(() => Layout.CheckAsync(claims, CancellationToken.None)), missing);

        Live = Client(LiveName);
        Claims = Client(ClaimsName);
        Credentials = Client(CredentialsName);
        Due = Client(DueName);
        Snapshots = Client(SnapshotsName);
        Quotas = Client(QuotasName);
        DeadLetters = Client(DeadLettersName);
        Idempotency = Client(IdempotencyName);

        TableClient Client(string name) => service.GetTableClient(prefix + name);

        TableServiceClient Connect(params HttpPipelinePolicy[] policies)
        {
            var client = new TableClientOptions
            {
                Retry =
                {
                    Mode = RetryMode.Exponential,
                    MaxRetries = 3,
                    Delay = TimeSpan.FromMilliseconds(200),
                    NetworkTimeout = TimeSpan.FromSeconds(10),
                },
                // The client's own logging is off: its request lines carry keys.
                Diagnostics = { IsLoggingEnabled = false },
            };
            foreach (var configuration in pipeline) configuration.Apply(client);
            foreach (var policy in policies) client.AddPolicy(policy, HttpPipelinePosition.PerCall);
            return credential is null
                ? new TableServiceClient(options.Value.ConnectionString, client)
                : new TableServiceClient(options.Value.ServiceUri!, credential, client);
        }
    }

    /// <summary>One partition per account: directory, presence, index of agents, operations.</summary>
    public TableClient Live { get; }

    /// <summary>What is unique over all accounts.</summary>
    public TableClient Claims { get; }

    /// <summary>One partition per principal: password and sessions.</summary>
    public TableClient Credentials { get; }

    /// <summary>One partition: the accounts that a timer has to visit.</summary>
    public TableClient Due { get; }

    /// <summary>One partition per account: the status export's ready bytes.</summary>
    public TableClient Snapshots { get; }

    /// <summary>One partition per account: requests of the current hour.</summary>
    public TableClient Quotas { get; }

    /// <summary>One partition per account: callbacks that did not arrive.</summary>
    public TableClient DeadLetters { get; }

    /// <summary>One partition per account: answers by the key that their requests came with.</summary>
    public TableClient Idempotency { get; }
}

/// <summary>A change to the client's pipeline, such as a policy that counts or breaks its calls.</summary>
internal sealed record HttpPipelineConfiguration(Action<TableClientOptions> Apply);

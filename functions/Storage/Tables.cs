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
    public const string AuditName = "Audit";
    public const string EventsName = "Events";
    public const string DeliveriesName = "Deliveries";

    /// <summary>Of the platform operator's answers and audit log, in tables that have a partition per account.</summary>
    public const string OperatorPartition = "operator";

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
        AuditName,
        EventsName,
        DeliveriesName,
    ];

    public Tables(IOptions<TablesOptions> options, IEnumerable<HttpPipelineConfiguration> pipeline)
        : this(tables => Connect(tables, options.Value, [.. pipeline])) { }

    /// <param name="client">The client of a table, by its name.</param>
    public Tables(Func<string, TableClient> client)
        : this(_ => client) { }

    private Tables(Func<Tables, Func<string, TableClient>> connect)
    {
        var client = connect(this);
        Live = new(client(LiveName));
        Claims = new(client(ClaimsName));
        Credentials = new(client(CredentialsName));
        Due = new(client(DueName));
        Snapshots = new(client(SnapshotsName));
        Quotas = new(client(QuotasName));
        DeadLetters = new(client(DeadLettersName));
        Idempotency = new(client(IdempotencyName));
        Audit = new(client(AuditName));
        Events = new(client(EventsName));
        Deliveries = new(client(DeliveriesName));
    }

    /// <summary>How often tables were found missing and made: what was known of their rows before no longer holds.</summary>
    public int Made { get; private set; }

    /// <summary>One partition per account: directory, presence, index of agents, operations.</summary>
    public Table Live { get; }

    /// <summary>What is unique over all accounts.</summary>
    public Table Claims { get; }

    /// <summary>One partition per principal: password and sessions.</summary>
    public Table Credentials { get; }

    /// <summary>One partition: the accounts that a timer has to visit.</summary>
    public Table Due { get; }

    /// <summary>One partition per account: the status export's ready bytes.</summary>
    public Table Snapshots { get; }

    /// <summary>One partition per account: requests of the current hour.</summary>
    public Table Quotas { get; }

    /// <summary>One partition per account: callbacks that did not arrive.</summary>
    public Table DeadLetters { get; }

    /// <summary>One partition per account: answers by the key that their requests came with.</summary>
    public Table Idempotency { get; }

    /// <summary>One partition per account, and one of the operator: what was changed, and who signed in.</summary>
    public Table Audit { get; }

    /// <summary>A partition per account and day: what happened.</summary>
    public Table Events { get; }

    /// <summary>One partition per account: how subscriptions were told.</summary>
    public Table Deliveries { get; }

    private static Func<string, TableClient> Connect(Tables tables, TablesOptions options, HttpPipelineConfiguration[] pipeline)
    {
        var credential = options.ServiceUri is null ? null : new DefaultAzureCredential();

        // Makes the tables and checks their layout, and so does not wait for that check.
        Func<string, TableClient>? setup = null;
        var missing = new MissingTablePolicy(MakeAsync);
        setup = Clients(missing);
        return Clients(new LayoutPolicy(CheckAsync), missing);

        // New tables get their layout's number before any other row, also where they went under a running process.
        async Task MakeAsync()
        {
            await Task.WhenAll(Names.Select(name => setup!(name).CreateIfNotExistsAsync()));
            tables.Made++;
            await CheckAsync();
        }

        // Whoever asks first, others wait for the answer, too.
        async Task CheckAsync()
        {
            using var patience = StoragePatience.Begin();
            await Layout.CheckAsync(new Table(setup!(ClaimsName)), CancellationToken.None);
        }

        Func<string, TableClient> Clients(params HttpPipelinePolicy[] policies)
        {
            var client = new TableClientOptions
            {
                RetryPolicy = new StorageRetryPolicy(),
                // Between two parts of an answer.
                Retry = { NetworkTimeout = StoragePatience.OfAttempt },
                // The client's own logging is off: its request lines carry keys.
                Diagnostics = { IsLoggingEnabled = false },
            };
            client.AddPolicy(new StorageTelemetry(), HttpPipelinePosition.PerCall);
            foreach (var configuration in pipeline) configuration.Apply(client);
            foreach (var policy in policies) client.AddPolicy(policy, HttpPipelinePosition.PerCall);
            return name =>
                credential is null
                    ? new TableClient(options.ConnectionString!, options.NamePrefix + name, client)
                    : new TableClient(options.ServiceUri!, options.NamePrefix + name, credential, client);
        }
    }
}

/// <summary>A change to the client's pipeline, such as a policy that counts or breaks its calls.</summary>
internal sealed record HttpPipelineConfiguration(Action<TableClientOptions> Apply);

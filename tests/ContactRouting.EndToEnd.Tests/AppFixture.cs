using System.Buffers;
using System.Collections.Concurrent;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>
/// One Azurite and two apps on one storage for all tests that do not stop them, whatever class they are in, and more apps
/// for those that do. The shared ones do not tick: with a visit to every test's account, they would do nothing else. After
/// each class everything that any app printed is searched for every secret that the tests used, and what the first one
/// exported of its spans and metrics as well.
/// </summary>
public sealed class AppFixture : IAsyncLifetime
{
    private static readonly ConcurrentBag<string> Secrets = [AppProcess.OperatorKey, AppProcess.EncryptionKey];
    private static readonly ConcurrentBag<AppProcess> Apps = [];

    private static string connectionString = "";

    private static readonly OtlpReceiver Telemetry = new();

    private static readonly Shared<AppProcess> First = new(() => StartSharedAsync(Telemetry.ReceiveFrom));
    private static readonly Shared<AppProcess> Second = new(() => StartSharedAsync(_ => { }));

    private readonly AzuriteServer azurite = new();
    private AppProcess? secondInstance;
    private TestAccount? untouched;

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await azurite.InitializeAsync();
        connectionString = azurite.ConnectionString;
        Http = (await First.HoldAsync()).Http;
    }

    /// <summary>Another instance of the app on the same storage.</summary>
    public async Task<HttpClient> SecondInstanceAsync() => (secondInstance ??= await Second.HoldAsync()).Http;

    /// <summary>
    /// An app for a test that stops it or has settings of its own, on the same storage as others with its prefix. It ticks
    /// every second, since few accounts are there to be visited.
    /// </summary>
    public static AppProcess NewApp(string tablePrefix)
    {
        var app = Remembered(new AppProcess(connectionString, tablePrefix));
        app.Settings["StatusSnapshotSchedule"] = "* * * * * *";
        return app;
    }

    /// <summary>A prefix that no other test has.</summary>
    public static string NewPrefix() => $"t{Guid.NewGuid():n}";

    public Task<TestAccount> CreateAccountAsync() => CreateAccountAsync(Http);

    public static async Task<TestAccount> CreateAccountAsync(HttpClient http)
    {
        var account = await TestAccount.CreateAsync(http);
        foreach (var secret in account.Secrets) Remember(secret);
        return account;
    }

    /// <summary>The class's account for requests that change nothing.</summary>
    public async Task<TestAccount> UntouchedAccountAsync() => untouched ??= await CreateAccountAsync();

    public static void Remember(string secret) => Secrets.Add(secret);

    public async Task DisposeAsync()
    {
        if (secondInstance is not null) await Second.ReturnAsync();
        await First.ReturnAsync();
        await azurite.DisposeAsync();
        var printed = string.Join('\n', Apps.SelectMany(app => app.Output));
        Assert.Contains("Application started", printed, StringComparison.Ordinal);
        foreach (var secret in Secrets) Assert.DoesNotContain(secret, printed, StringComparison.Ordinal);
        var exported = Telemetry.ReadNew();
        Assert.Equal(-1, exported.AsSpan().IndexOfAny(SearchValues.Create([.. Secrets], StringComparison.Ordinal)));
    }

    private static async Task<AppProcess> StartSharedAsync(Action<AppProcess> configure)
    {
        var app = Remembered(new AppProcess(connectionString, "shared"));
        configure(app);
        app.Settings["StatusSnapshotSchedule"] = ClockedApp.NeverInATest;
        await app.StartAsync();
        return app;
    }

    private static AppProcess Remembered(AppProcess app)
    {
        Apps.Add(app);
        return app;
    }
}

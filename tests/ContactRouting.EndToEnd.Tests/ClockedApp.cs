using ContactRouting.Hosting;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.EndToEnd;

/// <summary>
/// The app on Kestrel in this process, with tables and a clock of its own that the test moves. Its timer does not tick:
/// a test sweeps when the clock stands where it should.
/// </summary>
public sealed class ClockedApp : IAsyncDisposable
{
    /// <summary>A schedule whose time does not come.</summary>
    public const string NeverInATest = "0 0 0 1 1 *";

    private readonly AzuriteServer azurite;
    private readonly WebApplication app;

    private ClockedApp(AzuriteServer azurite, WebApplication app, TestClock clock)
    {
        (this.azurite, this.app, Clock) = (azurite, app, clock);
        Http.BaseAddress = new Uri(app.Urls.Single());
    }

    public TestClock Clock { get; }

    public IServiceProvider Services => app.Services;

    public HttpClient Http { get; } = AppProcess.NewClient();

    public static async Task<ClockedApp> StartAsync(params (string Name, string Value)[] settings)
    {
        var azurite = new AzuriteServer();
        await azurite.InitializeAsync();
        (string Name, string Value)[] all =
        [
            ("urls", "http://127.0.0.1:0"),
            ("Tables:ConnectionString", azurite.ConnectionString),
            ("Tables:NamePrefix", AppFixture.NewPrefix()),
            ("Operator:Key", AppProcess.OperatorKey),
            ("Encryption:CurrentKey", $"test:{AppProcess.EncryptionKey}"),
            ("StatusSnapshotSchedule", NeverInATest),
            ("Webhooks:AllowPrivateAddresses", "true"),
            ("Passwords:Rounds", "1000"),
            ("Logging:LogLevel:Default", "Error"),
            .. settings,
        ];
        // At half past an hour: what counts by the hour or the year meets no border unless the test moves there.
        var clock = new TestClock(new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddHours(DateTime.UtcNow.Hour + 0.5));
        var app = LocalHost.Build(
            [.. all.Select(setting => $"--{setting.Name}={setting.Value}")],
            services => services.AddSingleton<TimeProvider>(clock)
        );
        await app.StartAsync();
        return new ClockedApp(azurite, app, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await azurite.DisposeAsync();
        Http.Dispose();
    }

    /// <summary>Moves the clock and sweeps there.</summary>
    public async Task SweepAfterAsync(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        await TestAccount.SweepAsync(Http);
    }
}

using System.Collections.Concurrent;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>
/// One Azurite and one app for all tests that do not stop it, and more apps for those that do. At the end everything
/// that any of them printed is searched for every secret that the tests used.
/// </summary>
public sealed class AppFixture : IAsyncLifetime
{
    private readonly ConcurrentBag<string> secrets = [AppProcess.OperatorKey, AppProcess.EncryptionKey];

    private readonly ConcurrentBag<AppProcess> apps = [];

    public AzuriteServer Azurite { get; } = new();

    public AppProcess App { get; private set; } = null!;

    public HttpClient Http => App.Http;

    public async Task InitializeAsync()
    {
        await Azurite.InitializeAsync();
        App = NewApp("shared");
        await App.StartAsync();
    }

    public AppProcess NewApp(string tablePrefix)
    {
        var app = new AppProcess(Azurite.ConnectionString, tablePrefix);
        apps.Add(app);
        return app;
    }

    public Task<TestAccount> CreateAccountAsync() => CreateAccountAsync(Http);

    public async Task<TestAccount> CreateAccountAsync(HttpClient http)
    {
        var account = await TestAccount.CreateAsync(http);
        foreach (var secret in account.Secrets) Remember(secret);
        return account;
    }

    public void Remember(string secret) => secrets.Add(secret);

    public async Task DisposeAsync()
    {
        App.Kill();
        var printed = string.Join('\n', apps.SelectMany(app => app.Output));
        App.Dispose();
        await Azurite.DisposeAsync();
        Assert.Contains("Application started", printed, StringComparison.Ordinal);
        foreach (var secret in secrets) Assert.DoesNotContain(secret, printed, StringComparison.Ordinal);
    }
}

[CollectionDefinition(Name)]
public sealed class AppCollection : ICollectionFixture<AppFixture>
{
    public const string Name = "app";
}

using System.Collections.Concurrent;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>
/// One Azurite and one app for all tests that do not stop it. At the end everything the app printed is searched for
/// every secret that the tests used.
/// </summary>
public sealed class AppFixture : IAsyncLifetime
{
    private readonly ConcurrentBag<string> secrets = [AppProcess.OperatorKey, AppProcess.EncryptionKey];

    public AzuriteServer Azurite { get; } = new();

    public AppProcess App { get; private set; } = null!;

    public HttpClient Http => App.Http;

    public async Task InitializeAsync()
    {
        await Azurite.InitializeAsync();
        App = new AppProcess(Azurite.ConnectionString, "shared");
        await App.StartAsync();
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
        var printed = string.Join('\n', App.Output);
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

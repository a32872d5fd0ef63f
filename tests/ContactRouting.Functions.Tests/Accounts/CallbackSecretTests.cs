using ContactRouting.Accounts;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Accounts;

[Trait("Category", "Slow")]
public sealed class CallbackSecretTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly string prefix = $"t{Guid.NewGuid():n}";

    [Fact]
    public async Task Account_of_before_has_none_until_it_is_rotated_and_two_while_they_overlap()
    {
        var app = AppServices.Create(azurite.ConnectionString, prefix, time);
        var id = await app.CreateAccountAsync();
        Assert.Empty(await FindAsync());
        var first = await RotateAsync(null);
        Assert.Equal([first], await FindAsync());
        var second = await RotateAsync(null);
        Assert.Equal([second, first], await FindAsync());
        var third = await RotateAsync(TimeSpan.FromHours(1));
        Assert.Equal([third, second], await FindAsync());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([third], await FindAsync());
        var fourth = await RotateAsync(TimeSpan.Zero);
        Assert.Equal([fourth], await FindAsync());

        Task<string> RotateAsync(TimeSpan? overlap) => app.Get<AccountStore>().RotateAsync(id, "callbackSecret", overlap, None);

        Task<IReadOnlyList<string>> FindAsync()
        {
            time.Advance(RememberedAccounts.Life);
            return app.Get<ICallbackSecrets>().FindAsync(id);
        }
    }

    [Fact]
    public async Task Storage_is_asked_again_after_half_a_minute_and_keeps_it_sealed()
    {
        var app = AppServices.Create(azurite.ConnectionString, prefix, time);
        var other = AppServices.Create(azurite.ConnectionString, prefix, time);
        var (account, secrets) = await app.Get<AccountStore>().CreateAsync(new NewAccount(), null, None);
        var old = secrets["callbackSecret"];
        Assert.Equal([old], await app.Get<ICallbackSecrets>().FindAsync(account.Id));
        var fresh = await other.Get<AccountStore>().RotateAsync(account.Id, "callbackSecret", null, None);
        time.Advance(RememberedAccounts.Life - TimeSpan.FromSeconds(1));
        Assert.Equal([old], await app.Get<ICallbackSecrets>().FindAsync(account.Id));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([fresh, old], await app.Get<ICallbackSecrets>().FindAsync(account.Id));
        Assert.DoesNotContain(old, account.CallbackSecret!, StringComparison.Ordinal);
    }
}

using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Storage;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Accounts;

[Trait("Category", "Slow")]
public sealed class CredentialsTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const string Password = "correct horse battery";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Func<Task<Principal?>> Nobody = () => Task.FromResult<Principal?>(null);

    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Password_and_session_of_a_removed_user_open_nothing_also_where_its_rows_stayed_behind()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        var principal = await AddAgentAsync(app, accountId);
        await app.SetPasswordAsync(principal, Password);
        var token = (await OpenAsync(app)).Token!;
        Assert.Equal(principal, await app.Get<Credentials>().FindAsync(token));

        await RemoveRowAsync(app, principal);
        Assert.Null(await Start().Get<Credentials>().FindAsync(token));
        Assert.Equal(PasswordCheck.Wrong, await Start().Get<Credentials>().VerifyAsync(principal, Password, None));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(await app.Get<Credentials>().FindAsync(token));

        await AddAgentAsync(app, accountId);
        var later = Start();
        Assert.Null(await later.Get<Credentials>().FindAsync(token));
        Assert.Null((await OpenAsync(later)).Principal);
        await later.SetPasswordAsync(principal, "another horse battery");
        Assert.Null(await later.Get<Credentials>().FindAsync(token));
    }

    [Fact]
    public async Task Hash_of_fewer_rounds_is_renewed_at_login_and_its_sessions_stay()
    {
        var app = Start();
        var principal = await AddAgentAsync(app, await app.CreateAccountAsync());
        await app.SetPasswordAsync(principal, Password);
        var (token, hash) = ((await OpenAsync(app)).Token!, await HashAsync(principal));
        Assert.Null((await OpenAsync(app, "wrong horse battery")).Principal);
        Assert.Equal(hash, await HashAsync(principal));

        var stricter = Start("2000");
        Assert.NotNull((await OpenAsync(stricter)).Token);
        var renewed = await HashAsync(principal);
        Assert.NotEqual(hash, renewed);
        Assert.Equal(principal, await Start().Get<Credentials>().FindAsync(token));
        Assert.NotNull((await OpenAsync(stricter)).Token);
        Assert.Equal(renewed, await HashAsync(principal));
    }

    [Fact]
    public async Task Attempts_after_five_failures_are_delayed_by_name_or_refused_by_name_and_address()
    {
        var throttle = Start().Get<LoginThrottle>();
        var (delays, pauses) = (new List<double>(), new List<int?>());
        for (var failures = 0; failures < 10; failures++)
        {
            var unknown = await throttle.ReadAsync("ann", null, None);
            Assert.Null(unknown.RetryAfter);
            delays.Add(unknown.Delay.TotalSeconds);
            await throttle.FailedAsync(unknown, None);
            var known = await throttle.ReadAsync("ann", "cb007109", None);
            Assert.Equal(TimeSpan.Zero, known.Delay);
            pauses.Add(known.RetryAfter);
            await throttle.FailedAsync(known, None);
        }
        Assert.Equal([0, 0, 0, 0, 0, 0.25, 0.5, 1, 2, 2], delays);
        Assert.Equal([null, null, null, null, null, 1, 2, 4, 8, 16], pauses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_has_a_session_of_the_name_is_not_delayed(bool signedIn)
    {
        var app = Start();
        var principal = await AddAgentAsync(app, await app.CreateAccountAsync());
        await app.SetPasswordAsync(principal, Password);
        for (var failures = 0; failures < 5; failures++) await OpenAsync(app, "wrong horse battery");
        var known = signedIn ? principal : principal with { AgentId = 12 };
        var login = app.Get<Login>().OpenSessionAsync("ann", Password, null, () => Task.FromResult<Principal?>(known), None);
        if (!signedIn)
        {
            // It cannot: its clock stands still.
            Assert.False(login.IsCompleted);
            await Eventually.IsTrueAsync("the login is looked at", () =>
            {
                time.Advance(TimeSpan.FromSeconds(0.25));
                return Task.FromResult(login.IsCompleted);
            });
        }
        Assert.Equal(principal, (await login).Principal);
    }

    [Fact]
    public async Task Whoever_comes_when_too_many_passwords_are_hashed_is_sent_away_and_all_others_are_served()
    {
        using var hashing = new PasswordHashing(Options.Create(new PasswordsOptions { Rounds = 200_000 }));
        var served = Enumerable.Range(0, PasswordHashing.Capacity).Select(_ => hashing.VerifyAsync(null, Password, None)).ToList();
        var refused = await Assert.ThrowsAsync<DomainException>(() => hashing.VerifyAsync(null, Password, None));
        Assert.Equal(ErrorKind.Unavailable, refused.Kind);
        Assert.NotNull(refused.RetryAfter);
        Assert.All(await Task.WhenAll(served), result => Assert.Equal(PasswordVerificationResult.Failed, result));
        Assert.Equal(
            PasswordVerificationResult.Success,
            await hashing.VerifyAsync(await hashing.HashAsync(Password, None), Password, None)
        );
    }

    [Fact]
    public async Task Account_is_not_half_made_where_too_many_passwords_are_hashed()
    {
        var app = Start("200000");
        var wish = new NewAccount(77, Username: "half");
        var hashing = app.Get<PasswordHashing>();
        var served = Enumerable.Range(0, PasswordHashing.Capacity).Select(_ => hashing.VerifyAsync(null, Password, None)).ToList();
        await Assert.ThrowsAsync<DomainException>(() => app.Get<AccountStore>().CreateAsync(wish, null, None));
        await Task.WhenAll(served);
        Assert.Empty((await app.Get<AccountStore>().ListAsync(0, 10, None)).Items);
        Assert.Equal(77, (await app.Get<AccountStore>().CreateAsync(wish, null, None)).Account.Id);
    }

    private IServiceProvider Start(string rounds = "1000") =>
        AppServices.Create(azurite.ConnectionString, prefix, time, ("Passwords:Rounds", rounds));

    private static Task<LoginOutcome> OpenAsync(IServiceProvider app, string password = Password) =>
        app.Get<Login>().OpenSessionAsync("ann", password, null, Nobody, None);

    private static async Task<Principal> AddAgentAsync(IServiceProvider app, int accountId)
    {
        var agent = new Agent { Id = 11, ExternalId = Names.NewId("AG_"), Name = "ann" };
        await app.Get<DirectoryStore>().ChangeAsync(accountId, edit => edit.Put(agent), None);
        return new Principal(accountId, agent.Id);
    }

    /// <summary>What a process leaves that is killed right after its transaction.</summary>
    private static async Task RemoveRowAsync(IServiceProvider app, Principal principal) =>
        await app.Get<Tables>().Live.DeleteAsync(
            LiveTable.Partition(principal.AccountId),
            DirectoryKeys.Agent(principal.AgentId!.Value),
            None
        );

    private async Task<string> HashAsync(Principal principal)
    {
        var credentials = Start().ClientOf(Tables.CredentialsName);
        var row = await credentials.GetEntityAsync<Azure.Data.Tables.TableEntity>(principal.ToString(), "password");
        return row.Value.GetString("Hash");
    }
}

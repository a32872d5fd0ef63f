using Azure.Core;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;

namespace ContactRouting.Tests.Accounts;

[Trait("Category", "Slow")]
public sealed class AccountCreationTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static Task<Principal?> NobodyAsync() => Task.FromResult<Principal?>(null);

    [Theory]
    [InlineData(null)]
    [InlineData(1000)]
    public async Task Creation_that_dies_after_any_call_is_finished_by_its_repetition_with_the_same_secrets(int? wish)
    {
        var (prefix, dying) = ($"t{Guid.NewGuid():n}", new DyingPolicy());
        var mortal = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            TimeProvider.System,
            [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
        );
        var survivor = AppServices.Create(azurite.ConnectionString, prefix, TimeProvider.System);
        for (var (calls, died) = (1, true); died; calls++)
        {
            Assert.InRange(calls, 1, 100);
            var (wanted, operation) = (new NewAccount(wish + calls, Username: $"boss{calls}"), $"op{calls}");
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(() => mortal.Get<AccountStore>().CreateAsync(wanted, operation, None)) is not null;

            var (account, secrets) = await survivor.Get<AccountStore>().CreateAsync(wanted, operation, None);
            Assert.Equal(calls, (await survivor.Get<Claims>().AccountIdsAsync(0, 200, None)).Count);
            var login = await survivor.Get<Login>().OpenSessionAsync(account.Username, secrets["password"], null, NobodyAsync, None);
            Assert.Equal(new Principal(account.Id, null), login.Principal);
            Assert.Equal(account.Id, await survivor.Get<TokenAuthentication>().FindAsync(secrets["sinkToken"], ClaimHolder.SinkToken));
            Assert.NotNull(await survivor.Get<TokenAuthentication>().IssueAsync(secrets["clientId"], secrets["clientSecret"], None));

            var again = await survivor.Get<AccountStore>().CreateAsync(wanted, operation, None);
            Assert.Equal(
                (account.Id, secrets["clientSecret"], secrets["password"]),
                (again.Account.Id, again.Secrets["clientSecret"], again.Secrets["password"])
            );
            await Assert.ThrowsAsync<DomainException>(() => survivor.Get<AccountStore>().CreateAsync(wanted, "another", None));
        }
    }
}

using Azure.Core;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Accounts;

/// <summary>Limited tokens and the index of origins, wherever a process is killed.</summary>
[Trait("Category", "Slow")]
public sealed class LimitedTokenTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DyingPolicy dying = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly string prefix = $"t{Guid.NewGuid():n}";

    [Fact]
    public async Task Creation_that_dies_after_any_call_is_finished_by_its_repetition_with_the_same_token()
    {
        var (mortal, survivor) = (Start(mortal: true), Start());
        var accountId = await survivor.CreateAccountAsync();
        var wish = new LimitedToken { Kind = TokenKind.Read };
        for (var (calls, died) = (1, true); died; calls++)
        {
            Assert.InRange(calls, 1, 30);
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(
                () => mortal.Get<LimitedTokens>().CreateAsync(accountId, wish, Hour, $"{calls:D32}", None)
            ) is not null;
            dying.DieAfter(int.MaxValue);
            var (token, text) = await survivor.Get<LimitedTokens>().CreateAsync(accountId, wish, Hour, $"{calls:D32}", None);
            var again = await survivor.Get<LimitedTokens>().CreateAsync(accountId, wish, Hour, $"{calls:D32}", None);
            Assert.Equal((token.Id, token.ExpiresAt, text), (again.Token.Id, again.Token.ExpiresAt, again.Text));
            Assert.Equal(token.Id, (await survivor.Get<LimitedTokens>().FindAsync(TokenText.Parse(text)!.Value))?.Id);
            Assert.Equal(calls, (await survivor.Get<LimitedTokens>().ListAsync(accountId, null, 200, None)).Items.Count);
        }
    }

    [Fact]
    public async Task Account_has_no_more_tokens_than_it_may_also_where_several_are_made_at_once()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        foreach (var ids in Enumerable.Range(0, LimitedTokens.Most - 1).Chunk(50))
        {
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var id in ids)
            {
                var token = new LimitedToken { Id = $"{id:D4}", CreatedAt = time.GetUtcNow(), ExpiresAt = time.GetUtcNow() };
                batch.Insert(LiveKeys.Tokens + token.Id, token);
            }
            await app.Get<LiveTable>().CommitAsync(accountId, batch, null, None);
        }
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Record.ExceptionAsync(MakeAsync)));
        Assert.Single(made, error => error is null);
        Assert.Equal(3, made.OfType<DomainException>().Count(error => error.Kind == ErrorKind.Conflict));

        // Whoever meets a conflict pauses, by a clock that goes.
        Task MakeAsync() =>
            AppServices.Create(azurite.ConnectionString, prefix, TimeProvider.System)
                .Get<LimitedTokens>()
                .CreateAsync(accountId, new LimitedToken { Kind = TokenKind.Read }, Hour, null, None);
    }

    [Fact]
    public async Task Contacts_token_is_over_after_a_day()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        var text = TokenText.Parse(app.Get<LimitedTokens>().OfContact(accountId, "one"))!.Value;
        time.Advance(LimitedTokens.ContactLife - TimeSpan.FromSeconds(1));
        Assert.Equal("one", await app.Get<LimitedTokens>().FindContactAsync(text));
        Assert.Null(await app.Get<LimitedTokens>().FindContactAsync(text with { AccountId = accountId + 1 }));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await app.Get<LimitedTokens>().FindContactAsync(text));
    }

    [Fact]
    public async Task Index_of_origins_follows_the_account_wherever_a_change_is_killed()
    {
        var (mortal, survivor) = (Start(mortal: true), Start());
        var accountId = await survivor.CreateAccountAsync();
        for (var (calls, died) = (1, true); died; calls++)
        {
            Assert.InRange(calls, 1, 30);
            string[] before = [$"https://kept{calls}.example", $"https://old{calls}.example"];
            string[] after = [before[0], $"https://new{calls}.example"];
            await ChangeAsync(survivor, before);
            time.Advance(Credentials.FollowUpAge);
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(() => ChangeAsync(mortal, after)) is not null;
            dying.DieAfter(int.MaxValue);

            // Whatever the account allows can be asked for, whenever the process died.
            var allowed = (await survivor.Get<AccountStore>().GetAsync(accountId, None)).Settings.AllowedOrigins;
            Assert.True(allowed.SequenceEqual(before) || allowed.SequenceEqual(after));
            Assert.Empty(allowed.Except(await IndexedAsync([.. before, .. after])));
            time.Advance(Credentials.FollowUpAge);
            await survivor.Get<AccountVisits>().SweepAsync(None);
            Assert.Equal(allowed.Order(), (await IndexedAsync([.. before, .. after])).Order());
        }

        Task ChangeAsync(IServiceProvider app, string[] origins) =>
            app.Get<AccountStore>().ChangeSettingsAsync(accountId, settings => settings with { AllowedOrigins = origins }, None);

        async Task<List<string>> IndexedAsync(IEnumerable<string> origins)
        {
            var (index, indexed) = (Start().Get<OriginIndex>(), new List<string>());
            foreach (var origin in origins.Distinct())
                if (await index.IsAllowedAsync(origin)) indexed.Add(origin);
            return indexed;
        }
    }

    private IServiceProvider Start(bool mortal = false) =>
        AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            mortal ? [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))] : []
        );
}

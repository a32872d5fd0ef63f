using Azure.Core;
using Azure.Data.Tables;
using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Status;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;
using ContactRouting.Tests.Directory;
using ContactRouting.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Tests.Accounts;

/// <summary>An account that goes while others are at work on it, and the one that gets its id afterwards.</summary>
[Trait("Category", "Slow")]
public sealed class AccountRemovalTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestClock time = new(DateTimeOffset.UtcNow);

    public static TheoryData<string> LateWrites => ["an arrival", "a password", "a snapshot", "an answer under its key"];

    [Theory]
    [MemberData(nameof(LateWrites))]
    public async Task Row_that_comes_late_is_no_row_of_the_accounts_successor(string late)
    {
        var test = await TestDirectory.CreateAsync(azurite.ConnectionString, time);
        var (app, other) = (test.App, test.Other);
        var (account, _) = await app.Get<AccountStore>().CreateAsync(new NewAccount(), null, None);
        await app.Get<DirectoryStore>().ChangeAsync(account.Id, edit => edit.Add(new Queue { Name = "sales" }), None);
        var queue = (await other.Get<DirectoryStore>().GetAsync(account.Id, None)).All<Queue>().Single();
        var agent = await app.Get<DirectoryStore>().ChangeAsync(account.Id, edit => edit.Add(new Agent { Name = "ann" }), None);

        // The account goes while the write is on its way.
        test.Watch.Before = async address =>
        {
            if (!address.Contains(late switch
            {
                "an arrival" => "$batch",
                "a password" => "Credentials",
                "a snapshot" => "Snapshots",
                _ => "Idempotency",
            }, StringComparison.Ordinal)) return;
            test.Watch.Before = null;
            await other.Get<AccountRemoval>().RemoveAsync(account.Id, None);
        };
        await (late switch
        {
            "an arrival" => app.Get<ContactRouter>()
                .ArriveAsync(account.Id, new Arrival(new RoutingTarget(null, queue.Id, null), Channels.Standard, 0, "late"), None),
            "a password" => app.SetPasswordAsync(new Principal(account.Id, agent.Id), "secret"),
            "a snapshot" => app.Get<SnapshotStore>().SaveAsync(AccountStatus.Empty(account.Id, "UTC", time.GetUtcNow().AddHours(1)), None),
            _ => (Task)app.Get<Tables>().Idempotency.TryInsertAsync(LiveTable.Partition(account.Id), "late", new object(), None),
        }).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Null(test.Watch.Before);

        foreach (var early in new[] { 0, 50 })
        {
            time.Advance(TimeSpan.FromSeconds(early));
            await app.Get<AccountVisits>().SweepAsync(None);
            var refused = await Assert.ThrowsAsync<DomainException>(() =>
                app.Get<AccountStore>().CreateAsync(new NewAccount(account.Id), null, None)
            );
            Assert.Equal(ErrorKind.Conflict, refused.Kind);
            Assert.Contains("is being removed", refused.Message, StringComparison.Ordinal);
        }
        time.Advance(TimeSpan.FromSeconds(15));
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Empty(await RowsAsync(app, account.Id));

        await app.Get<AccountStore>().CreateAsync(new NewAccount(account.Id), null, None);
        Assert.Equal(
            ["Credentials password", "Live account", "Live head", "Snapshots current"],
            (await RowsAsync(app, account.Id)).Where(row =>
                !row.StartsWith("Live o|", StringComparison.Ordinal) && !row.StartsWith("Live sa|", StringComparison.Ordinal)
            )
        );
        Assert.Empty((await other.Get<DirectoryStore>().GetAsync(account.Id, None)).Records);
        await app.Get<DirectoryStore>().ChangeAsync(account.Id, edit => edit.Add(new Queue { Name = "sales" }), None);
        Assert.Single((await other.Get<DirectoryStore>().GetAsync(account.Id, None)).Records);
    }

    [Fact]
    public async Task Removal_that_dies_after_any_call_is_finished_by_the_timer()
    {
        var (prefix, dying) = ($"t{Guid.NewGuid():n}", new DyingPolicy());
        var mortal = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
        );
        var survivor = AppServices.Create(azurite.ConnectionString, prefix, time);
        for (var (calls, died) = (4, true); died; calls += 8)
        {
            Assert.InRange(calls, 0, 200);
            var (account, _) = await mortal.Get<AccountStore>().CreateAsync(new NewAccount(), null, None);
            await mortal.Get<DirectoryStore>().ChangeAsync(account.Id, edit => edit.Add(new Agent { Name = "ann" }), None);
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(async () =>
            {
                await mortal.Get<AccountRemoval>().RemoveAsync(account.Id, None);
                await mortal.Get<AccountRemoval>().FinishAsync(account.Id, None);
            }) is not null;
            dying.DieAfter(int.MaxValue);
            time.Advance(TimeSpan.FromSeconds(61));
            await survivor.Get<AccountVisits>().SweepAsync(None);
            Assert.Empty(await RowsAsync(survivor, account.Id));
            await foreach (var claim in survivor.ClientOf(Tables.ClaimsName).QueryAsync<TableEntity>("PartitionKey ne 'layout'"))
                Assert.Fail($"{calls}: {claim.PartitionKey} is still claimed");
        }
    }

    [Fact]
    public async Task Account_that_goes_while_a_tick_visits_it_is_no_failure()
    {
        var logged = new List<Exception?>();
        var removedBefore = 1;
        for (var done = false; !done; removedBefore++)
        {
            var test = await TestDirectory.CreateAsync(azurite.ConnectionString, time);
            var (other, login) = (test.Other, new PresenceChange(PresenceStatus.Available, PresenceSource.Api));
            await test.ChangeAsync(other, edit => edit.Put(test.Queue(10) with { OfferSeconds = 15 }));
            await test.ChangeAsync(other, edit => edit.Put(test.Agent(1, [10])));
            await other.Get<AgentPresence>().ApplyAsync(test.AccountId, 1, _ => login, None);
            var arrival = new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, "guest");
            await other.Get<ContactRouter>().ArriveAsync(test.AccountId, arrival, None);
            time.Advance(TimeSpan.FromSeconds(16));
            var ticking = ActivatorUtilities.CreateInstance<AccountVisits>(test.App, new RecordingLogger<AccountVisits>(logged));

            // Before each call of the tick once, until there is no further one.
            var calls = 0;
            done = true;
            test.Watch.Before = async _ =>
            {
                if (++calls != removedBefore) return;
                (test.Watch.Before, done) = (null, false);
                await other.Get<AccountRemoval>().RemoveAsync(test.AccountId, None);
            };
            await ticking.SweepAsync(None);
            Assert.True(logged.Count == 0, $"The account went before call {removedBefore}: {string.Join("\n", logged)}");
        }
        Assert.InRange(removedBefore, 10, 200);
    }

    /// <summary>Table and row key of all that an account has, but for what is unique over all accounts.</summary>
    private static async Task<List<string>> RowsAsync(IServiceProvider app, int accountId)
    {
        var rows = new List<string>();
        foreach (var name in Tables.Names.Except([Tables.ClaimsName, Tables.DueName]))
        {
            await foreach (var row in app.ClientOf(name).QueryAsync<TableEntity>())
            {
                if (row.PartitionKey.Split('|')[0] == LiveTable.Partition(accountId)) rows.Add($"{name} {row.RowKey}");
            }
        }
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}

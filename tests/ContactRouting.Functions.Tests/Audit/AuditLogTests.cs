using Azure.Core;
using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using ContactRouting.Tests.Contacts;

namespace ContactRouting.Tests.Audit;

[Trait("Category", "Slow")]
public sealed class AuditLogTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const string Password = "correct horse battery";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly AuditPage All = new(200, "0", "9");

    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private readonly DyingPolicy dying = new();
    private readonly TestClock time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 10, TimeSpan.Zero));

    [Fact]
    public async Task Password_that_was_set_stands_in_the_log_wherever_the_process_was_killed()
    {
        var (mortal, survivor) = (Start(mortal: true), Start());
        var accountId = await survivor.CreateAccountAsync();
        for (var (calls, died) = (1, true); died; calls++)
        {
            Assert.InRange(calls, 1, 30);
            var principal = await AddAgentAsync(survivor, accountId, $"ann{calls}");
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(() => mortal.SetPasswordAsync(principal, Password)) is not null;
            dying.DieAfter(int.MaxValue);
            time.Advance(Credentials.FollowUpAge);
            await survivor.Get<AccountVisits>().SweepAsync(None);
            var isSet = await survivor.Get<Credentials>().VerifyAsync(principal, Password, None) == PasswordCheck.Right;
            Assert.Equal(
                isSet ? 1 : 0,
                (await EntriesAsync(survivor, accountId))
                    .Count(entry => entry.Action == "password.changed" && entry.AgentId == principal.AgentId)
            );
            Assert.Equal(isSet ? ["password"] : [], await RowKeysAsync(survivor.Get<Tables>().Credentials, principal.ToString()));
            var left = await RowKeysAsync(survivor.Get<Tables>().Live, LiveTable.Partition(accountId));
            Assert.Empty(left.Select(key => key.Split('|')[0]).Intersect([LiveKeys.Timers[..^1], LiveKeys.Audit[..^1]]));
        }
    }

    [Fact]
    public async Task Credentials_of_a_removed_user_go_wherever_the_process_was_killed()
    {
        var (mortal, survivor) = (Start(mortal: true), Start());
        var accountId = await survivor.CreateAccountAsync();
        for (var (calls, died) = (1, true); died; calls++)
        {
            Assert.InRange(calls, 1, 30);
            var principal = await AddAgentAsync(survivor, accountId, $"ann{calls}");
            await survivor.SetPasswordAsync(principal, Password);
            await survivor.Get<Credentials>().OpenSessionAsync(principal, Password, null, None);
            dying.DieAfter(calls);
            died = await Record.ExceptionAsync(() => mortal.Get<DirectoryStore>().ChangeAsync(
                accountId,
                edit =>
                {
                    edit.Remove(edit.Directory.Agent(principal.AgentId!.Value)!);
                    return true;
                },
                None
            )) is not null;
            dying.DieAfter(int.MaxValue);
            time.Advance(Credentials.FollowUpAge);
            await survivor.Get<AccountVisits>().SweepAsync(None);
            var stays = (await survivor.Get<DirectoryStore>().GetAsync(accountId, None)).Agent(principal.AgentId!.Value) is not null;
            Assert.Equal(stays ? 2 : 0, (await RowKeysAsync(survivor.Get<Tables>().Credentials, principal.ToString())).Count);
        }
    }

    [Fact]
    public async Task Change_of_the_directory_stands_in_the_log_once_whether_or_not_a_sweep_has_moved_it()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        for (var turn = 0; turn < 3; turn++)
        {
            await AddAgentAsync(app, accountId, $"ann{turn}");
            if (turn == 1) await app.Get<AccountVisits>().SweepAsync(None);
        }
        Assert.Equal(3, (await EntriesAsync(app, accountId)).Count);
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Equal(3, (await EntriesAsync(app, accountId)).Count);
        Assert.All(await EntriesAsync(app, accountId), entry => Assert.Equal(ActorKind.System, entry.Actor.Kind));
    }

    [Fact]
    public async Task Logins_of_a_minute_are_counted_by_result_name_and_address()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        var principal = await AddAgentAsync(app, accountId, "ann");
        await app.SetPasswordAsync(principal, Password);
        foreach (
            var (password, address) in new[]
            {
                (Password, "192.0.2.1"), ("wrong", "192.0.2.1"), ("wrong", "192.0.2.1"), ("wrong", "192.0.2.2"), (Password, null),
            }
        )
            await LogInAsync(app, "ann", password, address);
        time.Advance(TimeSpan.FromSeconds(60));
        await LogInAsync(app, "ann", Password, "192.0.2.1");
        var logins = (await EntriesAsync(app, accountId)).Where(entry => entry.Action == "login").ToList();
        Assert.All(logins, login => Assert.Equal("ann", login.Username));
        Assert.Equal(
            [
                "12:01 Succeeded as Agent from 192.0.2.1: 1",
                "12:00 Failed as Anonymous from 192.0.2.1: 2",
                "12:00 Failed as Anonymous from 192.0.2.2: 1",
                "12:00 Succeeded as Agent from 192.0.2.1: 1",
                "12:00 Succeeded as Agent from : 1",
            ],
            logins.Select(login => $"{login.At:HH:mm} {login.Result} as {login.Actor.Kind} from {login.Actor.Address}: {login.Count}")
                .OrderByDescending(text => text[..5]).ThenBy(text => text, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Logins_that_come_at_once_are_all_counted_in_few_writes()
    {
        var (app, calls) = (Start(mortal: true), 200);
        var accountId = await app.CreateAccountAsync();
        dying.DieAfter(50);
        var actor = new AuditActor(ActorKind.Client);
        await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => app.Get<AuditLog>().CountLoginAsync(accountId, actor, "ann", None)));
        Assert.False(dying.Died);
        dying.DieAfter(int.MaxValue);
        Assert.Equal(calls, (await EntriesAsync(app, accountId)).Single().Count);
    }

    [Fact]
    public async Task Logins_with_names_that_nobody_has_fill_no_more_than_their_slots()
    {
        var app = Start();
        const int Attempts = 60;
        for (var attempt = 0; attempt < Attempts; attempt++) await LogInAsync(app, $"nobody{attempt}", "wrong", null);
        var (items, _) = await app.Get<AuditLog>().ListAsync(Tables.OperatorPartition, All, None);
        Assert.InRange(items.Count, 2, 16);
        Assert.Equal(Attempts, items.Sum(row => row.Value.Count));
        Assert.All(items, row => Assert.Null(row.Value.Username));
    }

    [Fact]
    public async Task Entries_go_when_they_were_kept_as_long_as_the_setting_says()
    {
        var app = Start();
        var accountId = await app.CreateAccountAsync();
        await AddAgentAsync(app, accountId, "ann");
        await app.Get<AccountVisits>().SweepAsync(None);
        time.Advance(TimeSpan.FromDays(2));
        await AddAgentAsync(app, accountId, "bob");
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Equal(2, (await EntriesAsync(app, accountId)).Count);
        time.Advance(TimeSpan.FromDays(1.5));
        await AddAgentAsync(app, accountId, "eve");
        await app.Get<AccountVisits>().SweepAsync(None);
        Assert.Equal(2, (await EntriesAsync(app, accountId)).Count);
    }

    private IServiceProvider Start(bool mortal = false) =>
        AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            mortal ? [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))] : [],
            ("Audit:RetentionDays", "3")
        );

    private static Task<LoginOutcome> LogInAsync(IServiceProvider app, string name, string password, string? address) =>
        app.Get<Login>().OpenSessionAsync(name, password, address, () => Task.FromResult<Principal?>(null), None);

    private static async Task<Principal> AddAgentAsync(IServiceProvider app, int accountId, string name) =>
        new(accountId, (await app.Get<DirectoryStore>().ChangeAsync(accountId, edit => edit.Add(new Agent { Name = name }), None)).Id);

    private static async Task<List<AuditEntry>> EntriesAsync(IServiceProvider app, int accountId) =>
        [.. (await app.Get<AuditLog>().ListAsync(accountId, All, None)).Items.Select(row => row.Value)];

    private static async Task<List<string>> RowKeysAsync(Table table, string partition) =>
        await table.KeysAsync(partition, KeyRange.All, None).ToListAsync();
}

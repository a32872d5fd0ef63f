using Azure.Core;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>A process that dies after any of its storage calls leaves a state from which the next sweep of another goes on.</summary>
[Trait("Category", "Slow")]
public sealed class CrashTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const int MostCalls = 200;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly DyingPolicy dying = new();

    public static TheoryData<string> Operations =>
        [
            "arrive at a free agent",
            "arrive and wait",
            "accept",
            "decline",
            "complete",
            "complete and pull",
            "complete into wrap-up",
            "cancel",
            "transfer",
            "sweep an expired offer",
            "sweep a wrap-up",
            "sweep a lease",
            "log in",
            "log out with an offer",
        ];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Whatever_call_was_the_last_the_next_sweep_restores_the_invariants(string operation)
    {
        var prefix = $"t{Guid.NewGuid():n}";
        var mortal = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(dying, HttpPipelinePosition.PerRetry))]
        );
        var deaths = 0;
        for (var calls = 0; ; calls++)
        {
            Assert.InRange(calls, 0, MostCalls);
            var accountId = await mortal.CreateAccountAsync();
            await ConfigureAsync(mortal, accountId);
            await PrepareAsync(mortal, accountId, operation);
            dying.DieAfter(calls);
            var died = false;
            try
            {
                await RunAsync(mortal, accountId, operation);
            }
            catch (Exception error) when (error is KilledException || error.InnerException is KilledException)
            {
                died = true;
            }
            died |= dying.Died;
            dying.DieAfter(int.MaxValue);

            var survivor = AppServices.Create(azurite.ConnectionString, prefix, time);
            await survivor.Get<AccountVisits>().SweepAsync(CancellationToken.None);
            await survivor.Get<AccountVisits>().SweepAsync(CancellationToken.None);
            await AccountCheck.AssertConsistentAsync(survivor, accountId, time.GetUtcNow());
            // The next round's sweeps have nothing to do with this one's account.
            await survivor.Get<Tables>().Due.DeleteAsync("due", TableKey.Number(accountId), CancellationToken.None);
            if (!died) break;
            deaths++;
        }
        Assert.True(deaths >= 2, $"{deaths} deaths");
    }

    private static Task<bool> ConfigureAsync(IServiceProvider app, int accountId) =>
        app.Get<DirectoryStore>()
            .ChangeAsync(
                accountId,
                edit =>
                {
                    edit.Put(
                        new Queue
                        {
                            Id = 10,
                            ExternalId = "QU_0000000000000010",
                            Name = $"q10-{accountId}",
                            OfferSeconds = 20,
                        }
                    );
                    edit.Put(
                        new Queue
                        {
                            Id = 20,
                            ExternalId = "QU_0000000000000020",
                            Name = $"q20-{accountId}",
                            WrapUp = true,
                            WrapUpSeconds = 10,
                        }
                    );
                    edit.Put(new Group { Id = "GR_000000000000000T" });
                    edit.Put(
                        new QueueGroup
                        {
                            Id = "GR_RO_0000000000000000",
                            QueueId = 10,
                            GroupId = "GR_000000000000000T",
                        }
                    );
                    edit.Put(
                        new Agent
                        {
                            Id = 1,
                            ExternalId = "AG_0000000000000001",
                            Name = $"a1-{accountId}",
                            Queues = [new(10), new(20)],
                        }
                    );
                    edit.Put(
                        new Agent
                        {
                            Id = 2,
                            ExternalId = "AG_0000000000000002",
                            Name = $"a2-{accountId}",
                            Groups = ["GR_000000000000000T"],
                        }
                    );
                    return true;
                },
                CancellationToken.None
            );

    private async Task PrepareAsync(IServiceProvider app, int accountId, string operation)
    {
        if (operation == "log in")
        {
            await LogInAsync(app, accountId, 1, PresenceStatus.Busy);
            await ArriveAsync(app, accountId, 10);
            return;
        }
        await LogInAsync(app, accountId, 1, PresenceStatus.Available, operation == "sweep a lease" ? 30 : null);
        if (operation == "arrive at a free agent") return;
        await ArriveAsync(app, accountId, operation is "complete into wrap-up" or "sweep a wrap-up" ? 20 : 10, "one");
        if (operation is "arrive and wait" or "accept") return;
        if (operation is "decline" or "transfer" or "log out with an offer") await LogInAsync(app, accountId, 2, PresenceStatus.Available);
        if (operation.StartsWith("complete", StringComparison.Ordinal) || operation == "sweep a wrap-up")
            await app.Get<ContactActions>().AcceptAsync(new ContactCall(accountId, "one"), 1, CancellationToken.None);
        if (operation is "complete and pull" or "cancel" or "sweep an expired offer") await ArriveAsync(app, accountId, 10, "two");
        if (operation == "sweep a wrap-up")
        {
            await app.Get<ContactActions>().CompleteAsync(new ContactCall(accountId, "one"), 1, CancellationToken.None);
            await ArriveAsync(app, accountId, 20, "two");
        }
        if (operation.StartsWith("sweep", StringComparison.Ordinal)) time.Advance(TimeSpan.FromSeconds(31));
    }

    private static async Task RunAsync(IServiceProvider app, int accountId, string operation)
    {
        var actions = app.Get<ContactActions>();
        var none = CancellationToken.None;
        switch (operation)
        {
            case "arrive at a free agent":
            case "arrive and wait":
                await ArriveAsync(app, accountId, 10);
                break;
            case "accept":
                await actions.AcceptAsync(new ContactCall(accountId, "one"), 1, none);
                break;
            case "decline":
                await actions.DeclineAsync(new ContactCall(accountId, "one"), 1, none);
                break;
            case "cancel":
                await actions.CancelAsync(new ContactCall(accountId, "one"), none);
                break;
            case "transfer":
                await app.Get<ContactRouter>().TransferAsync(new ContactCall(accountId, "one"), new RoutingTarget(null, null, 2), none);
                break;
            case "log in":
                await LogInAsync(app, accountId, 1, PresenceStatus.Available);
                break;
            case "log out with an offer":
                await LogInAsync(app, accountId, 1, PresenceStatus.LoggedOut);
                break;
            case var complete when complete.StartsWith("complete", StringComparison.Ordinal):
                await actions.CompleteAsync(new ContactCall(accountId, "one"), 1, none);
                break;
            default:
                await app.Get<AccountVisits>().SweepAsync(none);
                break;
        }
    }

    private static Task<Contact> ArriveAsync(IServiceProvider app, int accountId, int queueId, string? id = null) =>
        app.Get<ContactRouter>()
            .ArriveAsync(accountId, new Arrival(new RoutingTarget(null, queueId, null), Channels.Standard, 0, id), CancellationToken.None);

    private static Task<PresenceResult> LogInAsync(
        IServiceProvider app,
        int accountId,
        int agentId,
        PresenceStatus status,
        int? leaseSeconds = null
    ) =>
        app.Get<AgentPresence>()
            .ApplyAsync(
                accountId,
                agentId,
                _ => new PresenceChange(status, PresenceSource.Api, Lease: leaseSeconds is null ? null : new LeaseWish(leaseSeconds)),
                CancellationToken.None
            );
}

using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>Another process changes what an offer relies on between its reads and its commit: the offer does not stand.</summary>
[Trait("Category", "Slow")]
public sealed class StaleDecisionTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestClock time = new(DateTimeOffset.UtcNow);
    private readonly Meanwhile meanwhile = new();

    public static TheoryData<string, string> Races
    {
        get
        {
            var races = new TheoryData<string, string>();
            foreach (var change in Changes.Keys)
            {
                foreach (var offer in new[] { "arrival", "login", "sweep" }) races.Add(change, offer);
            }
            return races;
        }
    }

    private static Dictionary<string, Func<IServiceProvider, int, Task>> Changes => new()
    {
        ["agent leaves"] = (app, id) => EditAsync(app, id, edit => edit.Put(edit.Directory.Agent(1)! with { Queues = [], Groups = [] })),
        ["agent is disabled"] = (app, id) =>
            EditAsync(app, id, edit => edit.Put(edit.Directory.Agent(1)! with { Queues = [new(10, false)], Groups = [] })),
        ["agent logs out"] = (app, id) => StatusAsync(app, id, 1, PresenceStatus.LoggedOut),
        ["agent is busy"] = (app, id) => StatusAsync(app, id, 1, PresenceStatus.Busy),
        ["queue is switched off"] = (app, id) =>
            EditAsync(app, id, edit => edit.Put(edit.Directory.Queue(10)! with { Enabled = false })),
        ["queue closes"] = (app, id) =>
            EditAsync(app, id, edit => edit.Put(edit.Directory.Queue(10)! with { Hours = new OpeningHours() })),
        ["routing goes"] = (app, id) => EditAsync(app, id, edit =>
        {
            edit.Put(edit.Directory.Agent(1)! with { Queues = [] });
            edit.Remove(edit.Directory.RoutingsOf(10).Single());
        }),
        ["routing alone goes"] = (app, id) => EditAsync(app, id, edit => edit.Remove(edit.Directory.RoutingsOf(10).Single())),
    };

    [Theory]
    [MemberData(nameof(Races))]
    public async Task Offer_that_was_decided_on_what_changed_meanwhile_does_not_stand(string change, string offeredBy)
    {
        var prefix = $"t{Guid.NewGuid():n}";
        var app = AppServices.Create(
            azurite.ConnectionString,
            prefix,
            time,
            [new HttpPipelineConfiguration(options => options.AddPolicy(meanwhile, HttpPipelinePosition.PerRetry))]
        );
        var other = AppServices.Create(azurite.ConnectionString, prefix, time);
        var accountId = await app.CreateAccountAsync();
        await EditAsync(app, accountId, edit =>
        {
            edit.Put(new Queue { Id = 10, ExternalId = "QU_0000000000000010", Name = $"q10-{accountId}" });
            edit.Put(new Group { Id = "GR_000000000000000T" });
            edit.Put(new QueueGroup { Id = "GR_RO_0000000000000000", QueueId = 10, GroupId = "GR_000000000000000T" });
            var byGroup = change == "routing alone goes";
            edit.Put(new Agent
            {
                Id = 1,
                ExternalId = "AG_0000000000000001",
                Name = $"a1-{accountId}",
                Queues = byGroup ? [] : [new(10)],
                Groups = byGroup || change == "routing goes" ? ["GR_000000000000000T"] : [],
            });
            edit.Put(new Agent { Id = 2, ExternalId = "AG_0000000000000002", Name = $"a2-{accountId}", Queues = [new(10)] });
        });
        await StatusAsync(app, accountId, 1, offeredBy == "login" ? PresenceStatus.Busy : PresenceStatus.Available);
        await StatusAsync(app, accountId, 2, PresenceStatus.Busy);
        if (offeredBy != "arrival") await ArriveAsync();
        if (offeredBy == "sweep") await app.Get<ContactActions>().DeclineAsync(new ContactCall(accountId, "one"), 1, None);

        meanwhile.Before(offeredBy == "login" ? 2 : 1, () => Changes[change](other, accountId));
        if (offeredBy == "arrival") await ArriveAsync();
        else if (offeredBy == "login") await StatusAsync(app, accountId, 1, PresenceStatus.Available);
        else await SweepAsync(app);
        Assert.True(meanwhile.Happened);
        await AssertNotOfferedAsync();
        await StatusAsync(app, accountId, 2, PresenceStatus.Available);
        await SweepAsync(other);
        await SweepAsync(other);
        await AccountCheck.AssertConsistentAsync(other, accountId, time.GetUtcNow());
        await other.Get<Tables>().Due.DeleteAsync("due", TableKey.Number(accountId), None);

        Task ArriveAsync() =>
            app.Get<ContactRouter>()
                .ArriveAsync(accountId, new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, "one"), None);

        async Task AssertNotOfferedAsync()
        {
            var contact = (await other.Get<ContactStore>().GetAsync(accountId, "one", None)).Value;
            var agent = (await other.Get<ContactStore>().FindAgentAsync(accountId, 1, None))!.Value;
            Assert.Contains(contact.State, new[] { ContactState.Queued, ContactState.Refused });
            Assert.Empty(agent.Load);
        }
    }

    private static Task<bool> EditAsync(IServiceProvider app, int accountId, Action<DirectoryEdit> change) =>
        app.Get<DirectoryStore>().ChangeAsync(accountId, edit =>
        {
            change(edit);
            return true;
        }, None);

    private static Task<PresenceResult> StatusAsync(IServiceProvider app, int accountId, int agentId, PresenceStatus status) =>
        app.Get<AgentPresence>().ApplyAsync(accountId, agentId, _ => new PresenceChange(status, PresenceSource.Api), None);

    private static Task<int> SweepAsync(IServiceProvider app) => app.Get<AccountVisits>().SweepAsync(None);

    /// <summary>Does something once, right before a transaction is sent.</summary>
    private sealed class Meanwhile : HttpPipelinePolicy
    {
        private Func<Task>? act;
        private int left;

        public bool Happened { get; private set; }

        /// <param name="transaction">Counted from now, from 1 on.</param>
        public void Before(int transaction, Func<Task> action) => (left, act, Happened) = (transaction, action, false);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (act is { } action && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal) && --left == 0)
            {
                (act, Happened) = (null, true);
                await action();
            }
            await ProcessNextAsync(message, pipeline);
        }
    }
}

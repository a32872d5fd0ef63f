using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Contacts;

/// <summary>What routing costs the storage, warm and with the due mark standing, as the README has it.</summary>
[Trait("Category", "Slow")]
public sealed class ContactCostTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private readonly Counter counter = new();

    [Fact]
    public async Task Operations_cost_what_the_readme_says()
    {
        var app = AppServices.Create(
            azurite.ConnectionString,
            $"t{Guid.NewGuid():n}",
            TimeProvider.System,
            [new HttpPipelineConfiguration(options => options.AddPolicy(counter, HttpPipelinePosition.PerCall))]
        );
        var account = await app.CreateAccountAsync();
        await app.Get<DirectoryStore>().ChangeAsync(account, edit =>
        {
            edit.Put(new Queue { Id = 10, ExternalId = "QU_10", Name = $"q-{account}" });
            edit.Put(new Agent { Id = 1, ExternalId = "AG_1", Name = $"a-{account}", Queues = [new(10)] });
            return true;
        }, CancellationToken.None);
        await app.Get<AgentPresence>()
            .ApplyAsync(account, 1, _ => new PresenceChange(PresenceStatus.Available, PresenceSource.Api), CancellationToken.None);

        // Directory's version, the unit, the line; the agent, the transaction.
        Assert.Equal(5, await CostAsync(() => ArriveAsync(app, account, "one")));
        Assert.Equal(2, await CostAsync(() => app.Get<ContactActions>().AcceptAsync(account, "one", 1, CancellationToken.None)));

        // Directory's version, unit, line, the transaction; a look at the line: itself, version, unit; and how it stands then.
        Assert.Equal(8, await CostAsync(() => ArriveAsync(app, account, "two")));

        // Contact, agent, the transaction; version and the agent's two lines; the offer to the waiting one: line, version,
        // unit, contact, agent, the transaction; and a last look at the line.
        Assert.Equal(13, await CostAsync(() => app.Get<ContactActions>().CompleteAsync(account, "one", 1, CancellationToken.None)));
        Assert.Equal(6, await CostAsync(() => app.Get<ContactActions>().CancelAsync(account, "two", CancellationToken.None)));
    }

    private async Task<int> CostAsync(Func<Task> run)
    {
        var before = counter.Calls;
        await run();
        return counter.Calls - before;
    }

    private static Task<Contact> ArriveAsync(IServiceProvider app, int account, string id) =>
        app.Get<ContactRouter>()
            .ArriveAsync(account, new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, id), CancellationToken.None);

    private sealed class Counter : HttpPipelineSynchronousPolicy
    {
        private int calls;

        public int Calls => calls;

        public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref calls);
    }
}

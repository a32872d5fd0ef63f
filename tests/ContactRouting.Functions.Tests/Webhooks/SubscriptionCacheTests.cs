using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.OwnApi;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Tests.Directory;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>What one instance changes of a subscription holds at another, which knew it before, after a documented time.</summary>
[Trait("Category", "Slow")]
public sealed class SubscriptionCacheTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IDisposable
{
    private const int SubscriptionId = 500;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly CallbackReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task Paused_subscription_is_called_no_more_and_told_of_no_contact_after_five_seconds()
    {
        var world = await CreateAsync("contact.*");
        var call = new ContactCall(world.AccountId, "one");
        await world.Other.Get<ContactRouter>()
            .ArriveAsync(world.AccountId, new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, "one"), None);
        await DeliverAsync(world);
        Assert.Equal(2, receiver.Calls.Count);

        await SwitchAsync(world, isOn: false);
        await world.Other.Get<ContactActions>().AcceptAsync(call, 1, None);
        await DeliverAsync(world);
        Assert.Equal(2, receiver.Calls.Count);

        time.Advance(TimeSpan.FromSeconds(5.1));
        await world.Other.Get<ContactActions>().CompleteAsync(call, 1, None);
        Assert.Equal(0, await world.Other.Get<LiveTable>().CountAsync(world.AccountId, LiveKeys.Outbox, None));

        await SwitchAsync(world, isOn: true);
        time.Advance(TimeSpan.FromSeconds(5.1));
        await world.Other.Get<ContactRouter>()
            .ArriveAsync(world.AccountId, new Arrival(new RoutingTarget(null, 10, null), Channels.Standard, 0, "two"), None);
        await DeliverAsync(world, "two");
        Assert.Equal(4, receiver.Calls.Count);
    }

    [Fact]
    public async Task Rotated_secret_signs_on_another_instance_after_thirty_seconds_and_the_one_before_until_then()
    {
        var world = await CreateAsync("subscription.*");
        Assert.Equal(1, await SignaturesAsync());
        await world.App.Get<SubscriptionStates>().RotateAsync(world.AccountId, SubscriptionId, null, None);
        Assert.Equal(1, await SignaturesAsync());
        time.Advance(TimeSpan.FromSeconds(30.1));
        Assert.Equal(2, await SignaturesAsync());

        async Task<int> SignaturesAsync() =>
            (await world.Other.Get<SubscriptionStates>().SecretsAsync(world.AccountId, SubscriptionId, None)).Count;
    }

    private async Task<TestDirectory> CreateAsync(string types)
    {
        var world = await TestDirectory.CreateAsync(azurite.ConnectionString, time);
        await world.PutAsync(
            world.Queue(10),
            world.Agent(1, [10]),
            new Subscription { Id = SubscriptionId, Url = receiver.Origin, EventTypes = [types] }
        );
        await world.LogInAsync(1);
        return world;
    }

    private static Task<Reply> SwitchAsync(TestDirectory world, bool isOn) =>
        world.App.Get<SubscriptionResource>().SwitchAsync(world.AccountId, $"{SubscriptionId}", isOn, None);

    /// <summary>By the instance that changed nothing.</summary>
    private async Task DeliverAsync(TestDirectory world, string contactId = "one")
    {
        var dispatcher = world.Other.Get<WebhookDispatcher>();
        var target = new DeliveryTarget(world.AccountId, Subject.Contact(contactId).Key);
        while (await dispatcher.LookAsync(target, None) is { } view)
        {
            foreach (var lane in view.Due(time.GetUtcNow(), hurried: false)) await dispatcher.RunAsync(lane, None);
        }
    }
}

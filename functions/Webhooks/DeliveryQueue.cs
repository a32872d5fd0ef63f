using System.Threading.Channels;
using ContactRouting.Presence;

namespace ContactRouting.Webhooks;

/// <summary>An agent that has events to deliver.</summary>
internal readonly record struct DeliveryTarget(int AccountId, int AgentId);

/// <summary>
/// What this process is to deliver soon. It may be lost with the process: the outbox keeps the events, and the timer
/// announces them again.
/// </summary>
internal sealed class DeliveryQueue
{
    private readonly Channel<DeliveryTarget> channel = Channel.CreateUnbounded<DeliveryTarget>();

    public IAsyncEnumerable<DeliveryTarget> ReadAsync(CancellationToken cancellationToken) =>
        channel.Reader.ReadAllAsync(cancellationToken);

    public void Announce(int accountId, PresenceEvent? happened)
    {
        if (happened is { To.Count: > 0 }) Announce(new DeliveryTarget(accountId, happened.AgentId));
    }

    public void Announce(DeliveryTarget target) => channel.Writer.TryWrite(target);
}

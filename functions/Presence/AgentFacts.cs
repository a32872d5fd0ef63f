using ContactRouting.Directory;
using ContactRouting.Events;

namespace ContactRouting.Presence;

/// <summary>An agent as it is told, and the event that a change of its status is.</summary>
internal static class AgentFacts
{
    /// <summary>What events tell of an agent; answers tell more.</summary>
    public static Facts Of(AgentState agent) => new()
    {
        ["id"] = agent.AgentId,
        ["name"] = agent.Name,
        ["displayName"] = agent.DisplayName,
        ["status"] = StatusName(agent.Status),
        ["statusSince"] = agent.StatusSince,
        ["onlineSince"] = agent.OnlineSince,
        ["leaseUntil"] = agent.LeaseUntil,
        ["idleSince"] = agent.IdleSince,
        ["capacityUnits"] = agent.CapacityUnits,
        ["freeUnits"] = agent.Free,
    };

    public static string StatusName(PresenceStatus status) => status switch
    {
        PresenceStatus.Available => "available",
        PresenceStatus.Busy => "busy",
        _ => "logged_out",
    };

    /// <summary>The event also tells where the agent is reached, and what brought the change about.</summary>
    public static Event Event(PresenceStep step, AgentState before, AgentState after)
    {
        var type = (step.Source, after.Status) switch
        {
            (PresenceSource.Expired, PresenceStatus.LoggedOut) => EventTypes.AgentLeaseExpired,
            (PresenceSource.Expired, _) => EventTypes.AgentAbsent,
            _ => EventTypes.AgentPresenceChanged,
        };
        var facts = Of(after);
        facts["type"] = after.Type;
        facts["address"] = after.Address;
        facts["source"] = step.Source;
        return EventData.Make(type, Subject.Agent(after.AgentId), after.Sequence, step.OccurredAt, Of(before), facts);
    }

    /// <summary>The callbacks that a change asks for: a login ends being logged out, a logout begins it; the rest is neither.</summary>
    public static IEnumerable<Receiver> CallbacksFor(AgentState before, AgentState after)
    {
        CallbackEvent? happened = (before.IsLoggedIn, after.IsLoggedIn) switch
        {
            (false, true) => CallbackEvent.AgentLogin,
            (true, false) => CallbackEvent.AgentLogout,
            _ => null,
        };
        return after.Callbacks.Where(callback => callback.EventType == happened)
            .Select(callback => new Receiver(ReceiverKind.Callback, callback.Id));
    }
}

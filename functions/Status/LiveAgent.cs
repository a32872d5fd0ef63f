using System.Text.Json.Serialization;
using ContactRouting.Contacts;
using ContactRouting.Presence;

namespace ContactRouting.Status;

/// <summary>An agent as it is now, with the contacts that it has.</summary>
/// <param name="State">The row that it is made of.</param>
internal sealed record LiveAgent(
    int Id,
    string Name,
    string DisplayName,
    string Status,
    DateTimeOffset? StatusSince,
    int CapacityUnits,
    int UsedUnits,
    IEnumerable<int> QueueIds,
    IEnumerable<string> GroupIds,
    IReadOnlyList<LiveContact> Contacts,
    [property: JsonIgnore] AgentState State
)
{
    public static LiveAgent Of(AgentState agent, IEnumerable<HandlingEntry> handled) =>
        new(
            agent.AgentId,
            agent.Name,
            agent.DisplayName,
            AgentFacts.StatusName(agent.Status),
            agent.StatusSince,
            agent.CapacityUnits,
            agent.CapacityUnits - agent.Free,
            agent.Units.Select(unit => unit.QueueId).OfType<int>(),
            agent.Units.Select(unit => unit.GroupId).OfType<string>(),
            [.. handled.Select(contact => new LiveContact(contact.ContactId, contact.State, contact.QueueId, contact.Since))],
            agent
        );
}

/// <summary>A contact at its agent.</summary>
/// <param name="Since">When it was offered, accepted, or its agent began to rest from it.</param>
internal sealed record LiveContact(string ContactId, ContactState State, int? QueueId, DateTimeOffset? Since);

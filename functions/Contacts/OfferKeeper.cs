using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>
/// Takes offers back that a change of the directory left without ground, one after another, and asks others. What it does not
/// come to, the next sweep does.
/// </summary>
internal sealed class OfferKeeper(LiveTable live, ContactRouter router) : IDirectoryCompanion
{
    public Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken) =>
        KeepAsync(committed.Edit, cancellationToken);

    /// <summary>A range read where a queue or an agent lost something, and for each offer what it takes.</summary>
    /// <returns>Whether there was anything to look at.</returns>
    public async Task<bool> KeepAsync(DirectoryEdit edit, CancellationToken cancellationToken)
    {
        var (queues, agents) = Weakened(edit);
        var prefixes = queues.Count > 0 ? [LiveKeys.Handling] : agents.Select(ContactRows.HandlingPrefixOf);
        foreach (var prefix in prefixes)
        {
            await foreach (var handling in live.RangeAsync<HandlingEntry>(edit.Before.AccountId, prefix, cancellationToken))
            {
                var entry = handling.Value;
                var concerned = agents.Contains(entry.AgentId) || (entry.QueueId is { } queue && queues.Contains(queue));
                if (entry.State != ContactState.Offered || !concerned) continue;
                var contact = ContactRows.ContactOfHandling(handling.Key);
                var stepped = await router.RevokeAsync(edit.Directory, contact, cancellationToken);
                if (stepped is { Before.State: ContactState.Offered, After.State: ContactState.Queued, Row: { } row })
                    await router.ServeAsync(edit.Directory, row, cancellationToken);
            }
        }
        return queues.Count + agents.Count > 0;
    }

    /// <summary>The queues that may not take contacts any more as they did, and the agents who lost a place.</summary>
    private static (HashSet<int> Queues, HashSet<int> Agents) Weakened(DirectoryEdit edit)
    {
        var (queues, agents) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (key, after) in edit.Changes)
        {
            switch (edit.Before.Records.GetValueOrDefault(key), after)
            {
                case (Queue before, var now) when now is not Queue queue || before.Enabled != queue.Enabled || before.Hours != queue.Hours:
                    queues.Add(before.Id);
                    break;
                case (QueueGroup before, var now) when now as QueueGroup != before:
                    queues.Add(before.QueueId);
                    break;
                case (Agent before, var now) when !PlacesOf(before).IsSubsetOf(PlacesOf(now as Agent)):
                    agents.Add(before.Id);
                    break;
            }
        }
        return (queues, agents);
    }

    private static HashSet<ServingUnit> PlacesOf(Agent? agent) =>
        agent is null
            ? []
            :
            [
                .. agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => ServingUnit.Operators(assignment.QueueId)),
                .. agent.Groups.Select(ServingUnit.Group),
            ];
}

using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Routing;
using ContactRouting.Status;

namespace ContactRouting.StatusExport;

/// <summary>The numbers of a queue, or of all: guests waiting, and the longest wait in whole seconds.</summary>
internal sealed record Waiting(int InQueue, int MaxWaiting);

/// <summary>A queue that is open or busy, or has guests waiting; or what waits in none.</summary>
internal sealed record Department(int Id, string Name, Waiting Waiting);

/// <summary>A logged-in agent. <paramref name="OnlineFor"/> is in whole seconds.</summary>
internal sealed record OnlineAgent(
    string Name,
    string Email,
    bool Available,
    int Chats,
    long OnlineFor,
    IReadOnlyList<(int Id, string Name)> Departments
);

/// <summary>Live Guide's view of an account at one time. Source: Live Guide, "Real-time status export".</summary>
internal sealed record StatusReport(Waiting Global, IReadOnlyList<Department> Departments, IReadOnlyList<OnlineAgent> Agents)
{
    /// <summary>The department of guests who wait in no queue: for one agent, or where another system named no queue.</summary>
    private const int NoQueue = 0;

    public static StatusReport Of(AccountStatus status)
    {
        var directory = status.Directory;
        var queuesOfGroup = directory.All<QueueGroup>().ToLookup(routing => routing.GroupId, routing => routing.QueueId);
        return new StatusReport(
            new Waiting(status.Totals.Waiting, status.Totals.LongestWaitSeconds),
            [
                .. status.Queues.Where(queue => queue.Availability != Availability.Closed || queue.Waiting > 0)
                    .Select(queue => new Department(queue.Id, queue.DisplayName, new(queue.Waiting ?? 0, queue.LongestWaitSeconds))),
                .. status.Elsewhere is { Count: > 0 } others
                    ? [new Department(NoQueue, "Other", new(others.Count, others.SecondsAt(status.AsOf)))]
                    : Array.Empty<Department>(),
            ],
            [
                .. status.Agents.Where(agent => agent.State.IsLoggedIn)
                    .Select(agent => (Live: agent, Agent: directory.Agent(agent.Id)!))
                    .Select(entry => new OnlineAgent(
                        entry.Agent.DisplayName,
                        entry.Agent.Email,
                        entry.Live.State.CanServe,
                        entry.Live.Contacts.Count(contact => contact.State == ContactState.Active),
                        Math.Max(0, (long)(status.AsOf - (entry.Live.State.OnlineSince ?? status.AsOf)).TotalSeconds),
                        [.. QueuesOf(entry.Agent).Select(queue => (queue.Id, queue.DisplayName))]
                    )),
            ]
        );

        IEnumerable<Queue> QueuesOf(Agent agent) =>
            agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => assignment.QueueId)
                .Concat(agent.Groups.SelectMany(group => queuesOfGroup[group]))
                .Distinct().Order().Select(id => directory.Queue(id)!);
    }
}

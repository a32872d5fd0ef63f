using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.StatusExport;

/// <summary>The numbers of a queue, or of all: guests waiting, and the longest wait in whole seconds.</summary>
internal sealed record Waiting(int InQueue, int MaxWaiting);

/// <summary>An online queue.</summary>
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
    private static readonly Waiting Nobody = new(0, 0);

    public static readonly StatusReport Empty = new(Nobody, [], []);

    /// <param name="waiting">Since when contacts wait, and in which line.</param>
    /// <param name="chats">How many contacts each agent handles.</param>
    public static StatusReport Of(
        AccountDirectory directory,
        IEnumerable<AgentState> agents,
        IEnumerable<(Line Line, DateTimeOffset Since)> waiting,
        IReadOnlyDictionary<int, int> chats,
        DateTimeOffset asOf
    )
    {
        var queuesOfGroup = directory.All<QueueGroup>().ToLookup(routing => routing.GroupId, routing => routing.QueueId);
        var lines = waiting.ToLookup(contact => contact.Line, contact => contact.Since);
        var online = agents.Where(state => state.IsLoggedIn)
            .Select(state => (State: state, Agent: directory.Agent(state.AgentId)))
            .Where(pair => pair.Agent is not null)
            .Select(pair => (pair.State, Agent: pair.Agent!, Queues: QueuesOf(pair.Agent!).ToList()))
            .OrderBy(entry => entry.Agent.Id).ToList();
        return new StatusReport(
            Count(lines.SelectMany(line => line)),
            [
                .. online
                    .SelectMany(entry => entry.Queues)
                    .Where(queue => queue.Enabled)
                    .DistinctBy(queue => queue.Id)
                    .OrderBy(queue => queue.Id)
                    .Select(queue => new Department(queue.Id, queue.DisplayName, Count(lines[Line.OfQueue(queue.Id)]))),
            ],
            [
                .. online.Select(entry => new OnlineAgent(
                    entry.Agent.DisplayName,
                    entry.Agent.Email,
                    entry.State.CanServe,
                    chats.GetValueOrDefault(entry.Agent.Id),
                    Math.Max(0, (long)(asOf - (entry.State.OnlineSince ?? asOf)).TotalSeconds),
                    [.. entry.Queues.Select(queue => (queue.Id, queue.DisplayName))]
                )),
            ]
        );

        Waiting Count(IEnumerable<DateTimeOffset> since) =>
            since.ToList() is { Count: > 0 } times ? new Waiting(times.Count, Math.Max(0, (int)(asOf - times.Min()).TotalSeconds)) : Nobody;

        IEnumerable<Queue> QueuesOf(Agent agent) =>
            agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => assignment.QueueId)
                .Concat(agent.Groups.SelectMany(group => queuesOfGroup[group]))
                .Distinct().Order().Select(id => directory.Queue(id)!);
    }
}

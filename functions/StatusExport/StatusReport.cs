using ContactRouting.Directory;
using ContactRouting.Presence;

namespace ContactRouting.StatusExport;

/// <summary>The numbers of a queue, or of all: guests waiting, and the longest wait in whole seconds.</summary>
internal sealed record Waiting(int InQueue, int MaxWaiting);

/// <summary>An online queue.</summary>
internal sealed record Department(int Id, string Name, Waiting Waiting);

/// <summary>A logged-in agent. <paramref name="OnlineFor"/> is in whole seconds.</summary>
internal sealed record Operator(string Name, string Email, bool Available, int Chats, long OnlineFor, IReadOnlyList<(int Id, string Name)> Departments);

/// <summary>Live Guide's view of an account at one time. Source: Live Guide, "Real-time status export".</summary>
internal sealed record StatusReport(Waiting Global, IReadOnlyList<Department> Departments, IReadOnlyList<Operator> Operators)
{
    private static readonly Waiting Nobody = new(0, 0);

    public static readonly StatusReport Empty = new(Nobody, [], []);

    public static StatusReport Of(AccountDirectory directory, IEnumerable<AgentState> agents, DateTimeOffset asOf)
    {
        var queuesOfGroup = directory.All<GroupRouting>().ToLookup(routing => routing.GroupId, routing => routing.QueueId);
        var online = agents.Where(state => state.IsLoggedIn)
            .Select(state => (State: state, Agent: directory.Agent(state.AgentId)))
            .Where(pair => pair.Agent is not null)
            .Select(pair => (pair.State, Agent: pair.Agent!, Queues: QueuesOf(pair.Agent!).ToList()))
            .OrderBy(entry => entry.Agent.Id).ToList();
        return new StatusReport(
            Nobody,
            [.. online.SelectMany(entry => entry.Queues).Where(queue => queue.Enabled).DistinctBy(queue => queue.Id).OrderBy(queue => queue.Id)
                .Select(queue => new Department(queue.Id, queue.DisplayName, Nobody))],
            [.. online.Select(entry => new Operator(
                entry.Agent.DisplayName, entry.Agent.Email, entry.State.CanServe, 0,
                Math.Max(0, (long)(asOf - (entry.State.OnlineSince ?? asOf)).TotalSeconds),
                [.. entry.Queues.Select(queue => (queue.Id, queue.DisplayName))]))]);

        IEnumerable<Queue> QueuesOf(Agent agent) =>
            agent.Queues.Where(assignment => assignment.Enabled).Select(assignment => assignment.QueueId)
                .Concat(agent.Groups.SelectMany(group => queuesOfGroup[group]))
                .Distinct().Order().Select(id => directory.Queue(id)!);
    }
}

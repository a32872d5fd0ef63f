using System.Text.Json.Serialization;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Status;

/// <summary>A queue as it is now.</summary>
/// <param name="Waiting">How many wait; null where they are more than are counted.</param>
/// <param name="LongestWaitSeconds">How long the first of those waits that were counted; 0 where nobody does.</param>
/// <param name="OldestWaitingSince">Of those that were counted.</param>
/// <param name="Today">The figures of its day; null where they were not asked for.</param>
internal sealed record LiveQueue(
    int Id,
    string Name,
    string DisplayName,
    Availability Availability,
    IReadOnlyList<LiveReason> Reasons,
    int? Waiting,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? WaitingAtLeast,
    int LongestWaitSeconds,
    DateTimeOffset? OldestWaitingSince,
    int ServiceLevelSeconds,
    AgentCounts Agents,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TodayFigures? Today
)
{
    /// <param name="mostCounted">How far those that wait were counted.</param>
    public static LiveQueue Of(
        AccountDirectory directory,
        Queue queue,
        PresenceOfAll seen,
        LineLength length,
        DateTimeOffset now,
        int mostCounted = int.MaxValue,
        TodayFigures? today = null
    )
    {
        var isCounted = length.Count <= mostCounted;
        var verdict = QueueAvailability.Decide(directory, queue, seen.For(Channels.Standard), new Moment(now));
        return new(
            queue.Id,
            queue.Name,
            queue.DisplayName,
            verdict.Availability,
            LiveReason.Of(verdict),
            isCounted ? length.Count : null,
            isCounted ? null : length.Count,
            length.SecondsAt(now),
            length.OldestSince,
            queue.ServiceLevelSeconds,
            AgentCounts.Of([.. directory.AgentsOf(queue.Id).Select(agent => seen.Find(agent.Id)).OfType<AgentState>()]),
            today
        );
    }
}

/// <summary>The agents who serve a queue, of its own or by a group, or all, by what they could do for a guest now.</summary>
internal sealed record AgentCounts(int CanServe, int Full, int Busy, int LoggedOut)
{
    public static AgentCounts Of(IReadOnlyCollection<AgentState> agents) =>
        new(
            agents.Count(agent => agent.CanTake(Channels.Standard)),
            agents.Count(agent => agent.Status == PresenceStatus.Available && !agent.CanTake(Channels.Standard)),
            agents.Count(agent => agent.Status == PresenceStatus.Busy),
            agents.Count(agent => !agent.IsLoggedIn)
        );
}

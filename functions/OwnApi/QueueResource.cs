using System.Text.Json.Serialization;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Queues live: whether they take a guest, who waits there, and who could serve them.</summary>
internal sealed class QueueResource(
    DirectoryStore directories,
    PresenceReader presence,
    WaitingRows waiting,
    Paging paging,
    TimeProvider time
)
{
    /// <summary>
    /// A read of the directory's version, reads of agents as <see cref="PresenceReader.AllAsync"/> says, and a read of keys for
    /// each thousand that wait in the page's queues, once for ours and once for other systems'.
    /// </summary>
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var (page, name) = (paging.Read(request, LiveTable.Partition(accountId)), Fields.FromQuery(request).Text("name"));
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var wanted = name is null ? directory.All<Queue>() : new[] { directory.Named(name) as Queue }.OfType<Queue>();
        var (queues, last) = DirectoryPage.Of(page, wanted, queue => queue.Id);
        var shown = await ShowAsync(directory, queues, cancellationToken);
        if (shown.Count < queues.Count) last = DirectoryPage.KeyOf(shown[^1].Id);
        return Reply.Json(new { items = shown, nextCursor = page.Next(last) }, EventData.Json);
    }

    public async Task<Reply> GetAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var queue = (WireId.Parse(queueId) is { } id ? directory.Queue(id) : null) ?? throw DomainException.NotFound($"Queue {queueId}");
        return Reply.Json((await ShowAsync(directory, [queue], cancellationToken))[0], EventData.Json);
    }

    /// <summary>The first of some queues, as far as those that wait could be counted.</summary>
    private async Task<IReadOnlyList<LiveQueue>> ShowAsync(
        AccountDirectory directory,
        IReadOnlyList<Queue> queues,
        CancellationToken cancellationToken
    )
    {
        if (queues.Count == 0) return [];
        var counting = waiting.LengthsAsync(directory.AccountId, [.. queues.Select(queue => queue.Id)], cancellationToken);
        var seen = await presence.AllAsync(directory, queues.Select(queue => Line.OfQueue(queue.Id)), cancellationToken);
        var (lengths, now) = (await counting, time.GetUtcNow());
        return [.. queues.Take(lengths.Count).Zip(lengths, (queue, length) => LiveQueue.Of(directory, queue, seen, length, now))];
    }
}

/// <summary>A queue as a list and an answer of its own show it.</summary>
/// <param name="Waiting">How many wait; null where they are more than are counted.</param>
/// <param name="OldestWaitingSince">Of those that were counted.</param>
internal sealed record LiveQueue(
    int Id,
    string Name,
    string DisplayName,
    Availability Availability,
    int? Waiting,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? WaitingAtLeast,
    DateTimeOffset? OldestWaitingSince,
    AgentCounts Agents
)
{
    public static LiveQueue Of(AccountDirectory directory, Queue queue, PresenceOfAll seen, LineLength length, DateTimeOffset now)
    {
        var isCounted = length.Count <= WaitingRows.MaxCounted;
        return new(
            queue.Id,
            queue.Name,
            queue.DisplayName,
            QueueAvailability.Decide(directory, queue, seen.For(Channels.Standard), new Moment(now)).Availability,
            isCounted ? length.Count : null,
            isCounted ? null : length.Count,
            length.OldestSince,
            AgentCounts.Of([.. directory.AgentsOf(queue.Id).Select(agent => seen.Find(agent.Id)).OfType<AgentState>()])
        );
    }
}

/// <summary>The agents who serve a queue, of its own or by a group, by what they could do for a guest now.</summary>
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

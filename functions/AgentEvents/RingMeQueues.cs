using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;

namespace ContactRouting.AgentEvents;

/// <summary>Queues as RingMe has them.</summary>
internal sealed class RingMeQueues(DirectoryStore directories)
{
    public async Task<Reply> GetAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return WireId.Parse(queueId) is { } id && directory.Queue(id) is { } queue
            ? Reply.Json(Show(queue))
            : throw DomainException.NotFound($"Queue {queueId}");
    }

    /// <summary>Numbers are whole and not negative, as its clients decode them; what has no meaning here is left out.</summary>
    private static Dictionary<string, object?> Show(Queue queue)
    {
        var shown = new Dictionary<string, object?>
        {
            ["extension_id"] = queue.Id,
            ["name"] = queue.DisplayName.Length > 0 ? queue.DisplayName : queue.Name,
            ["max_wait_time"] = queue.MaxWaitSeconds ?? 0,
            ["record_enabled"] = queue.Telephony.RecordCalls,
        };

        // The others of ours have no word there.
        if (queue.Strategy == AgentStrategy.RoundRobin) shown["strategy"] = "round-robin";
        return shown;
    }
}

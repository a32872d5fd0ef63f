using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

/// <summary>
/// Agents and queues by their extensions, to read, each under both forms of its path. A queue's extension is the queue's id.
/// Source: RingMe, "Queue", and the fields that its clients decode.
/// </summary>
internal sealed class RingMeExtensionFunctions(RingMeApi api, RingMeAgents agents, DirectoryStore directories)
{
    [Function("RingMeExtensionAgents")]
    public Task<IResult> Agents(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(
            request,
            new() { Get = accountId => ListAgentsAsync(accountId, extension, cancellationToken) },
            cancellationToken
        );

    [Function("RingMeExtensionAgentsDeployed")]
    public Task<IResult> AgentsDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => Agents(request, extension, cancellationToken);

    [Function("RingMeClientExtensionAgents")]
    public Task<IResult> AgentsOfClient(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/extension/{extension}/agent")] HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => Agents(request, extension, cancellationToken);

    [Function("RingMeClientExtensionAgentsDeployed")]
    public Task<IResult> AgentsOfClientDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/extension/{extension}/agent")]
            HttpRequest request,
        string extension,
        CancellationToken cancellationToken
    ) => AgentsOfClient(request, extension, cancellationToken);

    [Function("RingMeExtensionQueue")]
    public Task<IResult> Queue(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "extension/{queueId}/queue")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var directory = await directories.GetAsync(accountId, cancellationToken);
                return WireId.Parse(queueId) is { } id && directory.Queue(id) is { } queue
                    ? Reply.Json(Show(queue))
                    : throw DomainException.NotFound($"Queue {queueId}");
            },
        }, cancellationToken);

    [Function("RingMeExtensionQueueDeployed")]
    public Task<IResult> QueueDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/extension/{queueId}/queue")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    ) => Queue(request, queueId, cancellationToken);

    private async Task<Reply> ListAgentsAsync(int accountId, string extension, CancellationToken cancellationToken) =>
        Reply.LargeJson(
            await agents.ListAsync(
                accountId,
                AgentType.Local,
                WireId.Parse(extension) is { } id
                    ? new HashSet<int> { id }
                    : throw DomainException.NotFound($"Extension {extension}"),
                cancellationToken
            )
        );

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

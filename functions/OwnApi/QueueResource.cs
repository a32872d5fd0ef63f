using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Status;
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
        return
        [
            .. queues.Take(lengths.Count).Zip(lengths, (queue, length) =>
                LiveQueue.Of(directory, queue, seen, length, now, WaitingRows.MaxCounted)),
        ];
    }
}

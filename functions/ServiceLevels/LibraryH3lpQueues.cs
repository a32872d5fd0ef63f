using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>Queues as LibraryH3lp has them. Source: LibraryH3lp, "Queues".</summary>
internal sealed class LibraryH3lpQueues(DirectoryStore directories, DirectoryRemoval removal, PresenceReader presence, TimeProvider time)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Queue.Name)] = "name",
        [nameof(Queue.Email)] = "email",
        [nameof(Queue.Avatar)] = "avatar",
        [nameof(Queue.StatusText)] = "status",
        [nameof(Queue.StaffProfile)] = "The body",
    };

    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.LargeJson(await ShowAsync(directory, [.. directory.All<Queue>().OrderBy(queue => queue.Id)], cancellationToken));
    }

    public async Task<Reply> GetAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.Json((await ShowAsync(directory, [directory.QueueOf(queueId)], cancellationToken))[0]);
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RequiredText("name");
        return await AnswerAsync(accountId, edit => edit.Add(Read(fields, new Queue())), cancellationToken);
    }

    public async Task<Reply> ChangeAsync(int accountId, string queueId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        return await AnswerAsync(
            accountId,
            edit => edit.Directory.QueueOf(queueId) is var stored ? edit.Change(stored, Read(fields, stored)) : stored,
            cancellationToken
        );
    }

    public async Task<Reply> DeleteAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        await removal.RemoveQueueAsync(accountId, directory => directory.QueueOf(queueId), cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    /// <summary>What the queue's operators are to know: html, no JSON. The queue goes by its id or its name.</summary>
    public async Task<Reply> StaffProfileAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var queue = Find(await directories.GetAsync(accountId, cancellationToken), queueId);

        // It runs nothing where it is opened as a page of this origin.
        return Reply.Text(queue.StaffProfile, "text/html").With("Content-Security-Policy", "sandbox");
    }

    public async Task<Reply> SetStaffProfileAsync(int accountId, string queueId, HttpRequest request, CancellationToken cancellationToken)
    {
        var html = await RequestBody.ReadTextAsync(request, cancellationToken);
        await directories.ChangeAsync(
            accountId,
            edit => Find(edit.Directory, queueId) is var stored ? edit.Change(stored, stored with { StaffProfile = html }) : stored,
            cancellationToken
        );
        return LibraryH3lpRequest.Done();
    }

    private static Queue Find(AccountDirectory directory, string idOrName) =>
        directory.Named(idOrName) as Queue ?? directory.QueueOf(idOrName);

    private async Task<Reply> AnswerAsync(int accountId, Func<DirectoryEdit, Queue> change, CancellationToken cancellationToken)
    {
        var (directory, queue) = await directories.ChangeAsync(
            accountId,
            edit => change(edit) is var changed ? (edit.Directory, changed) : default,
            cancellationToken
        );
        return Reply.Json((await ShowAsync(directory, [queue], cancellationToken))[0]);
    }

    /// <summary>A queue as the request wishes it; <c>show</c> follows from presence and cannot be set.</summary>
    private static Queue Read(Fields fields, Queue queue) => queue with
    {
        Name = fields.Text("name") ?? queue.Name,
        Transcripts = fields.Flag("transcripts") ?? queue.Transcripts,
        Email = fields.Text("email") ?? queue.Email,
        Avatar = fields.Text("avatar") ?? queue.Avatar,
        StatusText = fields.Text("status") ?? queue.StatusText,
    };

    private async Task<IReadOnlyList<object>> ShowAsync(
        AccountDirectory directory,
        IReadOnlyList<Queue> queues,
        CancellationToken cancellationToken
    )
    {
        var seen = await presence.ReadAsync(
            directory,
            queues.Select(queue => Line.OfQueue(queue.Id)),
            Channels.Standard,
            cancellationToken
        );
        return
        [
            .. queues.Select(queue => new
            {
                queue.Id,
                type = "queue",
                queue.Name,
                queue.Transcripts,
                queue.Email,
                queue.Avatar,
                show = Show.Of(QueueAvailability.Decide(directory, queue, seen, new Moment(time.GetUtcNow())).Availability),
                status = queue.StatusText,
            }),
        ];
    }
}

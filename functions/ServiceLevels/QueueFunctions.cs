using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>Queues as LibraryH3lp has them. Source: LibraryH3lp, "Queues".</summary>
internal sealed class QueueFunctions(
    LibraryH3lpApi api,
    DirectoryStore directories,
    DirectoryRemoval removal,
    LivePresenceReader presence,
    TimeProvider time
)
{
    private static readonly Dictionary<string, string> FieldNames = new()
    {
        [nameof(Queue.Name)] = "name",
        [nameof(Queue.Email)] = "email",
        [nameof(Queue.Avatar)] = "avatar",
        [nameof(Queue.StatusText)] = "status",
        [nameof(Queue.StaffProfile)] = "The body",
    };

    [Function("LibraryH3lpQueues")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.LargeJson(
                    await ShowAsync(directory, [.. directory.All<Queue>().OrderBy(queue => queue.Id)], cancellationToken)
                );
            },
            Post = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.RequiredText("name");
                return await AnswerAsync(caller.AccountId, edit => edit.Add(Read(fields, new Queue())), cancellationToken);
            },
        }, cancellationToken);

    [Function("LibraryH3lpQueue")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.Json((await ShowAsync(directory, [directory.QueueOf(queueId)], cancellationToken))[0]);
            },
            Put = caller => ChangeAsync(caller.AccountId),
            Patch = caller => ChangeAsync(caller.AccountId),
            Delete = async caller =>
            {
                await removal.RemoveQueueAsync(caller.AccountId, directory => directory.QueueOf(queueId), cancellationToken);
                return LibraryH3lpRequest.Done();
            },
        }, cancellationToken);

        async Task<Reply> ChangeAsync(int accountId)
        {
            var fields = await Fields.ReadBodyAsync(request, cancellationToken);
            return await AnswerAsync(
                accountId,
                edit => edit.Directory.QueueOf(queueId) is var stored ? edit.Change(stored, Read(fields, stored)) : stored,
                cancellationToken
            );
        }
    }

    /// <summary>What the queue's operators are to know: html, no JSON. The queue goes by its id or its name.</summary>
    [Function("LibraryH3lpStaffProfile")]
    public Task<IResult> StaffProfile(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/queues/{queueId}/profiles/staff")] HttpRequest request,
        string queueId,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            // It runs nothing where it is opened as a page of this origin.
            Get = async caller => Reply
                .Text(Find(await directories.GetAsync(caller.AccountId, cancellationToken)).StaffProfile, "text/html")
                .With("Content-Security-Policy", "sandbox"),
            Put = async caller =>
            {
                var html = await RequestBody.ReadTextAsync(request, cancellationToken);
                await directories.ChangeAsync(
                    caller.AccountId,
                    edit => Find(edit.Directory) is var stored ? edit.Change(stored, stored with { StaffProfile = html }) : stored,
                    cancellationToken
                );
                return LibraryH3lpRequest.Done();
            },
        }, cancellationToken);

        Queue Find(AccountDirectory directory) => directory.Named(queueId) as Queue ?? directory.QueueOf(queueId);
    }

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
        var live = await presence.ReadAsync(
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
                show = Show.Of(QueueAvailability.Decide(directory, queue, live, new Moment(time.GetUtcNow())).Availability),
                status = queue.StatusText,
            }),
        ];
    }
}

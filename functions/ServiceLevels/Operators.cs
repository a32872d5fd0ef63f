using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>A user at a queue, by the ids of a request; null for all of them.</summary>
internal sealed record OperatorPlace(string? QueueId, string? UserId);

/// <summary>From where an operator is seen: the other side is what its record is about.</summary>
internal enum OperatorSide
{
    Queue,
    User,
}

/// <summary>An operator on the wire, with the names that older and newer clients read.</summary>
/// <param name="Id">Of the other side: the user's seen from the queue, the queue's seen from the user; likewise name and show.</param>
internal sealed record Operator(
    int QueueId,
    string Queue,
    string QueueShow,
    int UserId,
    string User,
    string UserShow,
    bool Enabled,
    int Id,
    string Name,
    string Show
);

/// <summary>
/// Who staffs which queue, seen from the queue (operators) and from the user (assignments). Source: LibraryH3lp,
/// "Operators" and "Assignments".
/// </summary>
internal sealed class Operators(DirectoryStore directories, PresenceReader presence, TimeProvider time)
{
    public async Task<Reply> ListAsync(int accountId, OperatorPlace place, CancellationToken cancellationToken) =>
        Reply.LargeJson(await FindAsync(accountId, place, SideOf(place), cancellationToken));

    public async Task<Reply> GetAsync(int accountId, OperatorPlace place, OperatorSide seenFrom, CancellationToken cancellationToken) =>
        Reply.Json((await FindAsync(accountId, place, seenFrom, cancellationToken))[0]);

    /// <param name="place">The side that the path names; the request names the other.</param>
    public async Task<Reply> AssignAsync(int accountId, OperatorPlace place, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var complete = place.QueueId is null
            ? place with
            {
                QueueId = IdIn(fields, "queue"),
            }
            : place with
            {
                UserId = IdIn(fields, "user"),
            };
        var enabled = EnabledIn(fields) ?? true;
        return await ChangeAsync(accountId, complete, SideOf(place), (queue, user) =>
        {
            if (user.Queues.Any(assignment => assignment.QueueId == queue.Id))
                throw new DomainException(ErrorKind.Conflict, $"{user.Name} is an operator of {queue.Name} already.");
            return user.Joining([.. user.Queues, new Assignment(queue.Id, enabled)], user.Groups);
        }, cancellationToken);
    }

    public async Task<Reply> EnableAsync(
        int accountId,
        OperatorPlace place,
        OperatorSide seenFrom,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var enabled = EnabledIn(await Fields.ReadBodyAsync(request, cancellationToken));
        return await ChangeAsync(accountId, place, seenFrom, (queue, user) =>
        {
            var stored = user.Queues.FirstOrDefault(assignment => assignment.QueueId == queue.Id) ?? throw NoOperator(queue, user);
            if (enabled is null || enabled == stored.Enabled) return user;
            return user with
            {
                Queues =
                [
                    .. user.Queues.Select(assignment => assignment == stored ? stored with { Enabled = enabled.Value } : assignment),
                ],
            };
        }, cancellationToken);
    }

    public async Task<Reply> RemoveAsync(int accountId, OperatorPlace place, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit =>
        {
            var (queue, user) = Find(edit.Directory, place);
            if (user.Queues.All(assignment => assignment.QueueId != queue.Id)) throw NoOperator(queue, user);
            return edit.Put(user with { Queues = [.. user.Queues.Where(assignment => assignment.QueueId != queue.Id)] });
        }, cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    /// <summary>The id of the other side, under the names that clients use.</summary>
    private static string IdIn(Fields fields, string kind) =>
        new[] { $"{kind}Id", $"{kind}-id", "id" }.FirstOrDefault(fields.Has) is { } name
            ? fields.RequiredText(name, 20, orNumber: true)
            : throw DomainException.Invalid($"{kind}Id", "is missing.");

    /// <summary>LibraryH3lp's null suspends, like false; what is not there leaves it as it is.</summary>
    private static bool? EnabledIn(Fields fields) =>
        fields.Names.Contains("enabled") && !fields.Has("enabled") ? false : fields.Flag("enabled");

    /// <summary>From where all operators of a queue, or of a user, are seen.</summary>
    private static OperatorSide SideOf(OperatorPlace place) => place.UserId is null ? OperatorSide.Queue : OperatorSide.User;

    /// <exception cref="DomainException">There is no such queue or user, or the user is no operator of the queue.</exception>
    private async Task<IReadOnlyList<Operator>> FindAsync(
        int accountId,
        OperatorPlace place,
        OperatorSide seenFrom,
        CancellationToken cancellationToken
    )
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var queue = place.QueueId is { } queueId ? directory.QueueOf(queueId) : null;
        var user = place.UserId is { } userId ? directory.AgentOf(userId) : null;
        List<(Agent User, Assignment Assignment)> found =
        [
            .. (user is null ? directory.AssignedTo(queue!.Id) : [user])
                .SelectMany(agent => agent.Queues, (agent, assignment) => (agent, assignment))
                .Where(pair => queue is null || pair.assignment.QueueId == queue.Id),
        ];
        if (queue is not null && user is not null && found.Count == 0) throw NoOperator(queue, user);
        return await ShowAsync(directory, found, seenFrom, cancellationToken);
    }

    private async Task<Reply> ChangeAsync(
        int accountId,
        OperatorPlace place,
        OperatorSide seenFrom,
        Func<Queue, Agent, Agent> change,
        CancellationToken cancellationToken
    )
    {
        var (directory, queue, user) = await directories.ChangeAsync(accountId, edit =>
        {
            var (queue, user) = Find(edit.Directory, place);
            var changed = edit.Change(user, change(queue, user));
            return (edit.Directory, queue, changed);
        }, cancellationToken);
        var assignment = user.Queues.Single(assignment => assignment.QueueId == queue.Id);
        return Reply.Json((await ShowAsync(directory, [(user, assignment)], seenFrom, cancellationToken))[0]);
    }

    private static (Queue Queue, Agent User) Find(AccountDirectory directory, OperatorPlace place) =>
        (directory.QueueOf(place.QueueId!), directory.AgentOf(place.UserId!));

    private static DomainException NoOperator(Queue queue, Agent user) => DomainException.NotFound($"Operator {user.Name} of {queue.Name}");

    private async Task<IReadOnlyList<Operator>> ShowAsync(
        AccountDirectory directory,
        List<(Agent User, Assignment Assignment)> places,
        OperatorSide seenFrom,
        CancellationToken cancellationToken
    )
    {
        var queues = places
            .Select(place => place.Assignment.QueueId)
            .Distinct()
            .Select(id => directory.Queue(id)!)
            .ToDictionary(queue => queue.Id);
        var reading = presence.ReadAsync(directory, queues.Keys.Select(Line.OfQueue), Channels.Standard, cancellationToken);
        var users = await presence.AgentsAsync(directory, [.. places.Select(place => place.User.Id).Distinct()], cancellationToken);
        var seen = await reading;
        return
        [
            .. places.Select(place =>
            {
                var queue = queues[place.Assignment.QueueId];
                var queueShow = Show.Of(QueueAvailability.Decide(directory, queue, seen, new Moment(time.GetUtcNow())).Availability);
                var userShow = Show.Of(users.GetValueOrDefault(place.User.Id)?.Status ?? PresenceStatus.LoggedOut);
                var (id, name, show) = seenFrom == OperatorSide.Queue
                    ? (place.User.Id, place.User.Name, userShow)
                    : (queue.Id, queue.Name, queueShow);
                return new Operator(
                    queue.Id,
                    queue.Name,
                    queueShow,
                    place.User.Id,
                    place.User.Name,
                    userShow,
                    place.Assignment.Enabled,
                    id,
                    name,
                    show
                );
            }),
        ];
    }
}

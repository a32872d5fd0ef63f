using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Routing;

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

/// <summary>The places of users at queues.</summary>
internal sealed class Operators(DirectoryStore directories, PresenceReader presence, TimeProvider time)
{
    public Task<IReadOnlyList<Operator>> ListAsync(int accountId, OperatorPlace place, CancellationToken cancellationToken) =>
        ListAsync(accountId, place, place.UserId is null ? OperatorSide.Queue : OperatorSide.User, cancellationToken);

    /// <exception cref="DomainException">There is no such queue or user, or the user is no operator of the queue.</exception>
    public async Task<IReadOnlyList<Operator>> ListAsync(
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

    public Task<Operator> AssignAsync(
        int accountId,
        OperatorPlace place,
        OperatorSide seenFrom,
        bool enabled,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(accountId, place, seenFrom, (queue, user) =>
        {
            if (user.Queues.Any(assignment => assignment.QueueId == queue.Id))
                throw new DomainException(ErrorKind.Conflict, $"{user.Name} is an operator of {queue.Name} already.");
            return user.Joining([.. user.Queues, new Assignment(queue.Id, enabled)], user.Groups);
        }, cancellationToken);

    /// <param name="enabled">Null to leave it as it is.</param>
    public Task<Operator> EnableAsync(
        int accountId,
        OperatorPlace place,
        OperatorSide seenFrom,
        bool? enabled,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(accountId, place, seenFrom, (queue, user) =>
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

    public Task RemoveAsync(int accountId, OperatorPlace place, CancellationToken cancellationToken) =>
        directories.ChangeAsync(accountId, edit =>
        {
            var (queue, user) = Find(edit.Directory, place);
            if (user.Queues.All(assignment => assignment.QueueId != queue.Id)) throw NoOperator(queue, user);
            return edit.Put(user with { Queues = [.. user.Queues.Where(assignment => assignment.QueueId != queue.Id)] });
        }, cancellationToken);

    private async Task<Operator> ChangeAsync(
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
        return (
            await ShowAsync(
                directory,
                [(user, user.Queues.Single(assignment => assignment.QueueId == queue.Id))],
                seenFrom,
                cancellationToken
            )
        )[0];
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

using ContactRouting.Errors;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// Removes what may have more rows than a transaction holds: those that go with it first, step by step, then itself.
/// A killed removal leaves a valid directory, and repeating it finishes it.
/// </summary>
internal sealed class DirectoryRemoval(DirectoryStore directories)
{
    /// <summary>Removes a queue; its routings go along, and its own agents lose their places there.</summary>
    /// <param name="find">Throws where there is no such queue.</param>
    /// <exception cref="DomainException">A level or another queue's overflow still refers to the queue.</exception>
    public Task RemoveQueueAsync(int accountId, Func<AccountDirectory, Queue> find, CancellationToken cancellationToken) =>
        directories.ChangeInStepsAsync(accountId, (edit, _) =>
        {
            var queue = find(edit.Directory);
            edit.RefuseUsed(queue, $"queue {queue.Name}");
            return
            [
                .. RoutingsOf(edit, routing => routing.QueueId == queue.Id),
                .. edit.Before.AssignedTo(queue.Id).Select(agent =>
                    DirectoryStep.Put(agent with { Queues = [.. agent.Queues.Where(assignment => assignment.QueueId != queue.Id)] })),
                DirectoryStep.Removal(queue),
            ];
        }, cancellationToken);

    /// <summary>Removes a group; queues' routings to it go along, and its members leave it.</summary>
    /// <param name="find">Throws where there is no such group.</param>
    public Task RemoveGroupAsync(int accountId, Func<AccountDirectory, Group> find, CancellationToken cancellationToken) =>
        directories.ChangeInStepsAsync(accountId, (edit, _) =>
        {
            var group = find(edit.Directory);
            return
            [
                .. RoutingsOf(edit, routing => routing.GroupId == group.Id),
                .. edit.Before.MembersOf(group.Id).Select(agent =>
                    DirectoryStep.Put(agent with { Groups = [.. agent.Groups.Where(id => id != group.Id)] })),
                DirectoryStep.Removal(group),
            ];
        }, cancellationToken);

    private static IEnumerable<DirectoryStep> RoutingsOf(DirectoryEdit edit, Func<QueueGroup, bool> isOne) =>
        edit.Before.All<QueueGroup>().Where(isOne).Select(routing => DirectoryStep.Removal(routing));

    /// <summary>Removes a service: its order of levels first, so that it is closed, then the levels, then itself.</summary>
    /// <param name="find">Throws where there is no such service.</param>
    /// <exception cref="DomainException">A subscription still refers to the service.</exception>
    public Task RemoveServiceAsync(int accountId, Func<AccountDirectory, Service> find, CancellationToken cancellationToken) =>
        directories.ChangeInStepsAsync(accountId, (edit, _) =>
        {
            var service = find(edit.Directory);
            edit.RefuseUsed(service, $"service {service.Id}");
            return
            [
                DirectoryStep.Put(service with { Levels = [] }),
                .. edit.Before.All<Level>().Where(level => level.ServiceId == service.Id).Select(level => DirectoryStep.Removal(level)),
                DirectoryStep.Removal(service),
            ];
        }, cancellationToken);
}

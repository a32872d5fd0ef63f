using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>
/// Removes what may have more rows than a transaction holds: those that go with it first, step by step, then itself.
/// A killed removal leaves a valid directory, and repeating it finishes it.
/// </summary>
internal sealed class DirectoryRemoval(DirectoryStore directories)
{
    // An agent that leaves a unit takes three rows: itself, its live row, its place in the index.
    private const int AgentsPerStep = (Batch.MaxActions - 4) / 3;

    private const int LevelsPerStep = Batch.MaxActions - 4;

    /// <summary>Removes a queue; its operators lose their places there.</summary>
    /// <param name="find">Throws where there is no such queue.</param>
    /// <exception cref="Http.DomainException">Something still refers to the queue.</exception>
    public Task RemoveQueueAsync(int accountId, Func<AccountDirectory, Queue> find, CancellationToken cancellationToken) =>
        StepAsync(accountId, edit =>
        {
            var queue = find(edit.Directory);
            return Empty(
                edit,
                queue,
                $"queue {queue.Name}",
                edit.Before.AssignedTo(queue.Id),
                agent => agent with { Queues = [.. agent.Queues.Where(assignment => assignment.QueueId != queue.Id)] }
            );
        }, cancellationToken);

    /// <summary>Removes a group; its members leave it.</summary>
    /// <param name="find">Throws where there is no such group.</param>
    /// <exception cref="Http.DomainException">A queue is still routed to the group.</exception>
    public Task RemoveGroupAsync(int accountId, Func<AccountDirectory, Group> find, CancellationToken cancellationToken) =>
        StepAsync(accountId, edit =>
        {
            var group = find(edit.Directory);
            return Empty(
                edit,
                group,
                $"group {group.Id}",
                edit.Before.MembersOf(group.Id),
                agent => agent with { Groups = [.. agent.Groups.Where(id => id != group.Id)] }
            );
        }, cancellationToken);

    /// <summary>Removes a service with its levels, the last ones first.</summary>
    /// <param name="find">Throws where there is no such service.</param>
    public Task RemoveServiceAsync(int accountId, Func<AccountDirectory, Service> find, CancellationToken cancellationToken) =>
        StepAsync(accountId, edit =>
        {
            var service = find(edit.Directory);
            foreach (var id in service.Levels.TakeLast(LevelsPerStep)) edit.Remove(edit.Before.Level(service.Id, id));
            edit.Remove(service);
            if (service.Levels.Count <= LevelsPerStep) return false;
            edit.Put(service with { Levels = [.. service.Levels.SkipLast(LevelsPerStep)] });
            return true;
        }, cancellationToken);

    /// <summary>Takes as many agents out of a unit as a transaction holds, and with the last of them the unit away.</summary>
    private static bool Empty(DirectoryEdit edit, IDirectoryRecord unit, string what, IEnumerable<Agent> agents, Func<Agent, Agent> leave)
    {
        edit.RemoveUnused(unit, what);
        var left = agents.ToList();
        foreach (var agent in left.Take(AgentsPerStep)) edit.Put(leave(agent));
        if (left.Count <= AgentsPerStep) return false;
        edit.Put(unit);
        return true;
    }

    /// <param name="step">Edits as much as one transaction holds; whether there is more.</param>
    private async Task StepAsync(int accountId, Func<DirectoryEdit, bool> step, CancellationToken cancellationToken)
    {
        while (await directories.ChangeAsync(accountId, step, cancellationToken)) continue;
    }
}

using ContactRouting.Directory.Changes;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>A user's credentials go with the user: a timer in the change's own transaction makes sure of it.</summary>
internal sealed class CredentialsCompanion(Credentials credentials) : IDirectoryCompanion
{
    public void Fill(Batch rows, DirectoryEdit edit, DateTimeOffset now)
    {
        foreach (var timer in TimersOf(edit, now)) rows.Insert(timer, new object());
    }

    public Task FollowAsync(DirectoryTransaction committed, CancellationToken cancellationToken) =>
        credentials.FollowUpAsync(
            committed.Edit.Before.AccountId,
            [.. TimersOf(committed.Edit, committed.At)],
            CancellationToken.None
        );

    private static IEnumerable<string> TimersOf(DirectoryEdit edit, DateTimeOffset at) =>
        edit.RemovedAgents.Select(agent => Credentials.FollowUpTimer(at, new Principal(edit.Before.AccountId, agent.Id)));
}

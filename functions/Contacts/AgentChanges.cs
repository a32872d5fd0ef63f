using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;

namespace ContactRouting.Contacts;

/// <summary>Creates and changes agents, their presence along with them in the same transaction.</summary>
internal sealed class AgentChanges(DirectoryStore directories, AgentPresence presence)
{
    /// <param name="change">The presence to begin with, or null for logged out.</param>
    public async Task<Agent> CreateAsync(int accountId, Agent wish, PresenceChange? change, CancellationToken cancellationToken)
    {
        var created = await directories.ChangeAsync(accountId, edit => WithPresence(edit, edit.Add(wish), change), cancellationToken);
        if (change is not null) await presence.SettleAsync(accountId, created.Id, cancellationToken);
        return created;
    }

    /// <summary>Where only presence changes, the directory is left alone.</summary>
    /// <param name="find">Throws where there is no such agent.</param>
    /// <param name="apply">The agent as it should be.</param>
    /// <param name="change">Null where presence is to stay.</param>
    public async Task<Agent> ChangeAsync(
        int accountId,
        Func<AccountDirectory, Agent> find,
        Func<Agent, Agent> apply,
        PresenceChange? change,
        CancellationToken cancellationToken
    )
    {
        var stored = find(await directories.GetAsync(accountId, cancellationToken));
        if (apply(stored) != stored)
        {
            var changed = await directories.ChangeAsync(accountId, edit =>
            {
                var current = find(edit.Directory);
                return WithPresence(edit, edit.Change(current, apply(current)), change);
            }, cancellationToken);
            if (change is not null) await presence.SettleAsync(accountId, stored.Id, cancellationToken);
            return changed;
        }
        if (change is not null) await presence.ApplyAsync(accountId, stored.Id, _ => change, cancellationToken);
        return stored;
    }

    private static Agent WithPresence(DirectoryEdit edit, Agent agent, PresenceChange? change)
    {
        if (change is not null) edit.ChangePresence(agent, change);
        return agent;
    }
}

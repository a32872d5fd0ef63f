using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>The members of groups. Source: Stringee, "Group agent management".</summary>
internal sealed class StringeeMembers(DirectoryStore directories)
{
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = StringeePage.Read(request);
        var id = request.Query["group"].ToString();
        if (id.Length == 0) throw DomainException.Invalid("group", "is missing.");
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var members = directory.MembersOf(directory.GroupOf(id).Id).ToList();
        return StringeeApi.Success(
            accountId,
            "Load group agent success",
            ("data", page.Of(members, "groupAgents", agent => Show(accountId, agent, id)))
        );
    }

    public Task<Reply> AddAsync(int accountId, HttpRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, request, "Add agent to Group success", (agent, group) =>
            agent.Groups.Contains(group.Id)
                ? throw new DomainException(ErrorKind.Conflict, $"Agent {agent.ExternalId} is in group {group.Id} already.", "agent_id")
                : agent.Joining(agent.Queues, [.. agent.Groups, group.Id]),
            cancellationToken);

    public Task<Reply> RemoveAsync(int accountId, HttpRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, request, "Remove agent from Group success", (agent, group) =>
            agent.Groups.Contains(group.Id)
                ? agent with { Groups = [.. agent.Groups.Where(id => id != group.Id)] }
                : throw new DomainException(ErrorKind.NotFound, $"Agent {agent.ExternalId} is not in group {group.Id}."),
            cancellationToken);

    private async Task<Reply> ChangeAsync(
        int accountId,
        HttpRequest request,
        string message,
        Func<Agent, Group, Agent> change,
        CancellationToken cancellationToken
    )
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var (agentId, groupId) = (fields.RequiredId("agent_id"), fields.RequiredId("group_id"));
        await directories.ChangeAsync(
            accountId,
            edit => edit.Put(change(edit.Directory.AgentOf(agentId), edit.Directory.GroupOf(groupId))),
            cancellationToken
        );
        return StringeeApi.Success(accountId, message, ("agentID", agentId), ("groupID", groupId));
    }

    private static JsonObject Show(int accountId, Agent agent, string groupId) => new()
    {
        ["account"] = accountId,
        ["project"] = accountId,
        ["agent_id"] = agent.ExternalId,
        ["group_id"] = groupId,
    };
}

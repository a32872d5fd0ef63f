using System.Text.Json.Nodes;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.GroupRouting;

/// <summary>The members of groups. Source: Stringee, "Group agent management".</summary>
internal sealed class StringeeMemberFunctions(StringeeApi api, DirectoryStore directories)
{
    [Function("StringeeMembers")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/manage-agents-in-group")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            Get = async accountId =>
            {
                var page = StringeePage.Read(request);
                var id = request.Query["group"].ToString();
                if (id.Length == 0) throw DomainException.Invalid("group", "is missing.");
                var directory = await directories.GetAsync(accountId, cancellationToken);
                var members = directory.MembersOf(directory.GroupOf(id).Id).ToList();
                return StringeeApi.Success(
                    accountId,
                    "Load group agent success",
                    (
                        "data",
                        page.Of(
                            members,
                            "groupAgents",
                            agent => new JsonObject
                            {
                                ["account"] = accountId,
                                ["project"] = accountId,
                                ["agent_id"] = agent.ExternalId,
                                ["group_id"] = id,
                            }
                        )
                    )
                );
            },
            Post = accountId => ChangeAsync(accountId, "Add agent to Group success", (agent, group) =>
                agent.Groups.Contains(group.Id)
                    ? throw new DomainException(ErrorKind.Conflict, $"Agent {agent.ExternalId} is in group {group.Id} already.", "agent_id")
                    : agent.Joining(agent.Queues, [.. agent.Groups, group.Id])),
            Delete = accountId => ChangeAsync(accountId, "Remove agent from Group success", (agent, group) =>
                agent.Groups.Contains(group.Id)
                    ? agent with { Groups = [.. agent.Groups.Where(id => id != group.Id)] }
                    : throw new DomainException(ErrorKind.NotFound, $"Agent {agent.ExternalId} is not in group {group.Id}.")),
        }, cancellationToken);

        async Task<Reply> ChangeAsync(int accountId, string message, Func<Agent, Group, Agent> change)
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
    }
}

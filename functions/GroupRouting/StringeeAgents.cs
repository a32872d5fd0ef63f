using System.Text.Json.Nodes;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Agents as Stringee has them. Source: Stringee, "Agent management".</summary>
internal sealed class StringeeAgents(DirectoryStore directories, AgentChanges agents, PresenceReader reader)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Agent.DisplayName)] = "name",
        [nameof(Agent.StringeeUserId)] = "stringee_user_id",
        [nameof(Agent.Address)] = "phone_number",
        [nameof(Agent.PhoneNumber)] = "phone_number",
    };

    private const string Loaded = "Load agent(s) success";

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = StringeePage.Read(request);
        var userId = request.Query["stringee_user_id"].ToString();
        var externalId = request.Query["id"].ToString();
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var found = directory
            .All<Agent>()
            .Where(agent => userId.Length == 0 || agent.StringeeUserId == userId)
            .Where(agent => externalId.Length == 0 || agent.ExternalId == externalId)
            .OrderBy(agent => agent.Id)
            .ToList();
        var states = await reader.AgentsAsync(directory, [.. found.Select(agent => agent.Id)], cancellationToken);
        var data = page.Of(found, "agents", agent => Show(directory, agent, states.GetValueOrDefault(agent.Id)), "totalAgents");
        return StringeeApi.Success(accountId, Loaded, ("data", data));
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RequiredName();
        fields.RequiredText("stringee_user_id");
        var added = await agents.CreateAsync(accountId, Read(fields, new Agent()), PresenceOf(fields), cancellationToken);
        return StringeeApi.Success(accountId, "Create agent success", ("agentID", added.ExternalId));
    }

    public async Task<Reply> GetAsync(int accountId, string agentId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var agent = directory.AgentOf(agentId);
        var state = (await reader.AgentsAsync(directory, [agent.Id], cancellationToken)).GetValueOrDefault(agent.Id);
        return StringeeApi.Success(accountId, Loaded, ("data", Show(directory, agent, state)));
    }

    public async Task<Reply> ChangeAsync(int accountId, string agentId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        await agents.ChangeAsync(
            accountId,
            directory => directory.AgentOf(agentId),
            agent => Read(fields, agent),
            PresenceOf(fields),
            cancellationToken
        );
        return StringeeApi.Success(accountId, "Update agent success");
    }

    public async Task<Reply> RemoveAsync(int accountId, string agentId, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(
            accountId,
            edit => edit.RemoveUnused(edit.Directory.AgentOf(agentId), $"agent {agentId}"),
            cancellationToken
        );
        return StringeeApi.Success(accountId, "Delete agent success");
    }

    /// <summary>
    /// An agent as the request wishes it: routing type 2 calls its telephone number, which makes it a remote one; with type 1
    /// the number is kept for later.
    /// </summary>
    private static Agent Read(Fields fields, Agent agent)
    {
        var type = fields.Integer("routing_type", 1, 2) is { } routing ? routing == 2 ? AgentType.Remote : AgentType.Local : agent.Type;
        var number = fields.Text("phone_number") ?? NumberOf(agent);
        return agent with
        {
            DisplayName = fields.Text("name", StringeeNames.Fault) ?? agent.DisplayName,
            StringeeUserId = fields.Text("stringee_user_id") ?? agent.StringeeUserId,
            Type = type,
            Address = type == AgentType.Remote ? number : agent.Type == AgentType.Local ? agent.Address : "",
            PhoneNumber = type == AgentType.Remote ? "" : number,
        };
    }

    private static string NumberOf(Agent agent) => agent.Type == AgentType.Remote ? agent.Address : agent.PhoneNumber;

    /// <summary>AVAILABLE logs in; NOT AVAILABLE makes a logged-in agent busy and leaves another as it is.</summary>
    private static PresenceChange? PresenceOf(Fields fields) => fields.Text("manual_status", 40) switch
    {
        null => null,
        "AVAILABLE" => new PresenceChange(PresenceStatus.Available, PresenceSource.Api),
        "NOT AVAILABLE" => new PresenceChange(PresenceStatus.Busy, PresenceSource.Api, OnlyWhileLoggedIn: true),
        _ => throw DomainException.Invalid("manual_status", "must be AVAILABLE or NOT AVAILABLE."),
    };

    private static JsonObject Show(AccountDirectory directory, Agent agent, AgentState? state) => new()
    {
        ["id"] = agent.ExternalId,
        ["account"] = directory.AccountId,
        ["project"] = directory.AccountId,
        ["name"] = agent.DisplayName,
        ["stringee_user_id"] = agent.StringeeUserId,
        ["manual_status"] = state?.Status == PresenceStatus.Available ? "AVAILABLE" : "NOT AVAILABLE",
        ["system_status"] = SystemStatus(state),
        ["online_status"] = OnlineStatus(state),
        ["device_status"] = OnlineStatus(state),
        ["routing_type"] = agent.Type == AgentType.Remote ? 2 : 1,
        ["phone_number"] = NumberOf(agent),
        ["groups"] = new JsonArray(
            [
                .. agent.Groups.Select(id => directory.Group(id)).OfType<Group>()
                    .Select(group => new JsonObject { ["group_id"] = group.Id, ["name"] = group.DisplayName }),
            ]
        ),
    };

    /// <summary>1 logged in, 0 not. Only logins are known here, of its device too.</summary>
    private static int OnlineStatus(AgentState? state) => state is { IsLoggedIn: true } ? 1 : 0;

    /// <summary>0 in a call, 1 free, 2 after a call.</summary>
    private static int SystemStatus(AgentState? state) =>
        state is not { Free: <= 0 } ? 1 : state.Load.Any(reservation => reservation.WrapUpUntil is not null) ? 2 : 0;
}

using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;

namespace ContactRouting.AgentEvents;

/// <summary>What a request says of an agent; null where it leaves a property alone.</summary>
internal sealed record RingMeAgentWish(string? Name, string? Address, int? ExtensionId, PresenceStatus? Status)
{
    public static RingMeAgentWish Read(Fields fields, AgentType type) =>
        new(
            fields.Text("name"),
            fields.Text(RingMeAgents.AddressField(type)),
            type == AgentType.Local ? fields.Integer("extension_id") : null,
            fields.Text("status", 20) switch
            {
                null => null,
                "available" => PresenceStatus.Available,
                "logged_out" => PresenceStatus.LoggedOut,
                _ => throw DomainException.Invalid("status", "must be available or logged_out."),
            }
        );

    public Agent ApplyTo(Agent agent) =>
        agent with
        {
            DisplayName = Name ?? agent.DisplayName,
            Address = Address ?? agent.Address,
            ExtensionId = ExtensionId ?? agent.ExtensionId,
        };

    /// <summary>A login leaves an agent busy that is logged in already.</summary>
    public PresenceChange? Presence =>
        Status is { } status
            ? new PresenceChange(status, PresenceSource.Api, OnlyWhileLoggedIn: status == PresenceStatus.Available ? false : null)
            : null;
}

/// <summary>Local and remote agents as RingMe has them. Source: RingMe, "Queue", and what its clients send.</summary>
internal sealed class RingMeAgents(DirectoryStore directories, AgentChanges agents, PresenceReader reader)
{
    /// <summary>The fields by an agent's properties.</summary>
    /// <param name="kind">As the path has it.</param>
    public static IReadOnlyDictionary<string, string> FieldNames(string kind) => new Dictionary<string, string>
    {
        [nameof(Agent.DisplayName)] = "name",
        [nameof(Agent.Address)] = AddressField(kind == "remote" ? AgentType.Remote : AgentType.Local),
    };

    public static string AddressField(AgentType type) => type == AgentType.Local ? "extension_name" : "agent_number";

    /// <exception cref="DomainException">The path's kind is neither local nor remote.</exception>
    public static AgentType TypeOf(string kind) => kind switch
    {
        "local" => AgentType.Local,
        "remote" => AgentType.Remote,
        _ => throw DomainException.NotFound(kind),
    };

    /// <exception cref="DomainException">There is no such agent of this type.</exception>
    public static Agent Find(AccountDirectory directory, AgentType type, string id) =>
        WireId.Parse(id) is { } number && directory.Agent(number) is { } agent && agent.Type == type
            ? agent
            : throw DomainException.NotFound($"Agent {id}");

    /// <param name="extensions">Those of the wanted agents; null for all.</param>
    public async Task<IReadOnlyList<object>> ListAsync(
        int accountId,
        AgentType type,
        IReadOnlySet<int>? extensions,
        CancellationToken cancellationToken
    )
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return await ShowAsync(
            directory,
            [
                .. directory
                    .All<Agent>()
                    .Where(agent => agent.Type == type && (extensions is null || (agent.ExtensionId is { } id && extensions.Contains(id))))
                    .OrderBy(agent => agent.Id),
            ],
            cancellationToken
        );
    }

    public async Task<object> GetAsync(int accountId, AgentType type, string id, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return (await ShowAsync(directory, [Find(directory, type, id)], cancellationToken))[0];
    }

    public async Task<object> CreateAsync(int accountId, AgentType type, RingMeAgentWish wish, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(wish.Name) && string.IsNullOrEmpty(wish.Address))
            throw DomainException.Invalid(AddressField(type), "is missing.");
        var agent = await agents.CreateAsync(
            accountId,
            wish.ApplyTo(new Agent { Type = type, DisplayName = wish.Address ?? "" }),
            wish.Presence,
            cancellationToken
        );
        return (await ShowAsync(await directories.GetAsync(accountId, cancellationToken), [agent], cancellationToken))[0];
    }

    public async Task<object> ChangeAsync(
        int accountId,
        AgentType type,
        string id,
        RingMeAgentWish wish,
        CancellationToken cancellationToken
    )
    {
        await agents.ChangeAsync(accountId, current => Find(current, type, id), wish.ApplyTo, wish.Presence, cancellationToken);
        return await GetAsync(accountId, type, id, cancellationToken);
    }

    public Task RemoveAsync(int accountId, AgentType type, string id, CancellationToken cancellationToken) =>
        directories.ChangeAsync(accountId, edit =>
        {
            var agent = Find(edit.Directory, type, id);
            edit.RemoveUnused(agent, $"agent {agent.Id}");
            return agent;
        }, cancellationToken);

    private async Task<IReadOnlyList<object>> ShowAsync(
        AccountDirectory directory,
        IReadOnlyList<Agent> agents,
        CancellationToken cancellationToken
    )
    {
        var states = await reader.AgentsAsync(directory, [.. agents.Select(agent => agent.Id)], cancellationToken);
        return [.. agents.Select(agent => Show(agent, states.GetValueOrDefault(agent.Id)))];
    }

    private static Dictionary<string, object?> Show(Agent agent, AgentState? state)
    {
        var shown = new Dictionary<string, object?>
        {
            ["id"] = agent.Id,
            ["name"] = agent.DisplayName,
            ["status"] = state is { IsLoggedIn: true } ? "available" : "logged_out",
            [AddressField(agent.Type)] = agent.Address,
        };
        if (agent.Type == AgentType.Local) shown["extension_id"] = agent.ExtensionId;
        return shown;
    }
}

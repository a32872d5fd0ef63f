using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using Microsoft.AspNetCore.Http;

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

    public async Task<Reply> ListAsync(int accountId, string kind, HttpRequest request, CancellationToken cancellationToken)
    {
        var type = TypeOf(kind);
        return await ListAsync(accountId, type, RingMeFilter.Read(request, "extension_id"), cancellationToken);
    }

    public async Task<Reply> ListOfExtensionAsync(int accountId, string extension, CancellationToken cancellationToken)
    {
        var id = WireId.Parse(extension) ?? throw DomainException.NotFound($"Extension {extension}");
        return await ListAsync(accountId, AgentType.Local, new HashSet<int> { id }, cancellationToken);
    }

    public async Task<Reply> CreateAsync(int accountId, string kind, HttpRequest request, CancellationToken cancellationToken)
    {
        var type = TypeOf(kind);
        var wish = RingMeAgentWish.Read(await Fields.ReadBodyAsync(request, cancellationToken), type);
        if (string.IsNullOrEmpty(wish.Name) && string.IsNullOrEmpty(wish.Address))
            throw DomainException.Invalid(AddressField(type), "is missing.");
        var agent = await agents.CreateAsync(
            accountId,
            wish.ApplyTo(new Agent { Type = type, DisplayName = wish.Address ?? "" }),
            wish.Presence,
            cancellationToken
        );
        var shown = await ShowAsync(await directories.GetAsync(accountId, cancellationToken), [agent], cancellationToken);
        return Reply.Json(shown[0], status: StatusCodes.Status201Created);
    }

    public async Task<Reply> GetAsync(int accountId, string kind, string id, CancellationToken cancellationToken)
    {
        var type = TypeOf(kind);
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.Json((await ShowAsync(directory, [Find(directory, type, id)], cancellationToken))[0]);
    }

    public async Task<Reply> ChangeAsync(int accountId, string kind, string id, HttpRequest request, CancellationToken cancellationToken)
    {
        var type = TypeOf(kind);
        var wish = RingMeAgentWish.Read(await Fields.ReadBodyAsync(request, cancellationToken), type);
        await agents.ChangeAsync(accountId, current => Find(current, type, id), wish.ApplyTo, wish.Presence, cancellationToken);
        return await GetAsync(accountId, kind, id, cancellationToken);
    }

    public async Task<Reply> RemoveAsync(int accountId, string kind, string id, CancellationToken cancellationToken)
    {
        var type = TypeOf(kind);
        await directories.ChangeAsync(accountId, edit =>
        {
            var agent = Find(edit.Directory, type, id);
            edit.RemoveUnused(agent, $"agent {agent.Id}");
        }, cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    /// <param name="extensions">Those of the wanted agents; null for all.</param>
    private async Task<Reply> ListAsync(int accountId, AgentType type, IReadOnlySet<int>? extensions, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var found = directory
            .All<Agent>()
            .Where(agent => agent.Type == type && (extensions is null || (agent.ExtensionId is { } id && extensions.Contains(id))))
            .OrderBy(agent => agent.Id);
        return Reply.LargeJson(await ShowAsync(directory, [.. found], cancellationToken));
    }

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

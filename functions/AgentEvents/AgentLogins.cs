using System.Globalization;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.AgentEvents;

/// <summary>Agents' logins and logouts that other systems tell.</summary>
internal sealed class AgentLogins(AgentPresence presence, TimeProvider time)
{
    public async Task<Reply> ReceiveAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var received = AgentEvent.Read(await Fields.ReadAsync(request, cancellationToken), time.GetUtcNow());
        var changed = await ChangeAsync(accountId, received, cancellationToken);
        return Reply.Json(new
        {
            agent_id = received.AgentId.ToString(CultureInfo.InvariantCulture),
            agent_status = received.Status,
            result = changed.Outcome switch
            {
                PresenceOutcome.Changed => "changed",
                PresenceOutcome.Unchanged => "unchanged",
                _ => "outdated",
            },
        });
    }

    private async Task<PresenceResult> ChangeAsync(int accountId, AgentEvent received, CancellationToken cancellationToken)
    {
        try
        {
            return await presence.ApplyAsync(accountId, received.AgentId, agent =>
            {
                received.CheckAgent(agent);
                return received.Change;
            }, cancellationToken);
        }
        catch (DomainException error) when (error.Kind == ErrorKind.NotFound)
        {
            throw new DomainException(ErrorKind.NotFound, $"agent_id {received.AgentId} is no agent's.", "agent_id", error);
        }
    }
}

/// <summary>An agent's login or logout as RingMe's webhook tells it. Source: RingMe, "Queue agent events", AgentEventData.</summary>
internal sealed record AgentEvent(
    int AgentId,
    string Status,
    AgentType Type,
    string? ExtensionName,
    string? AgentNumber,
    PresenceChange Change
)
{
    private const int MaxLength = 200;

    private static readonly string[] Known = ["agent_id", "agent_status", "agent_type", "event_source", "extension_name", "agent_number"];

    /// <exception cref="DomainException">A field is missing, misspelt or has a wrong value.</exception>
    public static AgentEvent Read(Fields fields, DateTimeOffset now)
    {
        // A sender's URL may carry fields of its own; one that looks like the format's is a misspelling.
        var misspelt = fields.Names.FirstOrDefault(name =>
            !Known.Contains(name)
            && Known.Any(known =>
                name.StartsWith(known[..(known.IndexOf('_', StringComparison.Ordinal) + 1)], StringComparison.OrdinalIgnoreCase)
            )
        );
        if (misspelt is not null)
            throw DomainException.Invalid(misspelt, $"is not known; the fields are {string.Join(", ", Known)} and occurred_at.");

        var agentId = fields.RequiredText("agent_id", MaxLength, orNumber: true);
        var status = fields.RequiredWord("agent_status", "available", "logged_out");
        var type = fields.RequiredWord("agent_type", "local", "remote") == "local" ? AgentType.Local : AgentType.Remote;
        var source = fields.RequiredWord("event_source", "api", "phone") == "api" ? PresenceSource.Api : PresenceSource.Phone;
        var change = new PresenceChange(
            status == "available" ? PresenceStatus.Available : PresenceStatus.LoggedOut,
            source,
            fields.PastTime("occurred_at", now)
        );
        return new AgentEvent(
            WireId.Parse(agentId) ?? throw DomainException.Invalid("agent_id", "must be a whole number."),
            status,
            type,
            fields.Text("extension_name", MaxLength),
            fields.Text("agent_number", MaxLength, orNumber: true),
            change
        );
    }

    /// <exception cref="DomainException">The event's type or address is not the agent's.</exception>
    public void CheckAgent(AgentState agent)
    {
        if (agent.Type != Type) throw DomainException.Invalid("agent_type", "is not this agent's.");
        CheckAddress("extension_name", ExtensionName, AgentType.Local, agent);
        CheckAddress("agent_number", AgentNumber, AgentType.Remote, agent);
    }

    private static void CheckAddress(string field, string? address, AgentType type, AgentState agent)
    {
        if (address is null) return;
        var isHis = agent.Type == type && (address == agent.Address || (type == AgentType.Local && address == agent.Address.Split('@')[0]));
        if (!isHis) throw DomainException.Invalid(field, "is not this agent's.");
    }
}

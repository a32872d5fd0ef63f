using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>The kernel's decision for a presence, load and time that may be made up; it changes nothing.</summary>
internal sealed class SimulationResource(PresenceReader reader, WaitingRows waiting, ContactDecisions decisions, TimeProvider time)
{
    public async Task<Reply> DecideAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("serviceId", "queueId", "agentId", "channel", "priority", "contactId", "at", "presence", "explain");
        var arrival = ArrivalFields.Read(fields);
        var full = fields.Has("explain") && fields.RequiredWord("explain", "read", "full") == "full";
        var at = fields.Time("at") ?? time.GetUtcNow();
        var outlook = await waiting.LookAsync(accountId, cancellationToken);
        var directory = outlook.Directory;
        ContactDecisions.RefuseUnknown(directory, arrival.Target);
        var agents = (
            await reader.AgentsAsync(directory, [.. directory.All<Agent>().Select(agent => agent.Id)], cancellationToken)
        ).ToDictionary();
        if (fields.Has("presence")) Override(directory, agents, fields.Raw("presence"), at);
        var seen = new PresenceOfAll(agents.Values);
        var question = new RoutingQuestion(directory, seen.For(arrival.Channel), at);
        var first = RoutingKernel.Arrive(question, arrival.Target);
        var asked = first.Outcome == RoutingOutcome.Offered ? seen.Find(first.AgentId!.Value) : null;
        var (decision, _) = await decisions.ArriveAsync(outlook, arrival, question, first, asked, cancellationToken, seen.For);
        return Reply.Json(full ? Explain(directory, decision, agents) : decision, EventData.Json);
    }

    private static void Override(AccountDirectory directory, Dictionary<int, AgentState> agents, JsonElement presence, DateTimeOffset at)
    {
        if (presence.ValueKind != JsonValueKind.Array) throw DomainException.Invalid("presence", "must be a list.");
        foreach (var (item, index) in presence.EnumerateArray().Select((item, index) => (item, index)))
        {
            if (item.ValueKind != JsonValueKind.Object) throw DomainException.Invalid($"presence[{index}]", "must be an object.");
            var fields = Fields.From(item);
            fields.RefuseOthers("agentId", "status", "load");
            var id = fields.RequiredInteger("agentId");
            if (directory.Agent(id) is not { } agent) throw DomainException.Invalid($"presence[{index}].agentId", "is no agent's.");
            var state = agents.GetValueOrDefault(id) ?? new AgentState().Follow(directory, agent);
            if (fields.Has("status"))
            {
                var status = StatusWords.Read(fields);
                if (status != state.Status) state = state with { Status = status, StatusSince = at, IdleSince = at };
            }
            if (fields.Integer("load", 0, agent.CapacityUnits) is { } load)
                state = state with { Load = [.. Enumerable.Range(0, load).Select(unit => new Reservation($"simulated-{unit}", 1))] };
            agents[id] = state;
        }
    }

    /// <summary>The decision with a reason for every agent of every unit that was asked.</summary>
    private static RoutingDecision Explain(AccountDirectory directory, RoutingDecision decision, Dictionary<int, AgentState> agents) =>
        decision with
        {
            Lines = [.. decision.Lines.Select(line => line.QueueId is not { } queueId ? line : line with
        {
            Units = [.. QueueAvailability.UnitsOf(directory, directory.Queue(queueId)!).Select(unit =>
            {
                var told = line.Units.FirstOrDefault(known => known.GroupId == unit.GroupId)?.Agents ?? [];
                var all = agents.Values.Where(agent => agent.Units.Contains(unit)).OrderBy(agent => agent.AgentId)
                    .Select(agent =>
                        told.FirstOrDefault(known => known.AgentId == agent.AgentId)
                        ?? new AgentReason(agent.AgentId, CodeOf(agent))
                    );
                return new UnitReason(unit.GroupId, [.. all], NotExamined: false);
            })],
        })],
        };

    private static string CodeOf(AgentState agent) =>
        !agent.IsLoggedIn ? "loggedOut"
        : agent.Status == PresenceStatus.Busy ? "busy"
        : agent.Free <= 0 ? "full"
        : "behindChosen";
}

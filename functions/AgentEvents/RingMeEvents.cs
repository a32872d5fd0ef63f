using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.AgentEvents;

/// <summary>An agent's event on the wire. Source: RingMe, "Queue agent events", AgentEvent.</summary>
internal sealed record RingMeEvent(string url, int id, string method, string event_type)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames =
        new Dictionary<string, string> { [nameof(Callback.Url)] = "url" };

    public static RingMeEvent Of(Callback callback) =>
        new(
            callback.Url,
            callback.Id,
            callback.Method == CallbackMethod.Get ? "GET" : "POST",
            callback.EventType == CallbackEvent.AgentLogin ? "agent-login" : "agent-logout"
        );

    /// <summary>A callback as the request wishes it.</summary>
    public static Callback Read(Fields fields, Callback callback) => callback with
    {
        Url = fields.Text("url") ?? callback.Url,
        EventType = fields.Has("event_type")
            ? fields.RequiredWord("event_type", "agent-login", "agent-logout") == "agent-login"
                ? CallbackEvent.AgentLogin
                : CallbackEvent.AgentLogout
            : callback.EventType,
        Method = fields.Has("method")
            ? fields.RequiredWord("method", "GET", "POST") == "GET"
                ? CallbackMethod.Get
                : CallbackMethod.Post
            : callback.Method,
    };
}

/// <summary>The events of agents: callbacks at their logins and logouts.</summary>
internal sealed class RingMeEvents(DirectoryStore directories, IOptions<RingMeOptions> options)
{
    public async Task<Reply> ListAsync(int accountId, string kind, string agentId, CancellationToken cancellationToken)
    {
        var type = RingMeAgents.TypeOf(kind);
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.Json(directory.CallbacksOf(RingMeAgents.Find(directory, type, agentId).Id).Select(RingMeEvent.Of));
    }

    public async Task<Reply> CreateAsync(
        int accountId,
        string kind,
        string agentId,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var type = RingMeAgents.TypeOf(kind);
        foreach (var name in new[] { "url", "event_type", "method" }) fields.RequiredText(name);
        var created = await directories.ChangeAsync(accountId, edit =>
        {
            var agent = RingMeAgents.Find(edit.Directory, type, agentId);
            if (edit.Directory.CallbacksOf(agent.Id).Count() >= options.Value.EventsPerAgent)
                throw new DomainException(
                    ErrorKind.Conflict,
                    $"The agent has {options.Value.EventsPerAgent} events, the most there can be."
                );
            return edit.Put(RingMeEvent.Read(fields, new Callback { Id = edit.TakeId(), AgentId = agent.Id }));
        }, cancellationToken);
        return Reply.Json(RingMeEvent.Of(created), status: StatusCodes.Status201Created);
    }

    public async Task<Reply> GetAsync(int accountId, string kind, string agentId, string eventId, CancellationToken cancellationToken)
    {
        var type = RingMeAgents.TypeOf(kind);
        return Reply.Json(RingMeEvent.Of(Find(await directories.GetAsync(accountId, cancellationToken), type, agentId, eventId)));
    }

    public async Task<Reply> ChangeAsync(
        int accountId,
        string kind,
        string agentId,
        string eventId,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var type = RingMeAgents.TypeOf(kind);
        var changed = await directories.ChangeAsync(
            accountId,
            edit => edit.Put(RingMeEvent.Read(fields, Find(edit.Directory, type, agentId, eventId))),
            cancellationToken
        );
        return Reply.Json(RingMeEvent.Of(changed));
    }

    public async Task<Reply> RemoveAsync(int accountId, string kind, string agentId, string eventId, CancellationToken cancellationToken)
    {
        var type = RingMeAgents.TypeOf(kind);
        await directories.ChangeAsync(accountId, edit => edit.Remove(Find(edit.Directory, type, agentId, eventId)), cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    private static Callback Find(AccountDirectory directory, AgentType type, string agentId, string eventId)
    {
        var agent = RingMeAgents.Find(directory, type, agentId);
        return WireId.Parse(eventId) is { } id && directory.Callback(id) is { } callback && callback.AgentId == agent.Id
            ? callback
            : throw DomainException.NotFound($"Event {eventId}");
    }
}

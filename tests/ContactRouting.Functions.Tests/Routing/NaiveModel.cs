namespace ContactRouting.Tests.Routing;

/// <summary>An agent as the naive model has it.</summary>
internal sealed record NaiveAgent(int Id, int Units)
{
    public string Status { get; set; } = "logged_out";

    public List<string> Contacts { get; } = [];

    public int IdleSince { get; set; }

    public bool Free => Status == "available" && Contacts.Count < Units;
}

/// <summary>A queue: its operators, and its groups with whether they are primary, in the order in which they are asked.</summary>
internal sealed record NaiveQueue(
    int Id,
    List<int> Operators,
    List<(bool Primary, List<int> Members)> Groups,
    string AdvanceWhen,
    int AdvanceAfter,
    int? MaxLength
);

/// <summary>
/// The rules of routing once more, as plainly as they can be said, over lists: slow, without an index, without storage.
/// It shares no code with the kernel.
/// </summary>
internal sealed class NaiveModel(List<NaiveAgent> agents, List<NaiveQueue> queues)
{
    /// <summary>Waiting contacts by queue: id, priority, order of arrival, seconds waited.</summary>
    public List<(string Id, int Queue, int Priority, int Order, int Since)> Waiting { get; } = [];

    /// <summary>Who let a contact pass, the one asked longest ago first.</summary>
    public Dictionary<string, List<int>> Passed { get; } = [];

    public string Availability(int queueId, int waited, List<int>? passed = null)
    {
        if (WhoMayServe(queueId, waited, passed ?? []).Any(unit => unit.Any(agent => IsFree(agent, passed ?? [])))) return "open";
        var queue = queues.Single(queue => queue.Id == queueId);
        return queue.Operators.Concat(queue.Groups.SelectMany(group => group.Members)).Any(id => Agent(id).Status != "logged_out")
            ? "busy"
            : "closed";
    }

    /// <summary>Whom a guest of a queue is led to: in the first unit with somebody free, the least busy, then the longest idle.</summary>
    public int? Choose(int queueId, int waited, List<int> passed, bool again)
    {
        var units = WhoMayServe(queueId, waited, passed);
        foreach (var unit in units)
        {
            var free = unit.Where(agent => IsFree(agent, passed)).ToList();
            if (free.Count > 0)
                return free.OrderBy(agent => agent.Contacts.Count).ThenBy(agent => agent.IdleSince).ThenBy(agent => agent.Id).First().Id;
        }
        if (!again) return null;
        foreach (var id in passed)
        {
            if (Agent(id).Free && units.Any(unit => unit.Any(agent => agent.Id == id))) return id;
        }
        return null;
    }

    /// <summary>An arrival over levels that are queues: "agent N", "queue N" or "refused".</summary>
    public string Arrive(List<int> levels, int priority, int now)
    {
        foreach (var level in levels)
        {
            if (Availability(level, 0) != "open") continue;
            var agent = Choose(level, 0, [], again: false)!.Value;
            return !Waiting.Any(contact => contact.Priority >= priority && MayTake(agent, contact, now)) ? $"agent {agent}"
                : HasRoom(level) ? $"queue {level}"
                : "refused";
        }
        foreach (var level in levels)
        {
            if (Availability(level, 0) == "busy") return HasRoom(level) ? $"queue {level}" : "refused";
        }
        return "refused";
    }

    /// <summary>The next of all waiting contacts that somebody can take.</summary>
    public (string Id, int Agent)? Next(int now)
    {
        foreach (var contact in Waiting.OrderByDescending(contact => contact.Priority).ThenBy(contact => contact.Order))
        {
            if (Choose(contact.Queue, now - contact.Since, PassedBy(contact.Id), again: true) is { } chosen) return (contact.Id, chosen);
        }
        return null;
    }

    private bool MayTake(int agentId, (string Id, int Queue, int Priority, int Order, int Since) contact, int now) =>
        IsFree(Agent(agentId), PassedBy(contact.Id))
        && WhoMayServe(contact.Queue, now - contact.Since, PassedBy(contact.Id)).Any(unit => unit.Any(agent => agent.Id == agentId));

    private List<int> PassedBy(string contactId) => Passed.GetValueOrDefault(contactId) ?? [];

    private static bool IsFree(NaiveAgent agent, List<int> passed) => agent.Free && !passed.Contains(agent.Id);

    private bool HasRoom(int queueId) =>
        queues.Single(queue => queue.Id == queueId).MaxLength is not { } limit
        || Waiting.Count(contact => contact.Queue == queueId) < limit;

    private List<List<NaiveAgent>> WhoMayServe(int queueId, int waited, List<int> passed)
    {
        var queue = queues.Single(queue => queue.Id == queueId);
        var primaries = new List<List<NaiveAgent>>();
        if (queue.Operators.Count > 0) primaries.Add([.. queue.Operators.Select(Agent)]);
        primaries.AddRange(queue.Groups.Where(group => group.Primary).Select(group => group.Members.Select(Agent).ToList()));
        var secondaries = queue.Groups.Where(group => !group.Primary).Select(group => group.Members.Select(Agent).ToList());
        if (primaries.SelectMany(unit => unit).Any(agent => IsFree(agent, passed))) return primaries;
        var advances = primaries.Count == 0 || queue.AdvanceWhen switch
        {
            "noneFree" => true,
            "noneOnline" => primaries.SelectMany(unit => unit).All(agent => agent.Status == "logged_out"),
            _ => waited >= queue.AdvanceAfter,
        };
        return advances ? [.. primaries, .. secondaries] : primaries;
    }

    private NaiveAgent Agent(int id) => agents.Single(agent => agent.Id == id);
}

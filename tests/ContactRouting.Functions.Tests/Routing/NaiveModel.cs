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

    public string Availability(int queueId, int waited)
    {
        if (WhoMayServe(queueId, waited).Any(unit => unit.Any(agent => agent.Free))) return "open";
        var queue = queues.Single(queue => queue.Id == queueId);
        return queue.Operators.Concat(queue.Groups.SelectMany(group => group.Members)).Any(id => Agent(id).Status != "logged_out")
            ? "busy"
            : "closed";
    }

    /// <summary>Whom a guest of a queue is led to: the longest idle of the first unit with somebody free.</summary>
    public int? Choose(int queueId, int waited, int? declined)
    {
        var units = WhoMayServe(queueId, waited)
            .Select(unit => unit.Where(agent => agent.Free).OrderBy(agent => agent.IdleSince).ThenBy(agent => agent.Id).ToList())
            .ToList();
        foreach (var unit in units)
        {
            if (unit.Find(agent => agent.Id != declined) is { } agent) return agent.Id;
        }
        return units.SelectMany(unit => unit).FirstOrDefault()?.Id;
    }

    /// <summary>An arrival over levels that are queues: "agent N", "queue N" or "refused".</summary>
    public string Arrive(List<int> levels, int priority)
    {
        foreach (var level in levels)
        {
            if (Availability(level, 0) != "open") continue;
            if (!Waiting.Any(contact => contact.Queue == level && contact.Priority >= priority)) return $"agent {Choose(level, 0, null)}";
            return HasRoom(level) ? $"queue {level}" : "refused";
        }
        foreach (var level in levels)
        {
            if (Availability(level, 0) == "busy") return HasRoom(level) ? $"queue {level}" : "refused";
        }
        return "refused";
    }

    /// <summary>The next waiting contact of a queue that somebody can take.</summary>
    public (string Id, int Agent)? Next(int queueId, int now, IReadOnlyDictionary<string, int> declined)
    {
        foreach (
            var contact in Waiting
                .Where(contact => contact.Queue == queueId)
                .OrderByDescending(contact => contact.Priority)
                .ThenBy(contact => contact.Order)
        )
        {
            if (
                Availability(queueId, now - contact.Since) == "open"
                && Choose(queueId, now - contact.Since, declined.TryGetValue(contact.Id, out var agent) ? agent : null) is { } chosen
            )
                return (contact.Id, chosen);
        }
        return null;
    }

    private bool HasRoom(int queueId) =>
        queues.Single(queue => queue.Id == queueId).MaxLength is not { } limit
        || Waiting.Count(contact => contact.Queue == queueId) < limit;

    private List<List<NaiveAgent>> WhoMayServe(int queueId, int waited)
    {
        var queue = queues.Single(queue => queue.Id == queueId);
        var primaries = new List<List<NaiveAgent>>();
        if (queue.Operators.Count > 0) primaries.Add([.. queue.Operators.Select(Agent)]);
        primaries.AddRange(queue.Groups.Where(group => group.Primary).Select(group => group.Members.Select(Agent).ToList()));
        var secondaries = queue.Groups.Where(group => !group.Primary).Select(group => group.Members.Select(Agent).ToList());
        if (primaries.SelectMany(unit => unit).Any(agent => agent.Free)) return primaries;
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

namespace ContactRouting.Webhooks;

/// <summary>
/// Until when a subject's deliveries rest, and for which hosts, as far as this process knows: it saves the timer's repeated
/// announcements their reads, and tells who waits for a host that answers again. At most 100,000; who is forgotten is looked at.
/// </summary>
internal sealed class RestingTargets(TimeProvider time)
{
    private const int Capacity = 100_000;

    private readonly Lock turn = new();
    private readonly Dictionary<DeliveryTarget, Rest> resting = [];
    private readonly Dictionary<string, HashSet<DeliveryTarget>> byHost = [];

    /// <param name="version">The directory's: another may have other URLs, where nothing failed yet.</param>
    public bool IsResting(DeliveryTarget target, long version)
    {
        lock (turn) return resting.TryGetValue(target, out var rest) && rest.Until > time.GetUtcNow() && rest.Version == version;
    }

    public void End(DeliveryTarget target)
    {
        lock (turn) Remove(target);
    }

    /// <param name="hosts">Whom it waits for, and from when on it is worth a call that another one arrived there.</param>
    public void Put(DeliveryTarget target, DateTimeOffset until, long version, IReadOnlyDictionary<string, DateTimeOffset> hosts)
    {
        lock (turn)
        {
            Remove(target);
            if (resting.Count >= Capacity) Forget();
            resting[target] = new Rest(until, version, new(hosts));
            foreach (var host in hosts.Keys)
            {
                if (!byHost.TryGetValue(host, out var waiting)) byHost[host] = waiting = [];
                waiting.Add(target);
            }
        }
    }

    /// <summary>Ends a rest earlier than the last look made it.</summary>
    public void Shorten(DeliveryTarget target, DateTimeOffset until)
    {
        lock (turn)
        {
            if (resting.TryGetValue(target, out var rest) && until < rest.Until) resting[target] = rest with { Until = until };
        }
    }

    /// <summary>Whom it is worth to call again since a host answers: each is told once, until it is put again.</summary>
    public IReadOnlyList<DeliveryTarget> TakeAt(string host)
    {
        lock (turn)
        {
            if (!byHost.TryGetValue(host, out var waiting)) return [];
            var now = time.GetUtcNow();
            var taken = waiting.Where(target => resting[target].Hosts[host] <= now).ToList();
            foreach (var target in taken) resting[target].Hosts[host] = DateTimeOffset.MaxValue;
            return taken;
        }
    }

    private void Remove(DeliveryTarget target)
    {
        if (!resting.Remove(target, out var rest)) return;
        foreach (var host in rest.Hosts.Keys)
        {
            byHost[host].Remove(target);
            if (byHost[host].Count == 0) byHost.Remove(host);
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (target, _) in resting.Where(rest => rest.Value.Until <= now).ToList()) Remove(target);
        if (resting.Count < Capacity) return;
        resting.Clear();
        byHost.Clear();
    }

    private sealed record Rest(DateTimeOffset Until, long Version, Dictionary<string, DateTimeOffset> Hosts);
}

namespace ContactRouting.Webhooks;

/// <summary>
/// Until when an agent's deliveries rest, as far as this process knows: it saves the timer's repeated announcements their
/// reads. At most 100,000; who is forgotten is looked at.
/// </summary>
internal sealed class RestingAgents(TimeProvider time)
{
    private const int Capacity = 100_000;

    private readonly Lock turn = new();
    private readonly Dictionary<DeliveryTarget, (DateTimeOffset Until, long Version)> resting = [];

    /// <param name="version">The directory's: another may have other URLs, where nothing failed yet.</param>
    public bool IsResting(DeliveryTarget target, long version)
    {
        lock (turn) return resting.TryGetValue(target, out var rest) && rest.Until > time.GetUtcNow() && rest.Version == version;
    }

    /// <param name="until">Null to end the rest.</param>
    public void Rest(DeliveryTarget target, DateTimeOffset? until, long version)
    {
        lock (turn)
        {
            if (resting.Count >= Capacity) Forget();
            if (until is null) resting.Remove(target);
            else resting[target] = (until.Value, version);
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (target, _) in resting.Where(rest => rest.Value.Until <= now).ToList()) resting.Remove(target);
        if (resting.Count >= Capacity) resting.Clear();
    }
}

using System.Collections.Concurrent;

namespace ContactRouting.Storage;

/// <summary>
/// Answers of the storage that may be some seconds old, at most 10,000 of them. One caller at a time asks for a key;
/// an answer that is null or false is not kept, and one that is too old leaves the memory with the next new ones.
/// </summary>
internal sealed class TimedCache<TKey, TValue>(TimeSpan life, TimeProvider time)
    where TKey : notnull
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<TKey, Entry> entries = new();
    private long nextTidyTicks;

    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> read)
    {
        if (entries.TryGetValue(key, out var entry) && entry.IsFresh(time.GetUtcNow())) return await entry.Value.Value;
        Tidy();
        var mine = new Entry(time.GetUtcNow() + life, new Lazy<Task<TValue>>(read));
        entry = entries.AddOrUpdate(key, mine, (_, current) => current.IsFresh(time.GetUtcNow()) ? current : mine);
        try
        {
            var value = await entry.Value.Value;
            if (value is null or false) entries.TryRemove(new(key, entry));
            return value;
        }
        catch
        {
            entries.TryRemove(new(key, entry));
            throw;
        }
    }

    /// <summary>The answer that is kept, or the type's default.</summary>
    public async Task<TValue?> FindAsync(TKey key) =>
        entries.TryGetValue(key, out var entry) && entry.IsFresh(time.GetUtcNow()) ? await entry.Value.Value : default;

    /// <summary>Keeps an answer that was had in another way.</summary>
    public void Keep(TKey key, TValue value)
    {
        Tidy();
        entries[key] = new Entry(time.GetUtcNow() + life, new Lazy<Task<TValue>>(Task.FromResult(value)));
    }

    public void Forget(TKey key) => entries.TryRemove(key, out _);

    private void Tidy()
    {
        var now = time.GetUtcNow();
        if (entries.Count < Capacity && now.UtcTicks < Interlocked.Read(ref nextTidyTicks)) return;
        Interlocked.Exchange(ref nextTidyTicks, (now + life).UtcTicks);
        foreach (var (key, entry) in entries)
        {
            if (!entry.IsFresh(now)) entries.TryRemove(key, out _);
        }
        if (entries.Count >= Capacity) entries.Clear();
    }

    private sealed record Entry(DateTimeOffset FreshUntil, Lazy<Task<TValue>> Value)
    {
        public bool IsFresh(DateTimeOffset now) => now < FreshUntil;
    }
}

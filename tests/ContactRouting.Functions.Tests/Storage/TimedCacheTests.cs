using System.Runtime.CompilerServices;
using ContactRouting.Storage;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Storage;

public sealed class TimedCacheTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Answer_that_is_too_old_leaves_the_memory_with_the_next_new_one()
    {
        var cache = new TimedCache<int, object>(TimeSpan.FromSeconds(5), time);
        var old = Keep(cache, 1);
        time.Advance(TimeSpan.FromSeconds(6));
        var young = Keep(cache, 2);
        GC.Collect();
        Assert.Equal((false, true), (old.IsAlive, young.IsAlive));
        GC.KeepAlive(cache);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Keep(TimedCache<int, object> cache, int key)
    {
        var value = new object();
        cache.Keep(key, value);
        return new WeakReference(value);
    }
}

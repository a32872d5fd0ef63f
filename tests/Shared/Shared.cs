namespace ContactRouting.Testing;

/// <summary>One value for all that hold it at the same time: made for the first of them, disposed of with the last.</summary>
internal sealed class Shared<T>(Func<Task<T>> make)
    where T : class, IDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);

    private int holders;
    private T? value;

    /// <summary>Every call is matched by one of <see cref="ReturnAsync"/>.</summary>
    public async Task<T> HoldAsync()
    {
        await Turn.WaitAsync();
        try
        {
            value ??= await make();
            holders++;
            return value;
        }
        finally
        {
            Turn.Release();
        }
    }

    public async Task ReturnAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (--holders > 0) return;
            value!.Dispose();
            value = null;
        }
        finally
        {
            Turn.Release();
        }
    }
}

namespace ContactRouting.Storage;

/// <summary>
/// What follows from a change that is committed. Where it cannot be done now, the change stands all the same: its request
/// must not fail, and the next sweep goes on.
/// </summary>
internal static class AfterCommit
{
    public static Task AsFarAsItGoesAsync(Func<Task> follow) =>
        AsFarAsItGoesAsync(async () =>
        {
            await follow();
            return true;
        }, false);

    public static async Task<T> AsFarAsItGoesAsync<T>(Func<Task<T>> follow, T without)
    {
        try
        {
            return await follow();
        }
        catch (Exception error) when (error is ConflictException || StorageUnavailableException.Of(error) is not null)
        {
            return without;
        }
    }
}

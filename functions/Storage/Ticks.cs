namespace ContactRouting.Storage;

/// <summary>When the timer last ticked, on whichever instance: one row.</summary>
internal sealed class Ticks(Tables tables)
{
    private const string PartitionKey = "tick";
    private const string RowKey = "last";

    /// <summary>One write.</summary>
    public Task RecordAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        tables.Due.UpsertAsync(PartitionKey, RowKey, new Tick { At = at }, cancellationToken);

    /// <summary>One read; null before the first tick.</summary>
    public async Task<DateTimeOffset?> LastAsync(CancellationToken cancellationToken) =>
        (await tables.Due.FindAsync<Tick>(PartitionKey, RowKey, cancellationToken))?.Value.At;

    private sealed record Tick
    {
        public DateTimeOffset At { get; init; }
    }
}

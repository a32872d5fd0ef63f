using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>Removes what has been kept long enough, an account's once an hour and process: answers under their keys, dead letters.</summary>
internal sealed class Retention(Tables tables, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AnswerLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan DeadLetterLife = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<int, DateTimeOffset> cleaned = new();

    public async Task CleanAsync(int accountId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (cleaned.TryGetValue(accountId, out var last) && now - last < Interval) return;
        cleaned[accountId] = now;
        var partition = LiveTable.Partition(accountId);
        await CleanAsync(tables.Idempotency, partition, TableClient.CreateQueryFilter($"PartitionKey eq {partition} and Timestamp lt {now - AnswerLife}"), cancellationToken);
        await CleanAsync(tables.DeadLetters, partition, TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey lt {TableKey.Time(now - DeadLetterLife)}"), cancellationToken);
    }

    private static async Task CleanAsync(TableClient table, string partition, string filter, CancellationToken cancellationToken)
    {
        await foreach (var page in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken).AsPages())
            await table.DeleteRowsAsync(partition, page.Values.Select(entity => entity.RowKey), cancellationToken);
    }
}

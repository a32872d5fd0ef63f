using Azure;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using ContactRouting.Testing;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests.Storage;

/// <summary>What Azure refuses is refused before it is sent; the tests' Azurite refuses it, too.</summary>
[Trait("Category", "Slow")]
public sealed class TableLimitsTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private const int Text = 32 * 1024;
    private const int Bytes = 64 * 1024;

    /// <summary>A row of the largest size and one that is larger, by what makes it so.</summary>
    public static TheoryData<string> Rows =>
        ["time", "text", "bytes", "row", "columns", "partition key's length", "row key's length", "/", "\\", "#", "?", "\t", "\u0085"];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Row_is_taken_up_to_the_limit_and_not_beyond(string what)
    {
        var (fits, beyond) = what switch
        {
            "time" => (Row(TableLimits.EarliestTime), Row(TableLimits.EarliestTime.AddTicks(-1))),
            "text" => (Row(new string('x', Text)), Row(new string('x', Text + 1))),
            "bytes" => (Row(new byte[Bytes]), Row(new byte[Bytes + 1])),
            "row" => (Row([.. Enumerable.Repeat(new string('x', Text), 15)]), Row([.. Enumerable.Repeat(new string('x', Text), 16)])),
            "columns" => (Row([.. Enumerable.Repeat((object)1, 252)]), Row([.. Enumerable.Repeat((object)1, 253)])),
            "partition key's length" => (new TableEntity(new string('k', 512), "r"), new TableEntity(new string('k', 513), "r")),
            "row key's length" => (new TableEntity("p", new string('k', 512)), new TableEntity("p", new string('k', 513))),
            _ => (new TableEntity("p", "a b'%~ü"), new TableEntity("p", $"a{what}b")),
        };
        TableLimits.Check(fits);
        Assert.Throws<ArgumentException>(() => TableLimits.Check(beyond));

        var raw = new TableClient(azurite.ConnectionString, $"t{Guid.NewGuid():n}");
        await raw.CreateAsync();
        await raw.UpsertEntityAsync(fits);
        await RefusedAsync(() => raw.AddEntityAsync(beyond));
        await RefusedAsync(() => raw.UpsertEntityAsync(beyond));
        await RefusedAsync(() => raw.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Add, beyond)]));
        if (what.Length == 1)
        {
            await RefusedAsync(() => raw.GetEntityIfExistsAsync<TableEntity>("p", beyond.RowKey));
            await RefusedAsync(() => raw.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Delete, beyond)]));
        }
    }

    [Fact]
    public async Task Key_and_filter_are_looked_at_in_every_call_that_has_them()
    {
        var table = NewTables().Live;
        await Assert.ThrowsAsync<ArgumentException>(() => table.FindAsync<Widget>("1", "a/b", CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => table.FindAsync<Widget>(new string('k', 513), "a", CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => table.DeleteAsync("1", "a#b", CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => table.DeleteRowsAsync("1", ["a?b"], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => table.TryInsertAsync("1", "a\\b", new Widget(), CancellationToken.None));

        var raw = new TableClient(azurite.ConnectionString, $"t{Guid.NewGuid():n}");
        await raw.CreateAsync();
        TableLimits.CheckFilter(Comparisons(15));
        await foreach (var _ in raw.QueryAsync<TableEntity>(Comparisons(15))) Assert.Fail("The table is empty.");
        Assert.Throws<ArgumentException>(() => TableLimits.CheckFilter(Comparisons(16)));
        await RefusedAsync(async () => await raw.QueryAsync<TableEntity>(Comparisons(16)).GetAsyncEnumerator().MoveNextAsync());

        // What is quoted is no comparison.
        static string Comparisons(int count) =>
            string.Join(" and ", Enumerable.Range(0, count).Select(number => $"RowKey ne ' it''s eq ne {number} '"));
    }

    [Fact]
    public void Time_that_is_not_there_is_not_stored()
    {
        Assert.DoesNotContain(RowCodec.Write("1", "w", new SubscriptionState()), column => column.Value is DateTimeOffset);
        Assert.Throws<ArgumentException>(() => RowCodec.Write("1", "m", new DueMark()));
    }

    [Theory]
    [InlineData(RowWrite.Insert)]
    [InlineData(RowWrite.Replace)]
    [InlineData(RowWrite.Transaction)]
    public async Task Every_way_to_write_a_row_refuses_one_that_is_too_large(RowWrite way)
    {
        var table = NewTables().Live;
        var level = new Level { Html = new string('x', Text + 1) };
        await Assert.ThrowsAsync<ArgumentException>(() => way switch
        {
            RowWrite.Insert => table.TryInsertAsync("1", "l", level, CancellationToken.None),
            RowWrite.Replace => table.TryReplaceAsync("1", "l", level, ETag.All, CancellationToken.None),
            _ => Task.Run(() => new Batch("1").Upsert("l", level)),
        });
    }

    public enum RowWrite
    {
        Insert,
        Replace,
        Transaction,
    }

    private Tables NewTables() =>
        new(Options.Create(new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = $"t{Guid.NewGuid():n}" }), []);

    private static TableEntity Row(params object[] values)
    {
        var row = new TableEntity("p", "r");
        for (var index = 0; index < values.Length; index++) row[$"C{index}"] = values[index];
        return row;
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<RequestFailedException>(call)).Status);
}

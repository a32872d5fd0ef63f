using Azure.Data.Tables;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Deployment;

[Trait("Category", "Slow")]
public sealed class TableBackupTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    [Fact]
    public async Task Restored_tables_have_the_rows_of_the_backup_and_no_others()
    {
        var table = new TableClient(azurite.OtherConnectionString, "Things");
        await table.CreateAsync();
        var kept = new TableEntity("1", "d|a b")
        {
            ["Text"] = "a \"quoted\"\nline",
            ["Int"] = -1,
            ["Long"] = long.MaxValue,
            ["Double"] = 0.1,
            ["Bool"] = true,
            ["Time"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            ["Guid"] = Guid.NewGuid(),
            ["Bytes"] = new byte[] { 0, 1, 255 },
        };
        var overwritten = new TableEntity("1", "d|c") { ["Text"] = "before", ["Only"] = "before" };
        await table.AddEntityAsync(kept);
        await table.AddEntityAsync(overwritten);
        var before = await RowsAsync(table);

        using var folder = new TempFolder();
        Assert.Contains("Things: 2 rows", await RunAsync("backup", folder.Path), StringComparison.Ordinal);
        await table.DeleteEntityAsync(kept.PartitionKey, kept.RowKey);
        await table.UpsertEntityAsync(new TableEntity("1", "d|c") { ["Text"] = "after", ["More"] = 1 }, TableUpdateMode.Replace);
        await table.AddEntityAsync(new TableEntity("2", "added"));
        Assert.Contains("Things: 2 rows restored, 1 others removed", await RunAsync("restore", folder.Path), StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync(table));
    }

    [Fact]
    public async Task Backup_is_for_its_owner_only_also_where_it_replaces_one_that_others_could_read()
    {
        if (OperatingSystem.IsWindows()) return;
        await new TableClient(azurite.OtherConnectionString, "Private").CreateIfNotExistsAsync();
        using var parent = new TempFolder();
        var folder = parent.File("backup");
        await RunAsync("backup", folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var file = Path.Combine(folder, "Private.jsonl");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await RunAsync("backup", folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private async Task<string> RunAsync(string verb, string folder) =>
        (
            await Command.RunAsync(
                "dotnet",
                ["run", Repository.File("infra", "tables.cs"), "--", verb, azurite.OtherConnectionString, folder],
                []
            )
        ).Succeeded();

    /// <summary>Every property with its type and value, in an order of its own.</summary>
    private static async Task<List<string>> RowsAsync(TableClient table)
    {
        var rows = new List<string>();
        await foreach (var row in table.QueryAsync<TableEntity>())
            rows.Add(
                string.Join(
                    ", ",
                    row.Where(property => property.Key is not ("Timestamp" or "odata.etag"))
                        .OrderBy(property => property.Key, StringComparer.Ordinal)
                        .Select(property =>
                            $"{property.Key}: {property.Value.GetType().Name}"
                            + $" {(property.Value is BinaryData bytes ? Convert.ToHexString(bytes) : property.Value)}"
                        )
                )
            );
        return rows;
    }
}

#:package Azure.Data.Tables
#:package Azure.Identity
#:property PublishAot=false

// Copies all tables of a storage account to a folder, and back. See docs/operations.md, "Backup and restore".
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Identity;

const int Parallelism = 16;

if (args is not ["backup" or "restore", var storage, var folder])
{
    Console.Error.WriteLine("usage: dotnet run infra/tables.cs -- backup|restore SERVICE_URI|CONNECTION_STRING FOLDER");
    return 1;
}
var service = storage.StartsWith("https://", StringComparison.Ordinal)
    ? new TableServiceClient(new Uri(storage), new DefaultAzureCredential())
    : new TableServiceClient(storage);
await (args[0] == "backup" ? BackUpAsync() : RestoreAsync());
return 0;

async Task BackUpAsync()
{
    CreateFolder();
    await foreach (var table in service.QueryAsync())
    {
        var rows = 0;
        await using (var writer = Create(Path.Combine(folder, $"{table.Name}.jsonl")))
        {
            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                await writer.WriteLineAsync(
                    JsonSerializer.Serialize(row.Where(IsStored).ToDictionary(property => property.Key, property => Write(property.Value)))
                );
                rows++;
            }
        }
        Console.WriteLine($"{table.Name}: {rows} rows");
    }
}

// A folder that is there already stays as it is: it may hold more than backups.
void CreateFolder()
{
    if (OperatingSystem.IsWindows())
        Directory.CreateDirectory(folder);
    else
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}

// A file that is there already goes first: a new mode would not keep out whoever has it open.
static StreamWriter Create(string file)
{
    File.Delete(file);
    var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
    if (!OperatingSystem.IsWindows())
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    return new StreamWriter(file, options);
}

// Rows that are not in the backup go too, so that a claim made since then holds nothing that the restored accounts lack.
async Task RestoreAsync()
{
    foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl"))
    {
        var table = service.GetTableClient(Path.GetFileNameWithoutExtension(file));
        await table.CreateIfNotExistsAsync();
        var left = new HashSet<(string, string)>();
        await foreach (var row in table.QueryAsync<TableEntity>(select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)]))
            left.Add((row.PartitionKey, row.RowKey));
        var rows = 0;
        await Parallel.ForEachAsync(
            File.ReadLinesAsync(file),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (line, token) =>
            {
                var properties = JsonSerializer.Deserialize<Dictionary<string, string[]>>(line)!;
                var row = new TableEntity(properties.ToDictionary(property => property.Key, property => Read(property.Value)));
                await table.UpsertEntityAsync(row, TableUpdateMode.Replace, token);
                lock (left)
                    left.Remove((row.PartitionKey, row.RowKey));
                Interlocked.Increment(ref rows);
            }
        );
        await Parallel.ForEachAsync(
            left,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (key, token) => await table.DeleteEntityAsync(key.Item1, key.Item2, cancellationToken: token)
        );
        Console.WriteLine($"{table.Name}: {rows} rows restored, {left.Count} others removed");
    }
}

static bool IsStored(KeyValuePair<string, object> property) => property.Key is not (nameof(TableEntity.Timestamp) or "odata.etag");

static string[] Write(object value) => value switch
{
    string text => ["string", text],
    int number => ["int", number.ToString(CultureInfo.InvariantCulture)],
    long number => ["long", number.ToString(CultureInfo.InvariantCulture)],
    double number => ["double", number.ToString("R", CultureInfo.InvariantCulture)],
    bool flag => ["bool", flag ? "true" : "false"],
    DateTimeOffset time => ["time", time.ToString("O", CultureInfo.InvariantCulture)],
    Guid guid => ["guid", guid.ToString()],
    byte[] bytes => ["bytes", Convert.ToBase64String(bytes)],
    BinaryData bytes => ["bytes", Convert.ToBase64String(bytes)],
    _ => throw new NotSupportedException($"A table has no values of the type {value.GetType()}."),
};

static object Read(string[] value) => value switch
{
    ["string", var text] => text,
    ["int", var text] => int.Parse(text, CultureInfo.InvariantCulture),
    ["long", var text] => long.Parse(text, CultureInfo.InvariantCulture),
    ["double", var text] => double.Parse(text, CultureInfo.InvariantCulture),
    ["bool", var text] => text == "true",
    ["time", var text] => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
    ["guid", var text] => Guid.Parse(text),
    ["bytes", var text] => Convert.FromBase64String(text),
    _ => throw new FormatException("The backup has a value of an unknown type."),
};

using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Status;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Storage;

/// <summary>The storage kit over a real Azurite.</summary>
[Trait("Category", "Slow")]
public sealed class StorageTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IAsyncLifetime
{
    private const int AccountId = 1;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly ProbePolicy probe = new();
    private readonly string prefix = $"t{Guid.NewGuid():n}";
    private Tables tables = null!;
    private DueMarks marks = null!;
    private LiveTable live = null!;

    public async Task InitializeAsync()
    {
        var options = new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = prefix };
        tables = new Tables(
            Options.Create(options),
            [new HttpPipelineConfiguration(client => client.AddPolicy(probe, HttpPipelinePosition.PerRetry))]
        );
        marks = new DueMarks(tables, time);
        live = new LiveTable(tables, marks, time);
        Assert.Empty(await marks.ListAsync(CancellationToken.None));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string> FirstCalls => ["read", "range", "insert", "upsert", "transaction"];

    [Theory]
    [MemberData(nameof(FirstCalls))]
    public async Task Missing_tables_are_made_by_whatever_call_is_the_first(string call)
    {
        var freshPrefix = $"t{Guid.NewGuid():n}";
        var fresh = new Tables(
            Options.Create(new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = freshPrefix }),
            []
        );
        var batch = new Batch("1");
        batch.Insert("w", new Widget());
        await (call switch
        {
            "read" => fresh.Live.FindAsync<Widget>("1", "w", CancellationToken.None),
            "range" => new DueMarks(fresh, time).ListAsync(CancellationToken.None),
            "insert" => fresh.Claims.TryInsertAsync("1", "w", new Widget(), CancellationToken.None),
            "upsert" => new DueMarks(fresh, time).EnsureAsync(AccountId, CancellationToken.None).AsTask(),
            _ => (Task)fresh.Live.CommitAsync(batch, CancellationToken.None),
        });
        var live = new TableClient(azurite.ConnectionString, freshPrefix + Tables.LiveName);
        await foreach (var row in live.QueryAsync<TableEntity>()) Assert.Equal("transaction", call);
        Assert.Equal(call == "upsert" ? 1 : 0, (await new DueMarks(fresh, time).ListAsync(CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(Layout.Current + 1)]
    public async Task Data_of_another_layout_are_refused_and_left_alone(int? layout)
    {
        var name = $"t{Guid.NewGuid():n}Claims";
        var claims = new TableClient(azurite.ConnectionString, name);
        await claims.CreateAsync();
        await claims.AddEntityAsync(new TableEntity("account", "0000000007"));
        if (layout is not null) await claims.AddEntityAsync(new TableEntity("layout", "layout") { ["Number"] = layout });
        var options = Options.Create(new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = name[..^6] });
        var refused = new Tables(options, []);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Assert.ThrowsAsync<LayoutException>(() => refused.Live.FindAsync<Widget>("1", "w", CancellationToken.None));
            Assert.Contains(
                $"layout {layout ?? 0}; this version reads layout {Layout.Current} only",
                error.Message,
                StringComparison.Ordinal
            );
        }
        await claims.DeleteEntityAsync("account", "0000000007");
        await claims.DeleteEntityAsync("layout", "layout");
        Assert.Null(await refused.Live.FindAsync<Widget>("1", "w", CancellationToken.None));
    }

    [Fact]
    public async Task Tables_that_went_under_a_running_process_come_back_with_their_layout()
    {
        var options = Options.Create(
            new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = $"t{Guid.NewGuid():n}" }
        );
        var running = new Tables(options, []);
        Assert.True(await running.Claims.TryInsertAsync("account", "0000000007", new Widget(), CancellationToken.None));
        await new TableClient(azurite.ConnectionString, $"{options.Value.NamePrefix}Claims").DeleteAsync();
        Assert.True(await running.Claims.TryInsertAsync("account", "0000000008", new Widget(), CancellationToken.None));
        Assert.NotNull(await new Tables(options, []).Claims.FindAsync<Widget>("account", "0000000008", CancellationToken.None));
    }

    [Fact]
    public async Task Layout_is_checked_once_in_a_process_and_noted_in_an_empty_storage()
    {
        var calls = probe.Calls;
        await live.FindAsync<Widget>(AccountId, "w", CancellationToken.None);
        Assert.Equal(1, probe.Calls - calls);
        Assert.NotNull(await tables.Claims.FindAsync<Widget>("layout", "layout", CancellationToken.None));
    }

    [Fact]
    public async Task Commit_on_a_stale_etag_is_a_conflict_and_changes_nothing()
    {
        await CommitAsync(batch => batch.Insert("w", new Widget { Name = "first" }));
        var stale = (await FindAsync())!;
        await CommitAsync(batch => batch.Replace("w", new Widget { Name = "second" }, stale.ETag));
        await Assert.ThrowsAsync<ConflictException>(() => CommitAsync(batch =>
        {
            batch.Insert("other", new Widget());
            batch.Replace("w", new Widget { Name = "third" }, stale.ETag);
        }));
        Assert.Equal("second", (await FindAsync())!.Value.Name);
        Assert.Null(await live.FindAsync<Widget>(AccountId, "other", CancellationToken.None));
    }

    [Fact]
    public async Task Commit_whose_answer_is_lost_is_recognised_as_ours()
    {
        await CommitAsync(batch => batch.Insert("w", new Widget { Name = "first" }));
        var row = (await FindAsync())!;
        probe.LoseNextBatchAnswer = true;
        await CommitAsync(batch => batch.Replace("w", new Widget { Name = "second" }, row.ETag));
        Assert.False(probe.LoseNextBatchAnswer);
        Assert.Equal("second", (await FindAsync())!.Value.Name);
    }

    [Fact]
    public async Task Operations_go_after_a_minute_in_the_read_of_the_rows_behind_them()
    {
        await CommitAsync(batch => batch.Insert("p|1", new Widget { Id = 1 }));
        Assert.True((await SweepAsync()).OperationsLeft);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.False((await SweepAsync()).OperationsLeft);
        var calls = probe.Calls;
        var swept = await SweepAsync();
        Assert.Equal((1, false, 1), (swept.Agents.Count, swept.OperationsLeft, probe.Calls - calls));
    }

    /// <summary>A busy account has thousands of them.</summary>
    [Fact]
    public async Task Operations_of_the_last_minute_are_passed_by()
    {
        await CommitAsync(batch => batch.Insert("p|1", new Widget { Id = 1 }));
        var (operation, partition) = ($"{LiveKeys.Operations}{TableKey.Time(time.GetUtcNow())}", LiveTable.Partition(AccountId));
        foreach (var chunk in Enumerable.Range(0, 2 * Table.RowsPerRead).Chunk(Batch.MaxActions))
        {
            var batch = new Batch(partition);
            foreach (var number in chunk) batch.Insert($"{operation}|{number:D6}", new Widget());
            Assert.NotNull(await live.TryCommitAsync(batch, CancellationToken.None));
        }
        var calls = probe.Calls;
        var swept = await SweepAsync();
        Assert.Equal((1, true, 2), (swept.Agents.Count, swept.OperationsLeft, probe.Calls - calls));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(2 * Table.RowsPerRead + 1, (await SweepAsync()).OldOperations.Count);
    }

    [Fact]
    public async Task Due_mark_costs_a_call_only_when_its_time_runs_out()
    {
        var calls = probe.Calls;
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        Assert.Equal(1, probe.Calls - calls);
        time.Advance(TimeSpan.FromSeconds(51));
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        Assert.Equal(2, probe.Calls - calls);
    }

    [Fact]
    public async Task Due_mark_is_written_anew_where_its_table_went_under_the_process()
    {
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        await Client(Tables.DueName).DeleteAsync();
        Assert.Empty(await marks.ListAsync(CancellationToken.None));
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        Assert.Single(await marks.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Due_mark_that_was_renewed_since_it_was_listed_stays()
    {
        await marks.EnsureAsync(AccountId, CancellationToken.None);
        var listed = Assert.Single(await marks.ListAsync(CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(70));
        await new DueMarks(tables, time).EnsureAsync(AccountId, CancellationToken.None);
        await marks.RemoveAsync(listed, CancellationToken.None);
        var renewed = Assert.Single(await marks.ListAsync(CancellationToken.None));
        await marks.RemoveAsync(renewed, CancellationToken.None);
        Assert.Empty(await marks.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Claim_is_one_accounts_until_it_is_seen_abandoned()
    {
        var claims = new Claims(tables, time);
        var key = ClaimKey.Name("sales");
        Assert.True(await TakeAsync(claims, key, 1, inUse: true));
        Assert.True(await TakeAsync(claims, key, 1, inUse: true));
        Assert.False(await TakeAsync(claims, key, 2, inUse: false));
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(await TakeAsync(claims, key, 2, inUse: true));
        var old = (await claims.FindAsync(key, CancellationToken.None))!;
        Assert.True(await TakeAsync(claims, key, 2, inUse: false));
        await claims.ReleaseAsync(key, old.ETag, CancellationToken.None);
        Assert.Equal(2, (await claims.FindAsync(key, CancellationToken.None))!.Value.AccountId);
    }

    [Fact]
    public async Task Snapshot_is_never_replaced_by_an_older_one()
    {
        var store = new SnapshotStore(tables);
        var asOf = time.GetUtcNow();
        await store.SaveAsync(At(Report(1), asOf), CancellationToken.None);
        await store.SaveAsync(At(Report(2), asOf.AddSeconds(-1)), CancellationToken.None);
        var stored = (await store.LoadAsync(AccountId))!;
        Assert.Equal(asOf, stored.AsOf);
        Assert.Equal(1, OperatorsIn(await PlainAsync(stored, SnapshotVariant.Json)));
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(1_500, true)]
    public async Task Large_snapshot_is_chunked_and_its_chunks_go_a_minute_after_it(int operators, bool firstVariantFitsARow)
    {
        var store = new SnapshotStore(tables);
        var (before, asOf) = (time.GetUtcNow(), time.GetUtcNow().AddSeconds(5));
        await store.SaveAsync(At(Report(1), before), CancellationToken.None);
        var large = Report(operators);
        await store.SaveAsync(At(large, asOf), CancellationToken.None);
        var stored = (await store.LoadAsync(AccountId))!;
        var first = await stored.BodyAsync(SnapshotVariant.All[0]);
        Assert.Equal(firstVariantFitsARow, first.Gzip.Length <= TableLimits.MaxValueBytes);
        var (status, report) = (At(large, asOf), StatusReport.Of(large));
        status = status.After(new Dictionary<long, int> { [LiveMinute.Of(before)] = 0, [LiveMinute.Of(asOf)] = 0 });
        foreach (var variant in SnapshotVariant.All)
        {
            using var written = new MemoryStream();
            variant.Write(status, report, written);
            Assert.Equal(written.ToArray(), await PlainAsync(stored, variant));
        }
        Assert.True(await CountAsync() > 4);

        await store.SaveAsync(At(Report(1), asOf.AddSeconds(5)), CancellationToken.None);
        Assert.True(await CountAsync() > 4);
        await store.SaveAsync(At(Report(1), asOf.AddSeconds(70)), CancellationToken.None);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Two_that_store_a_large_snapshot_of_the_same_time_leave_the_whole_of_one()
    {
        var store = new SnapshotStore(tables);
        var asOf = time.GetUtcNow();
        await store.SaveAsync(At(Report(1), asOf.AddSeconds(-5)), CancellationToken.None);
        probe.BeforeNextPut = () => store.SaveAsync(At(Report(5_000), asOf), CancellationToken.None);
        await store.SaveAsync(At(Report(10_000), asOf), CancellationToken.None);
        Assert.Null(probe.BeforeNextPut);
        var stored = (await store.LoadAsync(AccountId))!;
        Assert.Equal(5_000, OperatorsIn(await PlainAsync(stored, SnapshotVariant.Json)));
    }

    [Fact]
    public async Task Reader_of_a_generation_that_has_gone_since_gets_the_present_one()
    {
        var store = new SnapshotStore(tables);
        var asOf = time.GetUtcNow();
        var (large, larger, small) = (Report(10_000), Report(10_001), Report(1));
        await store.SaveAsync(At(large, asOf), CancellationToken.None);
        var (chunked, inline) = ((await store.LoadAsync(AccountId))!, (await store.LoadAsync(AccountId))!);
        var variant = SnapshotVariant.Json;

        // The timer stood still for more than a minute; the first of its ticks keeps what was there, the next one does not.
        foreach (var seconds in new[] { 90, 95 })
            await store.SaveAsync(At(larger, asOf.AddSeconds(seconds)), CancellationToken.None);
        Assert.Equal(10_001, OperatorsIn(await PlainAsync(chunked, variant)));
        await store.SaveAsync(At(small, asOf.AddSeconds(200)), CancellationToken.None);
        Assert.Equal(1, OperatorsIn(await PlainAsync(inline, variant)));
        await store.RemoveAsync(AccountId, CancellationToken.None);
        var gone = await Assert.ThrowsAsync<DomainException>(() => inline.BodyAsync(SnapshotVariant.Xml));
        Assert.Equal(ErrorKind.Unavailable, gone.Kind);
    }

    [Fact]
    public async Task Reader_of_chunks_that_are_going_gets_no_part_of_them()
    {
        var store = new SnapshotStore(tables);
        var asOf = time.GetUtcNow();
        await store.SaveAsync(At(Report(10_000), asOf), CancellationToken.None);
        var stored = (await store.LoadAsync(AccountId))!;
        await store.SaveAsync(At(Report(1), asOf.AddSeconds(5)), CancellationToken.None);
        var chunks = await tables.Snapshots.KeysAsync(LiveTable.Partition(AccountId), "chunk|", CancellationToken.None).ToListAsync();
        foreach (var key in chunks.Where(key => key.EndsWith("|0000000001", StringComparison.Ordinal)))
            await tables.Snapshots.DeleteAsync(LiveTable.Partition(AccountId), key, CancellationToken.None);
        var variant = SnapshotVariant.Json;
        Assert.Equal(1, OperatorsIn(await PlainAsync(stored, variant)));
    }

    private static Task<bool> TakeAsync(Claims claims, ClaimKey key, int accountId, bool inUse) =>
        claims.TakeAsync(key, accountId, ClaimHolder.Queue, _ => Task.FromResult(inUse), CancellationToken.None);

    /// <summary>An account whose agents have names that do not pack well.</summary>
    private AccountStatus Report(int operators)
    {
        var random = new Random(operators);
        var directory = Directories.Of([
            .. Enumerable.Range(1, operators).Select(id => Directories.Agent(id) with { DisplayName = $"{random.NextInt64():x}" }),
        ]);
        var states = directory.All<Agent>().Select(agent =>
            new AgentState().Follow(directory, agent) with { Status = PresenceStatus.Available });
        var now = time.GetUtcNow();
        return AccountStatus.Of(directory, states, [], [], DayFigures.None("UTC", now), now, TimeSpan.Zero);
    }

    private static AccountStatus At(AccountStatus status, DateTimeOffset asOf) => status with { AccountId = AccountId, AsOf = asOf };

    private static int OperatorsIn(byte[] json) => JsonDocument.Parse(json).RootElement.GetProperty("operators").GetArrayLength();

    private static async Task<byte[]> PlainAsync(StoredSnapshot snapshot, SnapshotVariant variant)
    {
        var body = await snapshot.BodyAsync(variant);
        await using var plain = body.OpenPlain();
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes);
        Assert.Equal(body.PlainLength, bytes.Length);
        return bytes.ToArray();
    }

    private async Task<int> CountAsync()
    {
        var count = 0;
        await foreach (var _ in Client(Tables.SnapshotsName).QueryAsync<TableEntity>()) count++;
        return count;
    }

    private TableClient Client(string table) => new(azurite.ConnectionString, prefix + table);

    private Task<Row<Widget>?> FindAsync() => live.FindAsync<Widget>(AccountId, "w", CancellationToken.None);

    private Task<LiveRows> SweepAsync() => LiveRows.SweepAsync(live, AccountId, time.GetUtcNow(), CancellationToken.None);

    private Task<Committed> CommitAsync(Action<Batch> fill)
    {
        var batch = new Batch(LiveTable.Partition(AccountId));
        fill(batch);
        return live.CommitAsync(AccountId, batch, null, CancellationToken.None);
    }

    /// <summary>
    /// Counts the calls and, on demand, loses a transaction's answer, so that the client sends it again, or does something
    /// before a row is replaced.
    /// </summary>
    private sealed class ProbePolicy : HttpPipelinePolicy
    {
        public int Calls { get; private set; }

        public bool LoseNextBatchAnswer { get; set; }

        public Func<Task>? BeforeNextPut { get; set; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Calls++;
            if (BeforeNextPut is { } act && message.Request.Method == RequestMethod.Put)
            {
                BeforeNextPut = null;
                await act();
            }
            await ProcessNextAsync(message, pipeline);
            if (!LoseNextBatchAnswer || !message.Request.Uri.ToString().Contains("$batch", StringComparison.Ordinal)) return;
            LoseNextBatchAnswer = false;
            throw new IOException("The answer was lost.");
        }
    }
}

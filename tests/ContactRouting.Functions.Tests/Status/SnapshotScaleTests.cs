using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace ContactRouting.Tests.Status;

/// <summary>
/// The timer's snapshot of an account, beside a bare read of the same rows. SNAPSHOT_SCALE=10000,200,20000 says how many agents,
/// queues and waiting contacts there are, and has both measured.
/// </summary>
[Trait("Category", "Slow")]
public sealed class SnapshotScaleTests(AzuriteServer azurite, ITestOutputHelper output) : IClassFixture<AzuriteServer>
{
    private const int Rounds = 9, WarmUps = 4, QueuesOfAgent = 3;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string? Scale = Environment.GetEnvironmentVariable("SNAPSHOT_SCALE");

    // At noon: in a day's first hour the figures are read of two days.
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly string prefix = $"t{Guid.NewGuid():n}";

    [Fact]
    public async Task Snapshot_of_many_is_complete()
    {
        int[] sizes = [.. (Scale ?? "200,20,400").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        var (agents, queues, waiting) = (sizes[0], sizes[1], sizes[2]);
        var counter = new StorageCounter();
        var counted = AppServices.Create(azurite.ConnectionString, prefix, time, [counter.Configuration]);
        var accountId = await counted.CreateAccountAsync();
        await FillAsync(counted, accountId, agents, queues, waiting);
        await counted.Get<DirectoryStore>().GetAsync(accountId, None);
        await SnapshotAsync(counted, accountId);
        await AssertCompleteAsync(counted, accountId, agents, queues, waiting);

        var (calls, rows) = await counter.CostAsync(() => SnapshotAsync(counted, accountId));
        output.WriteLine($"{agents} agents, {queues} queues, {waiting} waiting: {calls} calls, {rows} rows");
        if (Scale is null) Assert.Equal(5, calls);
        else await MeasureAsync(accountId);
    }

    /// <summary>Pages of a range are read one after the other.</summary>
    [Fact]
    public async Task Contact_that_moves_on_while_the_pages_are_read_counts_once_where_it_was_found_last()
    {
        var app = AppServices.Create(azurite.ConnectionString, prefix, time);
        var accountId = await app.CreateAccountAsync();
        await FillAsync(app, accountId, agents: 1, queues: 2, waiting: 1);
        var moved = new Batch(LiveTable.Partition(accountId));
        foreach (var (key, row) in ContactRows.Derived(Waiting(0, queueId: 2, time.GetUtcNow())))
        {
            if (key.StartsWith(LiveKeys.Lines, StringComparison.Ordinal)) moved.Insert(key, row);
        }
        Assert.NotNull(await app.Get<LiveTable>().TryCommitAsync(moved, None));
        await app.Get<AccountVisits>().SweepAsync(None);
        await AssertCompleteAsync(app, accountId, agents: 1, queues: 2, waiting: 1);
        var rows = await LiveRows.SweepAsync(app.Get<LiveTable>(), accountId, time.GetUtcNow(), None);
        Assert.Equal(2, Assert.Single(rows.Waiting).Line.QueueId);
    }

    /// <summary>As a visit makes and stores it: the head, the live rows, the day's figures, the snapshot before, and the new one.</summary>
    private async Task SnapshotAsync(IServiceProvider app, int accountId, Action<string>? lap = null)
    {
        time.Advance(TimeSpan.FromSeconds(5));
        var asOf = time.GetUtcNow();
        var live = app.Get<LiveTable>();
        var head = await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, None);
        var rows = await LiveRows.SweepAsync(live, accountId, asOf, None);
        lap?.Invoke("rows");
        var directory = await app.Get<DirectoryStore>().FindAsync(accountId, head!, None);
        var status = await app.Get<StatusBuilder>().BuildAsync(directory!, rows, asOf, None);
        lap?.Invoke("status");
        await app.Get<SnapshotStore>().SaveAsync(status, None);
        lap?.Invoke("rendered and stored");
    }

    private async Task ReadAsync(TableClient table, int accountId)
    {
        await foreach (var _ in Entities(table, accountId))
        {
        }
    }

    private Azure.AsyncPageable<TableEntity> Entities(TableClient table, int accountId)
    {
        var range = new KeyRange(LiveKeys.Outbox, LiveKeys.Timers + TableKey.Time(time.GetUtcNow()));
        return table.QueryAsync<TableEntity>(range.FilterIn(LiveTable.Partition(accountId)), Table.RowsPerRead);
    }

    private static async Task<long> HeldAsync<T>(Func<Task<T>> make)
    {
        // Off the stack of whoever measured before: what they made is collected.
        await Task.Yield();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var made = await make();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(made);
        return held;
    }

    private async Task MeasureAsync(int accountId)
    {
        var app = AppServices.Create(azurite.ConnectionString, prefix, time);
        await app.Get<DirectoryStore>().GetAsync(accountId, None);
        var table = app.ClientOf("Live");
        var (bare, snapshots) = (new List<Cost>(), new List<Cost>());
        var laps = new Dictionary<string, List<TimeSpan>>(StringComparer.Ordinal);
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var (read, clock) = (await CostAsync(() => ReadAsync(table, accountId)), Stopwatch.StartNew());
            var phases = new List<(string Name, TimeSpan Time)>();
            var snapshot = await CostAsync(() => SnapshotAsync(app, accountId, name =>
            {
                phases.Add((name, clock.Elapsed));
                clock.Restart();
            }));
            if (round < WarmUps) continue;
            bare.Add(read);
            snapshots.Add(snapshot);
            foreach (var (name, elapsed) in phases) (laps.TryGetValue(name, out var known) ? known : laps[name] = []).Add(elapsed);
        }
        Tell("bare read", bare);
        Tell("snapshot", snapshots);
        foreach (var (name, times) in laps) output.WriteLine($"  {name}: {Median(times).TotalMilliseconds:N0} ms");
        var duration = Median(snapshots.Select(cost => cost.Time)) / Median(bare.Select(cost => cost.Time));
        var cpu = Median(snapshots.Select(cost => cost.Cpu)) / Median(bare.Select(cost => cost.Cpu));
        output.WriteLine($"snapshot / bare read: {duration:N2} of the time, {cpu:N2} of the CPU");
        var entities = await HeldAsync(async () => await Entities(table, accountId).ToListAsync());
        var rows = await HeldAsync(() => LiveRows.SweepAsync(app.Get<LiveTable>(), accountId, time.GetUtcNow(), None));
        output.WriteLine($"memory of the rows: {entities / 1e6:N1} MB as they come, {rows / 1e6:N1} MB as a visit holds them");
        var stored = await app.Get<SnapshotStore>().LoadAsync(accountId);
        var sizes = await Task.WhenAll(SnapshotVariant.All.Select(async variant =>
            $"{variant.Key} {(await stored!.BodyAsync(variant)).Gzip.Length / 1e3:N0} kB"));
        output.WriteLine($"packed: {string.Join(", ", sizes)}");
    }

    private void Tell(string name, List<Cost> costs) =>
        output.WriteLine(
            $"{name}: {Median(costs.Select(cost => cost.Time)).TotalMilliseconds:N0} ms"
                + $" ({costs.Min(cost => cost.Time).TotalMilliseconds:N0} to {costs.Max(cost => cost.Time).TotalMilliseconds:N0}),"
                + $" CPU {Median(costs.Select(cost => cost.Cpu)).TotalMilliseconds:N0} ms"
        );

    /// <summary>Of this process alone, which is not the storage's.</summary>
    private static async Task<Cost> CostAsync(Func<Task> run)
    {
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await run();
        return new Cost(clock.Elapsed, Environment.CpuUsage.TotalTime - before);
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(Rounds / 2);

    private static async Task AssertCompleteAsync(IServiceProvider app, int accountId, int agents, int queues, int waiting)
    {
        var stored = await app.Get<SnapshotStore>().LoadAsync(accountId);
        await using var plain = (await stored!.BodyAsync(SnapshotVariant.JsonDepartments)).OpenPlain();
        using var report = await JsonDocument.ParseAsync(plain);
        var root = report.RootElement;
        Assert.Equal(waiting, root.GetProperty("global").GetProperty("customers").GetProperty("inqueue").GetInt32());
        Assert.Equal(agents, root.GetProperty("operators").GetArrayLength());
        Assert.Equal(queues, root.GetProperty("departments").GetArrayLength());
        Assert.Equal(waiting, root.GetProperty("departments").EnumerateArray().Sum(queue => queue.GetProperty("inqueue").GetInt32()));
    }

    /// <summary>The rows that a visit reads, and the directory's; none of what it does not read.</summary>
    private async Task FillAsync(IServiceProvider app, int accountId, int agents, int queues, int waiting)
    {
        var now = time.GetUtcNow();
        Queue[] all = [.. Enumerable.Range(1, queues).Select(id => Directories.Queue(id))];
        var directory = Directories.Of(all);
        var batch = new Batch(LiveTable.Partition(accountId));
        foreach (var queue in all) await AddAsync(queue.RowKey, queue);
        foreach (var id in Enumerable.Range(queues + 1, agents))
        {
            var agent = Directories.Agent(id, [.. Enumerable.Range(0, QueuesOfAgent).Select(number => (id + number) % queues + 1)]);
            await AddAsync(agent.RowKey, agent);
            var state = new AgentState().Follow(directory, agent) with { Status = PresenceStatus.Busy, OnlineSince = now };
            await AddAsync(AgentState.RowKey(id), state);
        }
        foreach (var number in Enumerable.Range(0, waiting))
        {
            foreach (var (key, row) in ContactRows.Derived(Waiting(number, number % queues + 1, now)))
            {
                if (key.StartsWith(LiveKeys.Lines, StringComparison.Ordinal)) await AddAsync(key, row);
            }
        }
        await CommitAsync();

        async Task AddAsync(string key, object row)
        {
            batch.Insert(key, row);
            if (batch.Count == Batch.MaxActions) await CommitAsync();
        }

        async Task CommitAsync()
        {
            if (batch.Count > 0) Assert.NotNull(await app.Get<LiveTable>().TryCommitAsync(batch, None));
            batch = new Batch(LiveTable.Partition(accountId));
        }
    }

    private static Contact Waiting(int number, int queueId, DateTimeOffset now) => new()
    {
        Id = $"contact-{number}",
        State = ContactState.Queued,
        QueueId = queueId,
        EnqueuedAt = now.AddMilliseconds(-number),
        WaitingSince = now.AddMilliseconds(-number),
    };

    private readonly record struct Cost(TimeSpan Time, TimeSpan Cpu);
}

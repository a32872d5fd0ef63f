using System.Globalization;
using Azure;
using ContactRouting.Accounts;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Storage;

namespace ContactRouting.Status;

/// <summary>
/// The figures of days: a row for each queue and agent with endings, and one for all, which every transaction replaces. Each
/// transaction takes endings away and adds them up, so each counts once, however many do it and wherever one is stopped.
/// </summary>
internal sealed class FiguresStore(LiveTable live, RememberedAccounts accounts, TimeProvider time)
{
    /// <summary>By whose clock an account's days begin and end: no read of the storage, or one.</summary>
    public async Task<string> TimeZoneAsync(int accountId) =>
        ((await accounts.FindAsync(accountId))?.Settings ?? new AccountSettings()).TimeZone;

    /// <summary>The figures of the day of a time: a range read, and in the first hour of a day one more.</summary>
    public async Task<DayFigures> ReadAsync(int accountId, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var timeZone = await TimeZoneAsync(accountId);
        var day = DayFigures.DayAt(timeZone, asOf);
        var (queues, total) = await RowsAsync(accountId, day, cancellationToken);
        var minutes = total?.Value.AnsweredByMinute ?? DayRow.NoMinutes;
        var before = DayFigures.DayAt(timeZone, asOf.AddMinutes(1 - LiveMinute.Count));
        if (before != day && await live.FindAsync<DayRow>(accountId, TotalKey(before), cancellationToken) is { } yesterday)
            minutes = DayFigures.Sum([.. minutes, .. yesterday.Value.AnsweredByMinute]);
        return new DayFigures(timeZone, day, total?.Value.Sums ?? Sums.None, queues, minutes);
    }

    /// <summary>What an agent's contacts of today add up to: one read, and one where the account is not known.</summary>
    public async Task<Sums> TodayOfAsync(int accountId, int agentId, CancellationToken cancellationToken)
    {
        var day = DayFigures.DayAt(await TimeZoneAsync(accountId), time.GetUtcNow());
        return (await live.FindAsync<Sums>(accountId, AgentKey(day, agentId), cancellationToken))?.Value ?? Sums.None;
    }

    /// <summary>
    /// Adds endings up: for each of their days a range read, and for as many as a transaction holds that, with a read for each of
    /// their agents. Where somebody else does the same, it is left to them.
    /// </summary>
    public async Task SumAsync(AccountDirectory directory, IReadOnlyList<Row<ContactEnding>> endings, CancellationToken cancellationToken)
    {
        if (endings.Count == 0) return;
        var timeZone = await TimeZoneAsync(directory.AccountId);
        foreach (var day in endings.GroupBy(ending => DayFigures.DayAt(timeZone, ending.Value.EndedAt)))
        {
            if (!await SumAsync(directory, day.Key, new Queue<Row<ContactEnding>>(day), cancellationToken)) return;
        }
    }

    /// <summary>The rows of the days before one.</summary>
    public static KeyRange DaysBefore(DateOnly day) => new(LiveKeys.Days, Prefix(day));

    private async Task<bool> SumAsync(
        AccountDirectory directory,
        DateOnly day,
        Queue<Row<ContactEnding>> left,
        CancellationToken cancellationToken
    )
    {
        var accountId = directory.AccountId;
        var (queues, total) = await RowsAsync(accountId, day, cancellationToken);
        while (left.Count > 0)
        {
            var taken = Take(left);
            var agents = await AgentsAsync(accountId, day, taken, cancellationToken);
            var sums = total?.Value ?? new DayRow();
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var ending in taken)
            {
                batch.Delete(ending.Key, ETag.All);
                sums = sums with { Sums = sums.Sums.With(ending.Value, directory) };
                if (ending.Value.QueueId is { } queue)
                    queues[queue] = queues.GetValueOrDefault(queue, Sums.None).With(ending.Value, directory);
                if (ending.Value.AgentId is { } agent) agents[agent] = agents[agent].With(ending.Value, directory);
            }
            var minutes = DayFigures.Sum([.. sums.AnsweredByMinute, .. DayFigures.Minutes(taken.Select(row => row.Value))]);
            sums = sums with { AnsweredByMinute = LiveMinute.Newest(minutes, time.GetUtcNow()) };
            foreach (var queue in taken.Select(ending => ending.Value.QueueId).OfType<int>().Distinct())
                batch.Upsert(QueueKey(day, queue), queues[queue]);
            foreach (var (agent, ofAgent) in agents) batch.Upsert(AgentKey(day, agent), ofAgent);
            if (total is null) batch.Insert(TotalKey(day), sums);
            else batch.Replace(total.Key, sums, total.ETag);
            if (await live.TryCommitAsync(batch, cancellationToken) is not { } committed) return false;
            total = committed.RowOf(TotalKey(day), sums);
        }
        return true;
    }

    /// <summary>As many endings as fit a transaction, with the rows that they are added to.</summary>
    private static List<Row<ContactEnding>> Take(Queue<Row<ContactEnding>> left)
    {
        var (taken, queues, agents) = (new List<Row<ContactEnding>>(), new HashSet<int>(), new HashSet<int>());
        while (left.TryPeek(out var next))
        {
            if (next.Value.QueueId is { } queue) queues.Add(queue);
            if (next.Value.AgentId is { } agent) agents.Add(agent);
            if (taken.Count + 1 + queues.Count + agents.Count + 1 > Batch.MaxActions) break;
            taken.Add(left.Dequeue());
        }
        return taken;
    }

    private async Task<Dictionary<int, Sums>> AgentsAsync(
        int accountId,
        DateOnly day,
        IEnumerable<Row<ContactEnding>> endings,
        CancellationToken cancellationToken
    )
    {
        var ids = endings.Select(ending => ending.Value.AgentId).OfType<int>().Distinct();
        var rows = await Task.WhenAll(ids.Select(async id =>
            (id, Row: await live.FindAsync<Sums>(accountId, AgentKey(day, id), cancellationToken))));
        return rows.ToDictionary(row => row.id, row => row.Row?.Value ?? Sums.None);
    }

    private async Task<(Dictionary<int, Sums> Queues, Row<DayRow>? Total)> RowsAsync(
        int accountId,
        DateOnly day,
        CancellationToken cancellationToken
    )
    {
        var (queues, total) = (new Dictionary<int, Sums>(), (Row<DayRow>?)null);
        var range = new KeyRange(QueuePrefix(day), TotalKey(day) + "!");
        await foreach (var row in live.RangeAsync(accountId, range, cancellationToken))
        {
            if (row.Key == TotalKey(day)) total = row.Read<DayRow>();
            else queues[int.Parse(row.Key[QueuePrefix(day).Length..], CultureInfo.InvariantCulture)] = row.Read<Sums>().Value;
        }
        return (queues, total);
    }

    // Agents come first, queues and the total behind them, so that one range has all that is shown of an account.
    private static string Prefix(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{LiveKeys.Days}{day:yyyy-MM-dd}|");

    private static string AgentKey(DateOnly day, int id) => $"{Prefix(day)}a{TableKey.Number(id)}";

    private static string QueuePrefix(DateOnly day) => $"{Prefix(day)}q";

    private static string QueueKey(DateOnly day, int id) => QueuePrefix(day) + TableKey.Number(id);

    private static string TotalKey(DateOnly day) => $"{Prefix(day)}total";

    private sealed record DayRow
    {
        public static readonly IReadOnlyDictionary<long, int> NoMinutes = new Dictionary<long, int>();

        public Sums Sums { get; init; } = Sums.None;

        public IReadOnlyDictionary<long, int> AnsweredByMinute { get; init; } = NoMinutes;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Events;

/// <summary>A page of what happened.</summary>
/// <param name="Next">The cursor behind it.</param>
/// <param name="HasMore">Whether there is more by now.</param>
internal sealed record EventPage(IReadOnlyList<Event> Events, string Next, bool HasMore);

/// <summary>
/// What happened in an account. An event is first in the row of its commit, by which it is found for a minute; from there the
/// sweep moves it into a table of its own, a partition for each day, once by its time and once by its subject.
/// </summary>
internal sealed partial class EventHistory(Tables tables, LiveTable live, IOptions<EventsOptions> options, TimeProvider time)
{
    /// <summary>How far readers stay behind: until then a commit of that time can still be under way, also by another clock.</summary>
    public static readonly TimeSpan Trail = DueMarks.Margin;

    /// <summary>Keys and cursors begin with a time of so many digits.</summary>
    private const int TimeDigits = 19;

    private const string ByTime = "time|";
    private const string BySubject = "subject|";

    // The days whose rows are known to be listed.
    private readonly ConcurrentDictionary<(int Account, string Day), bool> listed = new();

    /// <summary>The cursor of now: what happens from here on is behind it.</summary>
    public string Latest => CursorOf(time.GetUtcNow());

    /// <summary>The cursor of a time: what happens from then on is behind it.</summary>
    public static string CursorOf(DateTimeOffset at) => Cursor(TableKey.Time(at));

    public static bool IsCursor(string text) => Cursors().IsMatch(text);

    /// <summary>Moves commits into the history and away from the live rows. One that is moved twice is there once.</summary>
    public async Task MoveAsync(int accountId, IReadOnlyList<StoredRow> operations, CancellationToken cancellationToken)
    {
        if (options.Value.History)
        {
            var commits = operations.Select(row => (Key: row.Key[LiveKeys.Operations.Length..], Row: row.Read<Happened>().Value));
            foreach (var day in commits.Where(commit => commit.Row.Events.Count > 0).GroupBy(commit => DayOf(commit.Key)))
            {
                await ListDayAsync(accountId, day.Key, cancellationToken);
                var rows = day.SelectMany(commit => RowsOf(commit.Key, commit.Row));
                await WriteAsync(Partition(accountId, day.Key), rows, cancellationToken);
            }
        }
        await live.DeleteAsync(accountId, operations.Select(row => row.Key), cancellationToken);
    }

    /// <summary>Events in the order of their commits: at most so many commits a page, and as many days as that takes.</summary>
    /// <param name="after">A cursor, or null for the oldest that are kept.</param>
    /// <param name="to">The end, exclusive; by default as near as nothing can come before it any more.</param>
    public async Task<EventPage> ListAsync(
        int accountId,
        string? after,
        int limit,
        CancellationToken cancellationToken,
        DateTimeOffset? to = null
    )
    {
        var end = TableKey.Time(to ?? time.GetUtcNow() - Trail);
        if (after is not null && string.CompareOrdinal(after, end) >= 0) return new EventPage([], after, HasMore: false);

        // In this order: what is moved meanwhile is in the history before it leaves the live rows.
        var commits = new SortedDictionary<string, Happened>(StringComparer.Ordinal);
        await AddAsync(LiveKeys.Operations, range => live.RangeAsync<Happened>(accountId, range, cancellationToken, limit + 1));
        foreach (var day in await DaysAsync(accountId, after, cancellationToken))
        {
            var partition = Partition(accountId, day);
            await AddAsync(ByTime, range => tables.Events.RangeAsync<Happened>(partition, range, cancellationToken, limit + 1));
            if (commits.Keys.Count(key => string.CompareOrdinal(DayOf(key), day) <= 0) > limit) break;
        }
        var page = commits.Take(limit).ToList();
        var hasMore = commits.Count > limit;
        return new EventPage([.. page.SelectMany(commit => commit.Value.Events)], hasMore ? page[^1].Key : Cursor(end), hasMore);

        async Task AddAsync(string prefix, Func<KeyRange, IAsyncEnumerable<Row<Happened>>> read)
        {
            var range = KeyRange.Prefix(prefix).Behind(after is null ? null : prefix + after) with { To = prefix + end };
            await foreach (var row in read(range).Take(limit + 1)) commits[row.Key[prefix.Length..]] = row.Value;
        }
    }

    /// <summary>A subject's events, in their order, as far as they are kept: a read a day, and one of the last minute's commits.</summary>
    /// <param name="since">When the first of them happened.</param>
    public async Task<IReadOnlyList<Event>> ListAsync(
        int accountId,
        Subject subject,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var events = new SortedDictionary<long, Event>();
        var commits = live.RangeAsync<Happened>(accountId, LiveKeys.Operations, cancellationToken);
        await foreach (var happened in commits.SelectMany(row => row.Value.Events))
        {
            if (happened.Subject == subject.ToString()) events[happened.Sequence] = happened;
        }
        foreach (var day in await DaysAsync(accountId, TableKey.Time(since), cancellationToken))
        {
            var rows = tables.Events.RangeAsync<Happened>(Partition(accountId, day), $"{BySubject}{subject.Key}|", cancellationToken);
            await foreach (var happened in rows.SelectMany(row => row.Value.Events)) events[happened.Sequence] = happened;
        }
        return [.. events.Values];
    }

    /// <summary>Removes the days that ended before a time.</summary>
    /// <param name="account">Its partition in other tables.</param>
    public async Task CleanAsync(string account, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var days = tables.Events.KeysAsync(Days(account), new KeyRange(null, DayOf(TableKey.Time(before))), cancellationToken);
        foreach (var day in await days.ToListAsync(cancellationToken))
        {
            await tables.Events.DeleteRangeAsync($"{account}|{day}", KeyRange.All, cancellationToken);
            await tables.Events.DeleteAsync(Days(account), day, cancellationToken);
        }
    }

    /// <summary>Removes everything of an account.</summary>
    public async Task RemoveAsync(int accountId, CancellationToken cancellationToken)
    {
        await CleanAsync(LiveTable.Partition(accountId), DateTimeOffset.MaxValue, cancellationToken);
        foreach (var day in listed.Keys.Where(day => day.Account == accountId)) listed.TryRemove(day, out _);
    }

    private async Task WriteAsync(string partition, IEnumerable<(string Key, Happened Row)> rows, CancellationToken cancellationToken)
    {
        var batch = new Batch(partition);
        foreach (var (key, row) in rows.DistinctBy(row => row.Key))
        {
            if (batch.TryAdd(some => some.Upsert(key, row))) continue;
            await tables.Events.CommitAsync(batch, cancellationToken);
            batch = new Batch(partition);
            batch.Upsert(key, row);
        }
        await tables.Events.CommitAsync(batch, cancellationToken);
    }

    private static IEnumerable<(string Key, Happened Row)> RowsOf(string key, Happened happened) =>
        happened
            .Events.Select(one => ($"{BySubject}{Subject.Parse(one.Subject).Key}|{one.Sequence:D19}", new Happened { Events = [one] }))
            .Prepend((ByTime + key, happened));

    private ValueTask<List<string>> DaysAsync(int accountId, string? after, CancellationToken cancellationToken) =>
        tables.Events
            .KeysAsync(Days(LiveTable.Partition(accountId)), new KeyRange(after is null ? null : DayOf(after), null), cancellationToken)
            .ToListAsync(cancellationToken);

    /// <summary>Lists a day, so that it is found by its readers and in the end removed.</summary>
    private async Task ListDayAsync(int accountId, string day, CancellationToken cancellationToken)
    {
        if (listed.ContainsKey((accountId, day))) return;
        await tables.Events.UpsertAsync(Days(LiveTable.Partition(accountId)), day, new object(), cancellationToken);
        listed[(accountId, day)] = true;
    }

    private static string Cursor(string time) => $"{time}|";

    private static string Days(string account) => $"{account}|days";

    private static string Partition(int accountId, string day) => $"{LiveTable.Partition(accountId)}|{day}";

    /// <param name="key">It begins with a time.</param>
    private static string DayOf(string key) =>
        new DateTime(long.Parse(key.AsSpan(0, TimeDigits), CultureInfo.InvariantCulture), DateTimeKind.Utc)
            .ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-2][0-9]{18}\\|([0-9a-f]{32})?\\z")]
    private static partial Regex Cursors();
}

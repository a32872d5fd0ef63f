using System.Globalization;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Reports;

/// <summary>The chats of days, and how many there were on each day of a month or year. Source: LibraryH3lp's client library.</summary>
internal sealed class Activity(DirectoryStore directories, ContactHistory history)
{
    /// <summary>They are held until all are read.</summary>
    private const int MaxChats = 50_000;

    public Task<Reply> OfYearAsync(int accountId, string year, HttpRequest request, CancellationToken cancellationToken) =>
        CountAsync(accountId, $"{year}-1-1", first => first.AddYears(1), request, cancellationToken);

    public Task<Reply> OfMonthAsync(int accountId, string month, HttpRequest request, CancellationToken cancellationToken) =>
        CountAsync(accountId, $"{month}-1", first => first.AddMonths(1), request, cancellationToken);

    /// <summary>The chats of a day, or with <c>to</c> of all days between both, whichever comes first.</summary>
    public async Task<Reply> OfDayAsync(int accountId, string day, HttpRequest request, CancellationToken cancellationToken)
    {
        var query = Fields.FromQuery(request);
        if (query.Text("format", 20) is { } format && format != "json") throw DomainException.Invalid("format", "must be json.");
        var (days, first) = (LocalDays.Of(request), LocalDays.Date("The path", day));
        var last = query.Text("to", 20) is { } to ? LocalDays.Date("to", to) : first;
        if (last < first) (first, last) = (last, first);
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var chats = new List<HistoryEntry>();
        await foreach (var entry in ReadAsync(accountId, days, first, last, cancellationToken))
        {
            chats.Add(entry);
            if (chats.Count > MaxChats) throw DomainException.Invalid("to", $"must be nearer: there are more than {MaxChats} chats.");
        }
        return Reply.LargeJson(chats.Select(entry => Chat.Show(entry, directory, days, request.Host.Host)));
    }

    /// <summary>A row for each day with chats. Clients read its count beside the date, or within the day.</summary>
    private async Task<Reply> CountAsync(
        int accountId,
        string firstDay,
        Func<DateOnly, DateOnly> next,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (days, first) = (LocalDays.Of(request), LocalDays.Date("The path", firstDay));
        var counts = new SortedDictionary<DateOnly, int>();
        await foreach (var entry in ReadAsync(accountId, days, first, next(first).AddDays(-1), cancellationToken))
        {
            var day = days.DayOf(entry.ArrivedAt);
            counts[day] = counts.GetValueOrDefault(day) + 1;
        }
        return Reply.Json(
            from pair in counts
            let date = pair.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            let count = pair.Value
            select new { date, count, day = new { date, count } }
        );
    }

    private IAsyncEnumerable<HistoryEntry> ReadAsync(
        int accountId,
        LocalDays days,
        DateOnly first,
        DateOnly last,
        CancellationToken cancellationToken
    ) => history.ReadAsync(accountId, days.BeginningOf(first), days.BeginningOf(last.AddDays(1)), cancellationToken);
}

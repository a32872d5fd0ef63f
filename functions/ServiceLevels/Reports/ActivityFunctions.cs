using System.Globalization;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels.Reports;

/// <summary>The chats of days, and how many there were on each day of a month or year. Source: LibraryH3lp's client library.</summary>
internal sealed class ActivityFunctions(LibraryH3lpApi api, DirectoryStore directories, ContactHistory history)
{
    /// <summary>They are held until all are read.</summary>
    private const int MaxChats = 50_000;

    [Function("LibraryH3lpActivityOfYear")]
    public Task<IResult> OfYear(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}")] HttpRequest request,
        string year,
        CancellationToken cancellationToken
    ) => CountAsync(request, () => LocalDays.Date("The path", $"{year}-1-1"), first => first.AddYears(1), cancellationToken);

    [Function("LibraryH3lpActivityOfMonth")]
    public Task<IResult> OfMonth(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}/{month}")] HttpRequest request,
        string year,
        string month,
        CancellationToken cancellationToken
    ) => CountAsync(request, () => LocalDays.Date("The path", $"{year}-{month}-1"), first => first.AddMonths(1), cancellationToken);

    /// <summary>The chats of a day, or with <c>to</c> of all days between both, whichever comes first.</summary>
    [Function("LibraryH3lpActivityOfDay")]
    public Task<IResult> OfDay(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/activity/{year}/{month}/{day}")] HttpRequest request,
        string year,
        string month,
        string day,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller =>
            {
                var query = Fields.FromQuery(request);
                if (query.Text("format", 20) is { } format && format != "json") throw DomainException.Invalid("format", "must be json.");
                var (days, first) = (LocalDays.Of(request), LocalDays.Date("The path", $"{year}-{month}-{day}"));
                var last = query.Text("to", 20) is { } to ? LocalDays.Date("to", to) : first;
                if (last < first) (first, last) = (last, first);
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                var chats = new List<HistoryEntry>();
                await foreach (var entry in ReadAsync(caller.AccountId, days, first, last, cancellationToken))
                {
                    chats.Add(entry);
                    if (chats.Count > MaxChats)
                        throw DomainException.Invalid("to", $"must be nearer: there are more than {MaxChats} chats.");
                }
                return Reply.LargeJson(chats.Select(entry => Chat.Show(entry, directory, days, request.Host.Host)));
            },
        }, cancellationToken);

    /// <summary>A row for each day with chats. Clients read its count beside the date, or within the day.</summary>
    private Task<IResult> CountAsync(
        HttpRequest request,
        Func<DateOnly> firstDay,
        Func<DateOnly, DateOnly> next,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller =>
            {
                var (days, first) = (LocalDays.Of(request), firstDay());
                var counts = new SortedDictionary<DateOnly, int>();
                await foreach (var entry in ReadAsync(caller.AccountId, days, first, next(first).AddDays(-1), cancellationToken))
                {
                    var day = days.DayOf(entry.ArrivedAt);
                    counts[day] = counts.GetValueOrDefault(day) + 1;
                }
                return Reply.Json(
                    counts.Select(pair =>
                    {
                        var (date, count) = (pair.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), pair.Value);
                        return new { date, count, day = new { date, count } };
                    })
                );
            },
        }, cancellationToken);

    private IAsyncEnumerable<HistoryEntry> ReadAsync(
        int accountId,
        LocalDays days,
        DateOnly first,
        DateOnly last,
        CancellationToken cancellationToken
    ) => history.ReadAsync(accountId, days.BeginningOf(first), days.BeginningOf(last.AddDays(1)), cancellationToken);
}

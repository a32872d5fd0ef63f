using System.Globalization;
using System.Text;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Reports;

/// <summary>Which chats a report counts. Source: LibraryH3lp, "Reports".</summary>
/// <param name="Queues">Null for all.</param>
/// <param name="NotAnswered">Those that nobody answered, too.</param>
/// <param name="LeastSeconds">How long they lasted at least.</param>
internal sealed record ReportWish(DateOnly? Start, DateOnly? End, IReadOnlySet<int>? Queues, bool NotAnswered, int LeastSeconds)
{
    public static ReportWish Read(HttpRequest request)
    {
        var query = Fields.FromQuery(request);

        // Here every chat is a person's.
        query.Flag("sysmsg");
        return new ReportWish(
            DateIn(query, "start"),
            DateIn(query, "end"),
            query.Text("queues", 10_000) is { Length: > 0 } queues
                ? queues
                    .Split(',', StringSplitOptions.TrimEntries)
                    .Select(id => WireId.Parse(id) ?? throw DomainException.Invalid("queues", "must be ids, separated by commas."))
                    .ToHashSet()
                : null,
            query.Flag("notanswered") ?? false,
            query.Integer("duration") ?? 0
        );
    }

    private static DateOnly? DateIn(Fields query, string name) =>
        query.Text(name, 20) is { Length: > 0 } text ? LocalDays.Date(name, text) : null;

    public bool Counts(HistoryEntry entry) =>
        (Queues is null || (entry.QueueId is { } queueId && Queues.Contains(queueId)))
        && (NotAnswered || entry.AnsweredAt is not null)
        && (LeastSeconds == 0 || Chat.DurationOf(entry) >= LeastSeconds);
}

/// <summary>Reports of an account's chats, as far back as its contacts are kept.</summary>
internal sealed class ChatReports(DirectoryStore directories, ContactHistory history)
{
    /// <exception cref="DomainException">There is no report of that name.</exception>
    public async Task<Reply> GetAsync(int accountId, string name, HttpRequest request, CancellationToken cancellationToken)
    {
        var report = ChatReport.Find(name) ?? throw DomainException.NotFound($"Report {name}");
        var (days, wish) = (LocalDays.Of(request), ReportWish.Read(request));
        var from = wish.Start is { } start ? days.BeginningOf(start) : DateTimeOffset.MinValue;
        var to = wish.End is { } end ? days.BeginningOf(end.AddDays(1)) : DateTimeOffset.MaxValue;
        await foreach (var entry in history.ReadAsync(accountId, from, to, cancellationToken))
        {
            if (wish.Counts(entry)) report.Add(entry, days.Of(entry.ArrivedAt));
        }
        var reply = Reply.Text(report.Write(await directories.GetAsync(accountId, cancellationToken)), "text/csv");
        return request.Query["format"] == "csv" ? reply.With("Content-Disposition", $"attachment; filename=\"{name}.csv\"") : reply;
    }
}

/// <summary>A report that is made chat by chat: comma-separated values, a line for each row.</summary>
internal abstract class ChatReport
{
    /// <summary>The report of a name in the path; null for a name that is none's.</summary>
    public static ChatReport? Find(string name) => name switch
    {
        "chats-per-hour" => new ChatsPerHour(),
        "chats-per-month" => new ChatsPerMonth(),
        "chats-per-protocol" => new ChatsPerProtocol(),
        "chats-per-operator" => new ChatsPerOperator(),
        _ => null,
    };

    public abstract void Add(HistoryEntry entry, DateTime localArrival);

    public string Write(AccountDirectory directory)
    {
        var text = new StringBuilder();
        foreach (var row in Rows(directory))
            text.AppendJoin(',', row.Select(cell => Cell(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""))).Append("\r\n");
        return text.ToString();
    }

    protected abstract IEnumerable<IEnumerable<object>> Rows(AccountDirectory directory);

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>By hour and day of the week.</summary>
internal sealed class ChatsPerHour : ChatReport
{
    private const int HoursOfDay = 24, DaysOfWeek = 7;

    private readonly int[,] counts = new int[HoursOfDay, DaysOfWeek];

    public override void Add(HistoryEntry entry, DateTime localArrival) => counts[localArrival.Hour, (int)localArrival.DayOfWeek]++;

    protected override IEnumerable<IEnumerable<object>> Rows(AccountDirectory directory) =>
    [
        ["hour", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        .. Enumerable.Range(0, HoursOfDay).Select(hour => (IEnumerable<object>)
            [hour, .. Enumerable.Range(0, DaysOfWeek).Select(day => (object)counts[hour, day])]),
    ];
}

/// <summary>By protocol, a column for each month from the first with a chat to the last.</summary>
internal sealed class ChatsPerMonth : ChatReport
{
    private readonly Dictionary<(string Protocol, DateOnly Month), int> counts = [];

    public override void Add(HistoryEntry entry, DateTime localArrival)
    {
        var key = (Chat.ProtocolOf(entry), new DateOnly(localArrival.Year, localArrival.Month, 1));
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    protected override IEnumerable<IEnumerable<object>> Rows(AccountDirectory directory)
    {
        var months = new List<DateOnly>();
        if (counts.Count > 0)
            for (var month = counts.Keys.Min(key => key.Month); month <= counts.Keys.Max(key => key.Month); month = month.AddMonths(1))
                months.Add(month);
        return
        [
            ["protocol", .. months.Select(month => (object)month.ToString("M'/'yyyy", CultureInfo.InvariantCulture))],
            .. counts.Keys.Select(key => key.Protocol).Distinct().Order(StringComparer.Ordinal).Select(protocol => (IEnumerable<object>)
                [protocol, .. months.Select(month => (object)counts.GetValueOrDefault((protocol, month)))]),
        ];
    }
}

internal sealed class ChatsPerProtocol : ChatReport
{
    private readonly Dictionary<string, int> counts = [];

    public override void Add(HistoryEntry entry, DateTime localArrival)
    {
        var protocol = Chat.ProtocolOf(entry);
        counts[protocol] = counts.GetValueOrDefault(protocol) + 1;
    }

    protected override IEnumerable<IEnumerable<object>> Rows(AccountDirectory directory) =>
    [
        ["protocol", "chats"],
        .. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => (IEnumerable<object>)[count.Key, count.Value]),
    ];
}

/// <summary>How many chats each operator answered, and how long their guests had waited, in seconds.</summary>
internal sealed class ChatsPerOperator : ChatReport
{
    private readonly Dictionary<int, List<long>> waits = [];

    public override void Add(HistoryEntry entry, DateTime localArrival)
    {
        if (entry is not { AgentId: { } agentId, AnsweredAt: not null }) return;
        if (!waits.TryGetValue(agentId, out var his)) waits[agentId] = his = [];
        his.Add(Chat.WaitOf(entry)!.Value);
    }

    protected override IEnumerable<IEnumerable<object>> Rows(AccountDirectory directory) =>
    [
        ["operator", "n", "mean", "median", "min", "max"],
        .. waits
            .Select(pair => (Name: directory.Agent(pair.Key)?.Name ?? $"{pair.Key}", Seconds: pair.Value.Order().ToList()))
            .OrderBy(known => known.Name, StringComparer.Ordinal)
            .Select(known => (IEnumerable<object>)
            [
                known.Name, known.Seconds.Count, Math.Round(known.Seconds.Average(), 2), Median(known.Seconds), known.Seconds[0],
                known.Seconds[^1],
            ]),
    ];

    private static double Median(List<long> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0;
}

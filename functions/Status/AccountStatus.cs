using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Status;

/// <summary>
/// What is live in an account at one time, made once of the rows of one range read; everything that shows it is rendered from
/// this.
/// </summary>
/// <param name="AsOf">The time before the first of its rows was read.</param>
/// <param name="StaleAfterSeconds">After which age it is not kept up any more; null where nothing changes by itself.</param>
/// <param name="Agents">All of the directory, by id.</param>
/// <param name="Elsewhere">Who waits in no queue of the directory: for one agent, or where another system named no queue.</param>
internal sealed record AccountStatus(
    DateTimeOffset AsOf,
    int? StaleAfterSeconds,
    int AccountId,
    string TimeZone,
    DateOnly Day,
    LiveTotals Totals,
    IReadOnlyList<LiveQueue> Queues,
    IReadOnlyList<LiveService> Services,
    IReadOnlyList<LiveAgent> Agents,
    [property: JsonIgnore] LineLength Elsewhere,
    [property: JsonIgnore] DayFigures Figures,
    [property: JsonIgnore] AccountDirectory Directory
)
{
    /// <summary>Waiting is known from when the snapshots before were made.</summary>
    public IReadOnlyList<LiveMinute> LastHour { get; init; } = [];

    /// <summary>Whether nothing changes until something is committed: nobody is logged in, handles anything or waits.</summary>
    [JsonIgnore]
    public bool Rests => StaleAfterSeconds is null;

    /// <summary>An account that has nothing yet.</summary>
    public static AccountStatus Empty(int accountId, string timeZone, DateTimeOffset asOf) =>
        Of(AccountDirectory.Empty(accountId), [], [], [], DayFigures.None(timeZone, asOf), asOf, TimeSpan.Zero);

    /// <param name="waiting">In which lines contacts wait, and since when.</param>
    /// <param name="handled">Who has which contact.</param>
    public static AccountStatus Of(
        AccountDirectory directory,
        IEnumerable<AgentState> agents,
        IEnumerable<(Line Line, DateTimeOffset Since)> waiting,
        IEnumerable<HandlingEntry> handled,
        DayFigures figures,
        DateTimeOffset asOf,
        TimeSpan staleAfter
    )
    {
        var states = agents.Where(agent => directory.Agent(agent.AgentId) is not null).OrderBy(agent => agent.AgentId).ToList();
        var (seen, lines) = (new PresenceOfAll(states), new Dictionary<Line, LineLength>());
        var (all, elsewhere) = (new LineLength(), new LineLength());
        foreach (var (line, since) in waiting)
        {
            all = all.With(since);
            if (line.QueueIn(directory) is null) elsewhere = elsewhere.With(since);
            else lines[line] = lines.GetValueOrDefault(line).With(since);
        }
        var contacts = handled.ToLookup(contact => contact.AgentId);
        var rests = all.Count == 0 && !states.Exists(agent => agent.IsLoggedIn || agent.Load.Count > 0);
        return new AccountStatus(
            asOf,
            rests ? null : (int)staleAfter.TotalSeconds,
            directory.AccountId,
            figures.TimeZone,
            figures.Day,
            new LiveTotals(all.Count, all.SecondsAt(asOf), all.OldestSince, AgentCounts.Of(states), TodayFigures.Of(figures.Total)),
            [
                .. directory.All<Queue>().OrderBy(queue => queue.Id).Select(queue => LiveQueue.Of(
                    directory,
                    queue,
                    seen,
                    lines.GetValueOrDefault(Line.OfQueue(queue.Id)),
                    asOf,
                    today: TodayFigures.Of(figures.ByQueue.GetValueOrDefault(queue.Id, Sums.None))
                )),
            ],
            [
                .. directory.All<Service>().OrderBy(service => service.Id)
                    .Select(service => LiveService.Of(directory, service, seen.For(Channels.Standard), asOf)),
            ],
            [.. states.Select(agent => LiveAgent.Of(agent, contacts[agent.AgentId]))],
            elsewhere,
            figures,
            directory
        );
    }

    /// <param name="waiting">How many waited in each minute in which it was looked.</param>
    public AccountStatus After(IReadOnlyDictionary<long, int> waiting) =>
        this with { LastHour = LiveMinute.LastHour(AsOf, waiting, Figures.AnsweredByMinute) };

    public void WriteJson(Stream stream) => JsonSerializer.Serialize(stream, this, EventData.Json);
}

/// <summary>What is true of an account as a whole.</summary>
internal sealed record LiveTotals(
    int Waiting,
    int LongestWaitSeconds,
    DateTimeOffset? OldestWaitingSince,
    AgentCounts Agents,
    TodayFigures Today
);

using ContactRouting.Contacts;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Sweep;

/// <summary>
/// What is live of an account, each row decoded when its page comes: of a page nothing stays but what its rows mean, also where
/// there are tens of thousands of them.
/// </summary>
internal sealed class LiveRows
{
    private readonly List<StoredRow> outbox = [], oldOperations = [], auditEntries = [];
    private readonly List<Row<AgentState>> agents = [];
    private readonly List<string> linesOfOthers = [], timers = [];
    private readonly Dictionary<string, WaitingContact> waiting = new(StringComparer.Ordinal);
    private readonly List<Row<ContactEnding>> endings = [];
    private readonly List<Row<HandlingEntry>> handling = [];

    private LiveRows()
    {
    }

    /// <summary>Events to be delivered.</summary>
    public IReadOnlyList<StoredRow> Outbox => outbox;

    /// <summary>Commits that nobody asks for any more.</summary>
    public IReadOnlyList<StoredRow> OldOperations => oldOperations;

    /// <summary>Whether there are commits that may still be asked for.</summary>
    public bool OperationsLeft { get; private set; }

    public IReadOnlyList<Row<AgentState>> Agents => agents;

    /// <summary>How the queues were when a sweep looked last.</summary>
    public Row<QueueStates>? QueueStates { get; private set; }

    /// <summary>Who waits, each where it was found last: it may have moved on while the pages were read.</summary>
    public IReadOnlyCollection<WaitingContact> Waiting => waiting.Values;

    /// <summary>The rows' keys of who waits in other systems.</summary>
    public IReadOnlyList<string> LinesOfOthers => linesOfOthers;

    public IReadOnlyList<Row<ContactEnding>> Endings => endings;

    public IReadOnlyList<Row<HandlingEntry>> Handling => handling;

    public IReadOnlyList<StoredRow> AuditEntries => auditEntries;

    /// <summary>The keys of those that are due.</summary>
    public IReadOnlyList<string> Timers => timers;

    /// <summary>For a view: without what only a sweep has to do with.</summary>
    public static async Task<LiveRows> ReadAsync(LiveTable live, int accountId, CancellationToken cancellationToken)
    {
        var rows = new LiveRows();
        await foreach (var row in live.LiveAsync(accountId, cancellationToken)) rows.Add(row);
        return rows;
    }

    /// <summary>All that a sweep has to know.</summary>
    public static async Task<LiveRows> SweepAsync(
        LiveTable live,
        int accountId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var rows = new LiveRows();
        await foreach (var row in live.SweepAsync(accountId, now, cancellationToken))
        {
            if (!row.Key.StartsWith(LiveKeys.Operations, StringComparison.Ordinal)) rows.Add(row);
            else if (LiveTable.IsOver(row.Key, now)) rows.oldOperations.Add(row);
            else rows.OperationsLeft = true;
        }
        return rows;
    }

    private void Add(StoredRow row)
    {
        switch (LiveKeys.FamilyOf(row.Key))
        {
            case LiveKeys.Outbox:
                outbox.Add(row);
                break;
            case LiveKeys.Agents:
                agents.Add(row.Read<AgentState>());
                break;
            case LiveKeys.QueueStates:
                QueueStates = row.Read<QueueStates>();
                break;
            case LiveKeys.Lines:
                var contact = WaitingRows.Read(row.Read<WaitingEntry>());
                waiting[contact.ContactId] = contact;
                break;
            case LiveKeys.LinesOfOthers:
                linesOfOthers.Add(row.Key);
                break;
            case LiveKeys.Endings:
                endings.Add(row.Read<ContactEnding>());
                break;
            case LiveKeys.Handling:
                handling.Add(row.Read<HandlingEntry>());
                break;
            case LiveKeys.Audit:
                auditEntries.Add(row);
                break;
            case LiveKeys.Timers:
                timers.Add(row.Key);
                break;
        }
    }
}

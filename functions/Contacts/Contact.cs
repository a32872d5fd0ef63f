using ContactRouting.Routing;

namespace ContactRouting.Contacts;

internal enum ContactState
{
    /// <summary>Waits in a line.</summary>
    Queued,

    /// <summary>An agent is asked.</summary>
    Offered,

    /// <summary>An agent handles it.</summary>
    Active,

    /// <summary>Handled; its agent rests.</summary>
    WrapUp,
    Ended,

    /// <summary>The guest left before anybody answered.</summary>
    Abandoned,

    /// <summary>Nobody was there for it.</summary>
    Refused,
}

/// <summary>A guest who wants to talk to somebody: one row of the account's partition.</summary>
internal sealed record Contact
{
    public const string Prefix = "c|";

    public const int MaxIdLength = 64;

    /// <summary>The highest priority; the lowest, and the default, is 0.</summary>
    public const int MaxPriority = 1000;

    public string Id { get; init; } = "";

    public ContactState State { get; init; }

    public int? ServiceId { get; init; }

    /// <summary>The level that it came by, by its stable id.</summary>
    public string? LevelId { get; init; }

    /// <summary>Where it waits, or waited.</summary>
    public int? QueueId { get; init; }

    /// <summary>For whom it waits, or waited, where it came for one agent.</summary>
    public int? LineAgentId { get; init; }

    public string Channel { get; init; } = Channels.Standard;

    public int Priority { get; init; }

    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When its time in the line is over; null for never.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>Who is asked, handles it, or rests from it.</summary>
    public int? AgentId { get; init; }

    public DateTimeOffset? OfferExpiresAt { get; init; }

    /// <summary>How long its agent rests from it, as its queue had it when it was offered.</summary>
    public int WrapUpSeconds { get; init; }

    /// <summary>Who let it pass last.</summary>
    public int? DeclinedBy { get; init; }

    public DateTimeOffset? WrapUpUntil { get; init; }

    /// <summary>When the row goes; set when it is over.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    /// <summary>Assigned by another system: it only counts.</summary>
    public bool External { get; init; }

    /// <summary>The time of the newest event of another system.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Counts the contact's events.</summary>
    public long Sequence { get; init; }

    /// <summary>The newest decision, as JSON.</summary>
    public string Decision { get; init; } = "";

    public bool IsOver => State is ContactState.Ended or ContactState.Abandoned or ContactState.Refused;

    public Line Line => LineAgentId is { } agent ? Line.OfAgent(agent) : Line.OfQueue(QueueId ?? 0);

    public RoutingTarget Target =>
        ServiceId is not null ? new(ServiceId, null, null) : new(null, LineAgentId is null ? QueueId : null, LineAgentId);

    public static string RowKey(string id) => Prefix + id;

    /// <summary>What is wrong with an id, or null.</summary>
    public static string? IdProblem(string id) =>
        id.Length is 0 or > MaxIdLength || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"must be 1 to {MaxIdLength} ASCII letters, digits, - or _."
            : null;
}

/// <summary>A waiting contact in its line, with what a decision has to know of it.</summary>
internal sealed record WaitingEntry
{
    public string ContactId { get; init; } = "";

    public string Channel { get; init; } = Channels.Standard;

    public DateTimeOffset EnqueuedAt { get; init; }

    public int? DeclinedBy { get; init; }

    public bool External { get; init; }
}

/// <summary>A contact at its agent, for those who count.</summary>
internal sealed record HandlingEntry
{
    public int AgentId { get; init; }

    public ContactState State { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }
}

/// <summary>A contact's change, committed in the transaction that makes it.</summary>
internal sealed record ContactEvent
{
    public string ContactId { get; init; } = "";

    public long Sequence { get; init; }

    public ContactState? Before { get; init; }

    public ContactState After { get; init; }

    public int? AgentId { get; init; }

    public DateTimeOffset At { get; init; }
}
